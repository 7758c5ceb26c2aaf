"""A DNS client that lives as long as its input: one command a line, one JSON document a line in return.

ask SERVER NAME TYPE           asks over UDP, and again each second up to five; {"code", "data"}, {"silence"} or {"error"}
send SOURCE SERVER NAME TYPE   asks from an address of this namespace, and does not wait; {"sent"}
received                       how many answers have come to those that were sent; {"received"}
"""
import ipaddress
import json
import os
import socket
import struct
import sys

TYPES = {'A': 1, 'PTR': 12, 'AAAA': 28}
CODES = {0: 'NOERROR', 1: 'FORMERR', 2: 'SERVFAIL', 3: 'NXDOMAIN', 5: 'REFUSED'}
waiting = []


def encode(name, kind):
    labels = b''.join(bytes([len(label)]) + label.encode() for label in name.split('.'))
    number = os.urandom(2)
    return number + struct.pack('>5H', 0x0100, 1, 0, 0, 0) + labels + b'\0' + struct.pack('>2H', TYPES[kind], 1)


def read_name(packet, at):
    """The name at a place, and the place after it."""
    labels = []
    end = None
    while True:
        length = packet[at]
        if length >= 0xC0:
            end = end or at + 2
            at = struct.unpack_from('>H', packet, at)[0] & 0x3FFF
        elif length == 0:
            return '.'.join(labels), end or at + 1
        else:
            labels.append(packet[at + 1:at + 1 + length].decode())
            at += 1 + length


def decode(packet):
    flags, questions, answers = struct.unpack_from('>3H', packet, 2)
    at = 12
    for _ in range(questions):
        at = read_name(packet, at)[1] + 4
    data = []
    for _ in range(answers):
        at = read_name(packet, at)[1]
        kind, _, _, length = struct.unpack_from('>2HIH', packet, at)
        at += 10
        if kind in (TYPES['A'], TYPES['AAAA']):
            data.append(str(ipaddress.ip_address(packet[at:at + length])))
        elif kind == TYPES['PTR']:
            data.append(read_name(packet, at)[0])
        at += length
    return {'code': CODES.get(flags & 15, flags & 15), 'data': data}


def socket_for(server):
    return socket.socket(socket.AF_INET6 if ':' in server else socket.AF_INET, socket.SOCK_DGRAM)


def ask(server, name, kind):
    query = encode(name, kind)
    with socket_for(server) as one:
        one.settimeout(1)
        one.connect((server, 53))
        for _ in range(5):
            one.send(query)
            try:
                answer = one.recv(65535)
                if answer[:2] == query[:2]:
                    return decode(answer)
            except TimeoutError:
                pass
    return {'silence': True}


def send(source, server, name, kind):
    one = socket_for(server)
    one.bind((source, 0))
    one.setblocking(False)
    one.sendto(encode(name, kind), (server, 53))
    waiting.append(one)
    return {'sent': True}


def received():
    count = 0
    for one in waiting:
        try:
            one.recv(65535)
            count += 1
        except BlockingIOError:
            pass
    return {'received': count}


print('ready', flush=True)
for line in sys.stdin:
    command, *arguments = line.split()
    try:
        answer = {'ask': ask, 'send': send, 'received': received}[command](*arguments)
    except OSError as error:
        answer = {'error': os.strerror(error.errno)}
    print(json.dumps(answer), flush=True)
