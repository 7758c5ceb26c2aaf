/**
 * The chains of the table for IPv4 and IPv6, the same whatever is in force: what they look for is in the sets. What each is for
 * is in docs/firewall.md, "The rules".
 */
export const inetChains = `\
  chain switched {
    type filter hook prerouting priority raw; policy accept;
    iifname @switches notrack
  }

  chain arriving {
    type filter hook prerouting priority mangle; policy accept;
    iifname @switches return
    iifname @interfaces goto checked
    iifname "lo" return
    ip saddr @subnets4 drop
    ip6 saddr @subnets6 drop
  }

  chain checked {
    ip daddr 127.0.0.0/8 drop
    iifname != @strict ct state established,related return
    ip saddr 0.0.0.0 return
    ip6 saddr { ::, fe80::/10 } return
    iifname . ip saddr @homes4 return
    iifname . ip6 saddr @homes6 return
    fib saddr . iif oif missing drop
  }

  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    iifname != "lo" ip daddr 127.0.0.0/8 return
    fib daddr type local jump ports
  }

  chain output {
    type nat hook output priority -100; policy accept;
    ip6 daddr ::1 return
    fib daddr type local jump ports
  }

  chain ports {
    dnat ip to ip daddr . meta l4proto . th dport map @host_ports4
    dnat ip to meta l4proto . th dport map @all_ports4
    dnat ip6 to ip6 daddr . meta l4proto . th dport map @host_ports6
    dnat ip6 to meta l4proto . th dport map @all_ports6
  }

  chain forward {
    type filter hook forward priority filter; policy accept;
    iifname @switches oifname @switches accept
    iifname @switches drop
    iifname @interfaces oifname @interfaces goto between
    iifname @interfaces goto leaving
    oifname @interfaces goto entering
    meta iifkind "bridge" meta oifkind "bridge" accept
    meta nfproto @sealed drop
  }

  chain between {
    ct state established,related accept
    iifname . oifname @bridges accept
    meta pkttype { broadcast, multicast } accept
    ip saddr . ip daddr @neighbours4 accept
    ip6 saddr . ip6 daddr @neighbours6 accept
    ip saddr . ip daddr . meta l4proto . th dport @links4 accept
    ip6 saddr . ip6 daddr . meta l4proto . th dport @links6 accept
    ct status dnat ip saddr . ip daddr @hairpins4 accept
    ct status dnat ip6 saddr . ip6 daddr @hairpins6 accept
    ip saddr . ip daddr @apart4 drop
    ip6 saddr . ip6 daddr @apart6 drop
    meta nfproto . iifname @closed drop
    meta nfproto . oifname @closed drop
    goto admitted
  }

  chain leaving {
    meta nfproto . iifname @closed drop
    accept
  }

  chain entering {
    meta nfproto . oifname @closed drop
    ct state established,related accept
    ct status dnat ct original ip daddr @subnets4 drop
    ct status dnat ct original ip6 daddr @subnets6 drop
    goto admitted
  }

  chain admitted {
    ct status dnat ip daddr . meta l4proto . th dport @published4 accept
    ct status dnat ip6 daddr . meta l4proto . th dport @published6 accept
    ip daddr . meta l4proto . th dport @direct4 accept
    ip6 daddr . meta l4proto . th dport @direct6 accept
    ip daddr @routed4 icmp type echo-request accept
    ip6 daddr @routed6 icmpv6 type echo-request accept
    drop
  }

  chain input {
    type filter hook input priority filter; policy accept;
    iifname @switches drop
    meta nfproto . iifname @closed goto inside
  }

  chain inside {
    fib daddr . iif type { local, broadcast, multicast } accept
    ip saddr . ip daddr @neighbours4 accept
    ip saddr . ip daddr @apart4 accept
    ip6 saddr . ip6 daddr @neighbours6 accept
    ip6 saddr . ip6 daddr @apart6 accept
    drop
  }

  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    oifname "lo" return
    oifname @interfaces goto arrived
    snat ip to ip saddr map @sources4
    snat ip6 to ip6 saddr map @sources6
    ip saddr @masqueraded4 masquerade
    ip6 saddr @masqueraded6 masquerade
  }

  chain arrived {
    ct status dnat oifname . oifname @bridges oifname . ip saddr @homes4 masquerade
    ct status dnat ip saddr . ip daddr @hairpins4 masquerade
    ct status dnat oifname . oifname @bridges oifname . ip6 saddr @homes6 masquerade
    ct status dnat ip6 saddr . ip6 daddr @hairpins6 masquerade
    ip saddr 127.0.0.0/8 masquerade
  }
`;

/** The chains of the table for frames. Before br_netfilter (priority 0), which shows packets in frames to the other table. */
export const bridgeChains = `\
  chain prerouting {
    type filter hook prerouting priority -300; policy accept;
    iifname @guarded goto guard
  }

  chain guard {
    iifname . ether saddr != @macs drop
    ether type ip iifname . ip saddr @addresses4 accept
    ether type ip6 goto guard6
    ether type arp iifname . arp saddr ether @macs goto guard_arp
    drop
  }

  chain guard6 {
    icmpv6 type { nd-router-advert, nd-redirect } drop
    icmpv6 type nd-neighbor-advert iifname . @th,64,128 != @targets6 drop
    iifname . ip6 saddr @addresses6 accept
    ip6 saddr :: icmpv6 type { nd-neighbor-solicit, mld2-listener-report } accept
    drop
  }

  chain guard_arp {
    iifname . arp saddr ip @addresses4 accept
    arp saddr ip 0.0.0.0 accept
    drop
  }
`;
