"""Clients of a name server that do what dig does not. What each prints is one word or number.

half SERVER COUNT          connects COUNT times over TCP, sends the first bytes of a query on each, and waits: how many the server
                           has taken on ("held" first, when all have sent), and how many it has ended within 30 seconds
pipeline SERVER NAME COUNT sends COUNT queries over one connection at once: how many answers come
dribble SERVER NAME        sends a query byte by byte: how many answers come
halfclose SERVER NAME      sends a query and says that it has no more: how many answers come
deaf SERVER NAME           sends queries over one connection and never reads: "full" when the server takes no more of them, then
                           "ended" when it ends the connection
garbage SERVER COUNT       sends COUNT datagrams of random bytes: how many were sent
flood SERVER NAME COUNT    sends COUNT queries over UDP and reads what comes within a second of the last: how many answers come
from SOURCE SERVER NAME    asks over UDP from that address: "answered" or "silence"
"""
import os
import random
import select
import socket
import struct
import sys
import time


def query(name, kind=1, number=None):
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    number = random.randrange(65536) if number is None else number
    return struct.pack("!6H", number, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!2H", kind, 1)


def framed(message):
    return struct.pack("!H", len(message)) + message


def connected(server):
    return socket.create_connection((server, 53), timeout=5)


def answers(connection, count):
    """How many come, at most `count`."""
    got, data = 0, b""
    while got < count:
        more = connection.recv(65536)
        if not more:
            break
        data += more
        while len(data) >= 2 and len(data) >= 2 + struct.unpack("!H", data[:2])[0]:
            data = data[2 + struct.unpack("!H", data[:2])[0]:]
            got += 1
    return got


def half(server, count):
    connections = []
    for _ in range(int(count)):
        connection = connected(server)
        try:
            connection.sendall(framed(query("one"))[:10])
            connections.append(connection)
        except OSError:
            pass
    print("held", flush=True)
    # Those that are refused end at once, the others when their time is over.
    quick, late, begun = 0, 0, time.monotonic()
    waiting = set(connections)
    while waiting and time.monotonic() - begun < 30:
        for connection in select.select(waiting, [], [], 1)[0]:
            waiting.remove(connection)
            if time.monotonic() - begun < 3:
                quick += 1
            else:
                late += 1
    print(f"{quick} {late} {len(waiting)}")


def pipeline(server, name, count):
    with connected(server) as connection:
        connection.sendall(b"".join(framed(query(name, number=i)) for i in range(int(count))))
        print(answers(connection, int(count)))


def dribble(server, name):
    with connected(server) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in framed(query(name)):
            connection.sendall(bytes([byte]))
            time.sleep(0.001)
        print(answers(connection, 1))


def halfclose(server, name):
    with connected(server) as connection:
        connection.sendall(framed(query(name)))
        connection.shutdown(socket.SHUT_WR)
        print(answers(connection, 2))


def deaf(server, name):
    with connected(server) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(3)
        try:
            while True:
                connection.sendall(framed(query(name)) * 1000)
        except OSError:
            print("full", flush=True)
        # Errors and the end are told without reading.
        watch = select.poll()
        watch.register(connection, 0)
        print("ended" if watch.poll(30000) else "held")


def garbage(server, count):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for i in range(int(count)):
            noise = os.urandom(random.randrange(0, 600))
            header = query("one")
            sender.sendto(noise if i % 2 else header[: random.randrange(len(header))] + noise, (server, 53))
    print(count)


def flood(server, name, count):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        asker.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        got = 0
        for i in range(int(count)):
            asker.sendto(query(name, number=i % 65536), (server, 53))
            while select.select([asker], [], [], 0.0005)[0]:
                asker.recv(4096)
                got += 1
        while select.select([asker], [], [], 1)[0]:
            asker.recv(4096)
            got += 1
        print(got)


def source(address, server, name):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        asker.bind((address, 0))
        asker.settimeout(1)
        asker.sendto(query(name), (server, 53))
        try:
            asker.recv(4096)
            print("answered")
        except TimeoutError:
            print("silence")


{
    "half": half,
    "pipeline": pipeline,
    "dribble": dribble,
    "halfclose": halfclose,
    "deaf": deaf,
    "garbage": garbage,
    "flood": flood,
    "from": source,
}[sys.argv[1]](*sys.argv[2:])
