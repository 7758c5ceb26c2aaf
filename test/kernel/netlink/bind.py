"""Tries to get ports of the host, as other programs would, and prints what became of each, one a line.

Each argument is one attempt: PROTOCOL,ADDRESS,PORT[,OPTION...]. Options: addr and port (SO_REUSEADDR, SO_REUSEPORT),
dual (an IPv6 socket for IPv4 as well). A TCP socket listens.
"""
import errno
import socket
import sys


def attempt(protocol, address, port, *options):
    family = socket.AF_INET6 if ':' in address else socket.AF_INET
    kind = socket.SOCK_STREAM if protocol == 'tcp' else socket.SOCK_DGRAM
    with socket.socket(family, kind) as one:
        if family == socket.AF_INET6:
            one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0 if 'dual' in options else 1)
        if 'addr' in options:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if 'port' in options:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        try:
            one.bind((address, int(port)))
            if protocol == 'tcp':
                one.listen()
        except OSError as error:
            return errno.errorcode[error.errno]
    return 'had'


for argument in sys.argv[1:]:
    print(attempt(*argument.split(',')))
