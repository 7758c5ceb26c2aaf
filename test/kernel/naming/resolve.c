/* What getaddrinfo(3) of the C library that this is compiled with says of a name: its addresses, or why there are none. */
#include <netdb.h>
#include <stdio.h>
#include <sys/socket.h>

int main(int count, char **arguments) {
  struct addrinfo wish = {.ai_socktype = SOCK_STREAM}, *found;
  char text[64];
  int error = count == 2 ? getaddrinfo(arguments[1], NULL, &wish, &found) : EAI_NONAME;
  if (error != 0) {
    puts(gai_strerror(error));
    return 1;
  }
  for (struct addrinfo *one = found; one != NULL; one = one->ai_next) {
    getnameinfo(one->ai_addr, one->ai_addrlen, text, sizeof text, NULL, 0, NI_NUMERICHOST);
    puts(text);
  }
  freeaddrinfo(found);
  return 0;
}
