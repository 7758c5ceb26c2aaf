"""Servers, clients and raw frames in many network namespaces at once: the eyes and hands of the firewall's tests.

A line of JSON in on stdin, one out on stdout; requests are not sent before the last was answered.
  {"do": "serve", "servers": [{netns, family, protocol, port, name}]} -> null
  {"do": "listen", "places": [{netns, interface, name}]} -> null
  {"do": "probe", "deadline": SECONDS, "probes": [{netns, family, protocol, address, port, source?, payload?}]}
      -> [{verdict, server?, own?, seen?}], in the same order: the client's address, as it and as the server sees it
  {"do": "send", "frames": [{netns, interface, bytes}]} -> null; bytes in hexadecimal
  {"do": "heard", "texts": [TEXT]} -> for each the names of the servers (UDP) and places where it has arrived
A socket belongs to the namespace in which it was opened, so that one thread can have them all.
"""

import ctypes
import errno
import json
import os
import selectors
import socket
import sys
import time

CLONE_NEWNET = 0x40000000
ETH_P_ALL = 3

libc = ctypes.CDLL(None, use_errno=True)
home = os.open('/proc/self/ns/net', os.O_RDONLY)
families = {4: socket.AF_INET, 6: socket.AF_INET6}
types = {'tcp': socket.SOCK_STREAM, 'udp': socket.SOCK_DGRAM}
# Python has no name for it.
IP_PKTINFO = 8
# At which address a datagram came is told beside it, and an answer goes out from the same.
packet_info = {
    4: (socket.IPPROTO_IP, IP_PKTINFO, IP_PKTINFO),
    6: (socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, socket.IPV6_PKTINFO),
}
refusals = (errno.ECONNREFUSED, errno.ECONNRESET)
# Routes and local addresses say these, and so do machines on the way.
dead_ends = (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EACCES, errno.EADDRNOTAVAIL, errno.EINVAL)


def enter(descriptor):
    if libc.setns(descriptor, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), 'setns')


def open_in(netns, *kind):
    """A socket of another namespace."""
    descriptor = os.open(netns, os.O_RDONLY)
    try:
        enter(descriptor)
        opened = socket.socket(*kind)
    finally:
        enter(home)
        os.close(descriptor)
    opened.setblocking(False)
    return opened


class Server:
    """Tells each client who it is and whom it takes the client for."""

    def __init__(self, netns, family, protocol, port, name):
        self.name, self.heard = name, b''
        self.family, self.is_stream = family, protocol == 'tcp'
        self.socket = open_in(netns, families[family], types[protocol])
        if family == 6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if not self.is_stream:
            level, wanted, _ = packet_info[family]
            self.socket.setsockopt(level, wanted, 1)
        self.socket.bind(('::' if family == 6 else '0.0.0.0', port))
        if self.is_stream:
            self.socket.listen(512)

    def turn(self):
        if self.is_stream:
            connection, peer = self.socket.accept()
            with connection:
                connection.send(self.answer_to(peer))
            return
        payload, ancillary, _, peer = self.socket.recvmsg(2048, 256)
        self.heard += payload
        level, _, kind = packet_info[self.family]
        [at] = [data for of, sort, data in ancillary if (of, sort) == (level, kind)]
        # struct in_pktinfo, struct in6_pktinfo: the interface is left to the routes.
        source = bytes(4) + at[4:8] + bytes(4) if self.family == 4 else at[:16] + bytes(4)
        try:
            self.socket.sendmsg([self.answer_to(peer)], [(level, kind, source)], 0, peer)
        except OSError as error:
            # A forged sender cannot be answered.
            if error.errno not in dead_ends:
                raise

    def answer_to(self, peer):
        return json.dumps({'server': self.name, 'seen': peer[0]}).encode()


class Place:
    """All that arrives at an interface."""

    def __init__(self, netns, interface, name):
        self.name, self.heard = name, b''
        self.socket = open_in(netns, socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        self.socket.bind((interface, ETH_P_ALL))

    def turn(self):
        frame, (_, _, kind, _, _) = self.socket.recvfrom(2048)
        if kind != socket.PACKET_OUTGOING:
            self.heard += frame


class Probe:
    """A client's question, and what became of it."""

    def __init__(self, netns, family, protocol, address, port, source=None, payload='probe'):
        self.result = None
        self.socket = open_in(netns, families[family], types[protocol])
        try:
            if source is not None:
                self.socket.bind((source, 0))
            code = self.socket.connect_ex((address, port))
            if code not in (0, errno.EINPROGRESS):
                raise OSError(code, 'connect')
            if protocol == 'udp':
                self.socket.send(payload.encode())
        except OSError as error:
            self.fail(error)

    def turn(self):
        try:
            answer = self.socket.recv(2048)
            self.result = {'verdict': 'reached', 'own': self.socket.getsockname()[0], **json.loads(answer)}
        except BlockingIOError:
            pass
        except OSError as error:
            self.fail(error)

    def fail(self, error):
        if error.errno not in refusals + dead_ends:
            raise error
        self.result = {'verdict': 'refused' if error.errno in refusals else 'unreachable'}


listeners = []
waiting = selectors.DefaultSelector()


def turn(timeout):
    """Lets everything that is ready have its turn; whether there is a request to read."""
    ready = waiting.select(timeout)
    for key, _ in ready:
        if key.data is not None:
            try:
                key.data.turn()
            except BlockingIOError:
                pass
    return any(key.data is None for key, _ in ready)


def serve_until(end, is_done):
    while not is_done() and time.monotonic() < end:
        turn(max(0, end - time.monotonic()))


def listen(kind, places):
    for place in places:
        listener = kind(**place)
        listeners.append(listener)
        waiting.register(listener.socket, selectors.EVENT_READ, listener)


def probe(deadline, probes):
    asked = [Probe(**one) for one in probes]
    pending = [one for one in asked if one.result is None]
    for one in pending:
        waiting.register(one.socket, selectors.EVENT_READ, one)

    def settle():
        for one in [one for one in pending if one.result is not None]:
            waiting.unregister(one.socket)
            pending.remove(one)
        return not pending

    serve_until(time.monotonic() + deadline, settle)
    for one in pending:
        waiting.unregister(one.socket)
    for one in asked:
        one.socket.close()
    return [one.result or {'verdict': 'dropped'} for one in asked]


def send(frames):
    for frame in frames:
        with open_in(frame['netns'], socket.AF_PACKET, socket.SOCK_RAW) as sender:
            sender.bind((frame['interface'], 0))
            sender.send(bytes.fromhex(frame['bytes']))


def heard(texts):
    # What is on its way now arrives within a few ticks of the clock, or not at all.
    serve_until(time.monotonic() + 0.2, lambda: False)
    return [[one.name for one in listeners if text.encode() in one.heard] for text in texts]


requests = {
    'serve': lambda servers: listen(Server, servers),
    'listen': lambda places: listen(Place, places),
    'probe': probe,
    'send': send,
    'heard': heard,
}
waiting.register(sys.stdin, selectors.EVENT_READ)
while True:
    if turn(None):
        line = sys.stdin.readline()
        if line == '':
            break
        request = json.loads(line)
        print(json.dumps(requests[request.pop('do')](**request)), flush=True)
