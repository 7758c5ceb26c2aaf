"""Makes connections for the kernel to track.

send PROTOCOL,ADDRESS,PORT...  one packet (tcp: one attempt) to each
ask PORT PORT                  serves both ports of 127.0.0.1; for each line that is read, sends a datagram to the first,
                               always from the same port, and prints which of them it came to
fill COUNT                     so many connections to 198.51.100.1, written straight into the kernel's table
"""
import select
import socket
import struct
import sys


def send(*packets):
    for packet in packets:
        protocol, address, port = packet.split(',')
        family = socket.AF_INET6 if ':' in address else socket.AF_INET
        one = socket.socket(family, socket.SOCK_STREAM if protocol == 'tcp' else socket.SOCK_DGRAM)
        if protocol == 'tcp':
            with socket.create_server((address, int(port)), family=family):
                one.connect((address, int(port)))
        else:
            one.sendto(b'hello', (address, int(port)))


def ask(first, second):
    servers = {}
    for port in first, second:
        server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        server.bind(('127.0.0.1', int(port)))
        servers[server] = port
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    client.bind(('127.0.0.1', 4000))
    for _ in sys.stdin:
        client.sendto(b'hello', ('127.0.0.1', int(first)))
        ready, _, _ = select.select(list(servers), [], [], 5)
        for server in ready:
            server.recv(10)
        print(' '.join(servers[server] for server in ready), flush=True)


def attribute(kind, *parts, nested=True):
    data = b''.join(parts)
    length = 4 + len(data)
    return struct.pack('HH', length, kind | (0x8000 if nested else 0)) + data + bytes(-length % 4)


def leaf(kind, data):
    return attribute(kind, data, nested=False)


def tuple_of(source, destination, source_port, destination_port):
    addresses = attribute(1, leaf(1, socket.inet_aton(source)), leaf(2, socket.inet_aton(destination)))
    ports = leaf(2, struct.pack('>H', source_port)), leaf(3, struct.pack('>H', destination_port))
    return addresses + attribute(2, leaf(1, bytes([socket.IPPROTO_UDP])), *ports)


def fill(count):
    one = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12)
    for number in range(int(count)):
        there = tuple_of('203.0.113.1', '198.51.100.1', 1024 + number, 53)
        back = tuple_of('198.51.100.1', '203.0.113.1', 53, 1024 + number)
        body = struct.pack('BBH', socket.AF_INET, 0, 0) + attribute(1, there) + attribute(2, back)
        body += leaf(7, struct.pack('>I', 600))
        # IPCTNL_MSG_CT_NEW; NLM_F_REQUEST, NLM_F_CREATE, NLM_F_EXCL.
        one.send(struct.pack('IHHII', 16 + len(body), 0x100, 0x601, number, 0) + body)


globals()[sys.argv[1]](*sys.argv[2:])
