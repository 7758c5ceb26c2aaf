#include "removal.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "sequence.h"

namespace netplumb::bench {

namespace {

// Many requests travel in one send, but the kernel's replies must fit the socket's receive buffer (208 KiB by default).
constexpr int kRequestsPerSend = 100;
constexpr uint32_t kFirstGroup = 0x6e700000;

void removeGroup(Socket& socket, int first, int last) {
  Batch batch;
  const uint32_t group = kFirstGroup + first;
  for (int index = first; index < last; index++) {
    batch.beginLink(RTM_SETLINK, 0);
    batch.text(IFLA_IFNAME, hostEndName(index).c_str());
    batch.u32(IFLA_GROUP, group);
    batch.end();
    if (batch.requests() == kRequestsPerSend) socket.send(batch);
  }
  if (!batch.empty()) socket.send(batch);
  batch.beginLink(RTM_DELLINK, 0);
  batch.u32(IFLA_GROUP, group);
  batch.end();
  socket.send(batch);
}

void removeOne(Socket& socket, int index) {
  Batch batch;
  batch.beginLink(RTM_DELLINK, 0);
  batch.text(IFLA_IFNAME, hostEndName(index).c_str());
  batch.end();
  socket.send(batch);
}

bool exists(Socket& socket, int index) {
  Batch batch;
  batch.beginLink(RTM_GETLINK, 0);
  batch.text(IFLA_IFNAME, hostEndName(index).c_str());
  batch.end();
  return socket.trySend(batch) == 0;
}

void waitUntilGone(Socket& socket, int count) {
  for (int index = count - 1; index >= 0; index--) {
    while (exists(socket, index)) usleep(1000);
  }
}

}  // namespace

double removeEndpoints(const std::string& way, int count, int chunk) {
  Socket socket;
  const double started = now();
  if (way == "group") {
    for (int first = 0; first < count; first += chunk) removeGroup(socket, first, std::min(count, first + chunk));
  } else if (way == "single") {
    for (int index = 0; index < count; index++) removeOne(socket, index);
  } else if (way == "command") {
    for (int index = 0; index < count; index++) {
      if (std::system(("ip link del " + hostEndName(index)).c_str()) != 0) std::exit(1);
    }
  } else if (way == "sandboxes") {
    dropSandboxes(count);
    waitUntilGone(socket, count);
  } else {
    std::fprintf(stderr, "unknown way to remove: %s\n", way.c_str());
    std::exit(2);
  }
  return now() - started;
}

}  // namespace netplumb::bench
