"""Sends a router advertisement (RFC 4861, 4.2) for 2001:db8:bad::/64 to all nodes on the interface that is named."""

import socket
import struct
import sys

interface = socket.if_nametoindex(sys.argv[1])
LIFETIME = 1800  # seconds, as default router
ON_LINK_AND_AUTONOMOUS = 0xC0

# The kernel fills in the checksum of raw ICMPv6 sockets.
header = struct.pack('!BBHBBHII', 134, 0, 0, 64, 0, LIFETIME, 0, 0)
prefix = struct.pack('!BBBBIII', 3, 4, 64, ON_LINK_AND_AUTONOMOUS, 86400, 14400, 0)
prefix += socket.inet_pton(socket.AF_INET6, '2001:db8:bad::')

with socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6) as sender:
    # Others than neighbours are not to be believed: 255 hops.
    sender.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
    sender.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, interface)
    sender.sendto(header + prefix, ('ff02::1', 0, 0, interface))
