"""Makes the endpoints that stdin describes (see peer.ts and program.ts) with pyroute2, then removes them; prints times."""

import json
import sys
import time

from pyroute2 import IPRoute, netns


def main():
    job = json.loads(sys.stdin.readline())
    with IPRoute() as host:
        host.link("add", ifname="br0", kind="bridge")
        bridge = host.link_lookup(ifname="br0")[0]
        host.addr("add", index=bridge, address=job["gateway"], prefixlen=job["prefixLength"])
        host.link("set", index=bridge, state="up")
        time_each(job["endpoints"], lambda endpoint: attach(host, bridge, endpoint, job))
        sys.stdin.readline()
        time_each(job["endpoints"], lambda endpoint: host.link("del", ifname=endpoint["hostEnd"]))


def time_each(endpoints, work):
    times = []
    for endpoint in endpoints:
        started = time.monotonic()
        work(endpoint)
        times.append((time.monotonic() - started) * 1e6)
    print(json.dumps(times), flush=True)


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
