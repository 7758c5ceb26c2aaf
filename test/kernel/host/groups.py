"""Sends a datagram to a multicast group in one sandbox, and prints what those in others who have joined it receive.

groups.py GROUP SENDER MEMBER…      sandboxes by their files; GROUP of either family, on the interface eth0
"""

import ctypes
import os
import socket
import struct
import sys

PORT = 7007
CLONE_NEWNET = 0x40000000  # os.setns came with Python 3.12
libc = ctypes.CDLL(None, use_errno=True)


def within(path, work):
    """The result of `work`, done in a namespace; whoever calls is in another one afterwards."""
    with open(path) as namespace:
        if libc.setns(namespace.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), path)
    return work()


def member():
    wire = socket.socket(family, socket.SOCK_DGRAM)
    wire.settimeout(2)
    wire.bind((group, PORT, 0, index()) if family == socket.AF_INET6 else (group, PORT))
    packed = socket.inet_pton(family, group)
    if family == socket.AF_INET6:
        wire.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, packed + struct.pack('@I', index()))
    else:
        wire.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, struct.pack('@4s4si', packed, bytes(4), index()))
    return wire


def send():
    with socket.socket(family, socket.SOCK_DGRAM) as wire:
        wire.sendto(b'to all of ' + group.encode(), (group, PORT, 0, index()) if family == socket.AF_INET6 else (group, PORT))


def index():
    return socket.if_nametoindex('eth0')


group, sender, *members = sys.argv[1:]
family = socket.AF_INET6 if ':' in group else socket.AF_INET
wires = [within(path, member) for path in members]
within(sender, send)
for path, wire in zip(members, wires):
    try:
        print(os.path.basename(path), 'received', wire.recv(100).decode())
    except TimeoutError:
        print(os.path.basename(path), 'received nothing')
