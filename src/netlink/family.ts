/** Address families (linux/socket.h). Every family of addresses. */
export const AF_UNSPEC = 0;
/** IPv4. */
export const AF_INET = 2;
/** Bridges: a bridge's ports as links, its forwarding database as neighbours. */
export const AF_BRIDGE = 7;
/** IPv6. */
export const AF_INET6 = 10;
