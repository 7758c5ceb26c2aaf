"""Makes the endpoints that stdin describes (see peer.ts) with pyroute2 and prints the milliseconds that took."""

import json
import sys
import time

from pyroute2 import IPRoute, netns


def main():
    job = json.load(sys.stdin)
    with IPRoute() as host:
        host.link("add", ifname="br0", kind="bridge")
        bridge = host.link_lookup(ifname="br0")[0]
        host.addr("add", index=bridge, address=job["gateway"], prefixlen=job["prefixLength"])
        host.link("set", index=bridge, state="up")
        started = time.monotonic()
        for endpoint in job["endpoints"]:
            attach(host, bridge, endpoint, job)
        print((time.monotonic() - started) * 1000)


def attach(host, bridge, endpoint, network):
    host.link(
        "add",
        ifname=endpoint["hostEnd"],
        kind="veth",
        master=bridge,
        state="up",
        peer={"ifname": "eth0", "address": endpoint["mac"], "net_ns_fd": endpoint["sandbox"]},
    )
    # Entering the namespace for the socket is much cheaper than the library's NetNS, which starts a process for each.
    netns.pushns(endpoint["sandbox"])
    sandbox = IPRoute()
    netns.popns()
    with sandbox:
        eth0 = sandbox.link_lookup(ifname="eth0")[0]
        sandbox.addr("add", index=eth0, address=endpoint["address"], prefixlen=network["prefixLength"])
        sandbox.link("set", index=eth0, state="up")
        sandbox.route("add", dst="default", gateway=network["gateway"])
        sandbox.link("set", index=1, state="up")


main()
