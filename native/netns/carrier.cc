#include "netns/carrier.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>

namespace netplumb {

Status settleCarrier(const Socket& socket, const std::string& link) {
  if (link.empty() || link.size() >= IFNAMSIZ) return Error{EINVAL, "carrier", "", "", link};
  ethtool_value carrier{.cmd = ETHTOOL_GLINK, .data = 0};
  ifreq request{};
  link.copy(request.ifr_name, IFNAMSIZ - 1);
  request.ifr_data = reinterpret_cast<char*>(&carrier);
  // Any socket will do: the socket's namespace is what counts (sock_ioctl in net/socket.c). What cannot tell its
  // carrier (EOPNOTSUPP) has none to act on.
  if (ioctl(socket.fd(), SIOCETHTOOL, &request) == 0 || errno == EOPNOTSUPP) return Done{};
  return Error{errno, "carrier", "", "", link};
}

}  // namespace netplumb
