"""Frames of a kind that no protocol has, on the interface eth0: tells whether two sandboxes share a wire.

frames.py send MAC…      sends one frame to each address
frames.py wait SECONDS   prints "ready" when it listens, then the destinations of frames of others, as they come
"""

import socket
import sys

KIND = 0x88B5  # for local experiments (IEEE 802)

with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(KIND)) as wire:
    wire.bind(('eth0', KIND))
    if sys.argv[1] == 'send':
        own = wire.getsockname()[4]
        for address in sys.argv[2:]:
            wire.send(bytes.fromhex(address.replace(':', '')) + own + KIND.to_bytes(2, 'big') + bytes(46))
    else:
        print('ready', flush=True)
        wire.settimeout(float(sys.argv[2]))
        try:
            while True:
                print(wire.recv(2048)[:6].hex(':'), flush=True)
        except TimeoutError:
            pass
