// Makes the endpoints that stdin describes (see ../peer.ts and ../program.ts) with vishvananda/netlink, then removes them; prints
// the times. The argument is how: "moved" (as most programs do it: both ends made here, one moved and then named) or "placed" (the
// peer is made inside the sandbox under its final name).
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log"
	"net"
	"os"
	"runtime"
	"time"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
)

type endpoint struct {
	Path, HostEnd, Address, Mac string
}

type job struct {
	Gateway      string
	PrefixLength int
	Endpoints    []endpoint
}

type maker struct {
	job    job
	host   *netlink.Handle
	home   netns.NsHandle
	bridge netlink.Link
	placed bool
}

func main() {
	log.SetFlags(0)
	// Namespaces belong to threads.
	runtime.LockOSThread()
	input := bufio.NewScanner(os.Stdin)
	input.Buffer(nil, 1<<24)
	input.Scan()
	m := maker{placed: os.Args[1] == "placed"}
	check(json.Unmarshal(input.Bytes(), &m.job))
	var err error
	m.home, err = netns.Get()
	check(err)
	m.host, err = netlink.NewHandle()
	check(err)
	m.makeBridge()
	m.timeEach(m.attach)
	input.Scan()
	m.timeEach(m.remove)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func (m *maker) timeEach(work func(endpoint)) {
	times := make([]float64, 0, len(m.job.Endpoints))
	for _, e := range m.job.Endpoints {
		started := time.Now()
		work(e)
		times = append(times, float64(time.Since(started).Nanoseconds())/1000)
	}
	text, err := json.Marshal(times)
	check(err)
	fmt.Println(string(text))
}

func (m *maker) makeBridge() {
	attributes := netlink.NewLinkAttrs()
	attributes.Name = "br0"
	bridge := &netlink.Bridge{LinkAttrs: attributes}
	check(m.host.LinkAdd(bridge))
	check(m.host.AddrAdd(bridge, &netlink.Addr{IPNet: m.inSubnet(m.job.Gateway)}))
	check(m.host.LinkSetUp(bridge))
	m.bridge = bridge
}

func (m *maker) inSubnet(address string) *net.IPNet {
	return &net.IPNet{IP: net.ParseIP(address), Mask: net.CIDRMask(m.job.PrefixLength, 32)}
}

func (m *maker) attach(e endpoint) {
	sandbox, err := netns.GetFromPath(e.Path)
	check(err)
	defer sandbox.Close()
	mac, err := net.ParseMAC(e.Mac)
	check(err)
	veth := &netlink.Veth{LinkAttrs: netlink.NewLinkAttrs(), PeerName: "p" + e.HostEnd, PeerHardwareAddr: mac}
	veth.Name = e.HostEnd
	if m.placed {
		veth.PeerName = "eth0"
		veth.PeerNamespace = netlink.NsFd(sandbox)
		veth.MasterIndex = m.bridge.Attrs().Index
		veth.Flags = net.FlagUp
	}
	check(m.host.LinkAdd(veth))
	if !m.placed {
		peer, err := m.host.LinkByName(veth.PeerName)
		check(err)
		check(m.host.LinkSetNsFd(peer, int(sandbox)))
		check(m.host.LinkSetMaster(veth, m.bridge))
		check(m.host.LinkSetUp(veth))
	}
	m.configure(sandbox, veth.PeerName, e)
}

func (m *maker) configure(sandbox netns.NsHandle, name string, e endpoint) {
	inside, err := netlink.NewHandleAtFrom(sandbox, m.home)
	check(err)
	defer inside.Delete()
	eth0, err := inside.LinkByName(name)
	check(err)
	if name != "eth0" {
		check(inside.LinkSetName(eth0, "eth0"))
	}
	check(inside.AddrAdd(eth0, &netlink.Addr{IPNet: m.inSubnet(e.Address)}))
	check(inside.LinkSetUp(eth0))
	check(inside.RouteAdd(&netlink.Route{LinkIndex: eth0.Attrs().Index, Gw: net.ParseIP(m.job.Gateway)}))
	lo, err := inside.LinkByName("lo")
	check(err)
	check(inside.LinkSetUp(lo))
}

func (m *maker) remove(e endpoint) {
	link, err := m.host.LinkByName(e.HostEnd)
	check(err)
	check(m.host.LinkDel(link))
}
