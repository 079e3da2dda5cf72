# Copyright (c) 2026 The socks5-tunnel authors
# SPDX-License-Identifier: MIT
"""Puts a SYN and a datagram to each of some addresses on a TUN device, as no kernel would route them there.

reach.py DEVICE PORT ADDRESS...

The sources are addresses that nobody has.
"""

import logging
import socket
import sys

logging.getLogger("scapy.runtime").setLevel(logging.ERROR)
from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.inet6 import IPv6

device, port = sys.argv[1], int(sys.argv[2])
wire = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
wire.bind((device, 0))

for number, address in enumerate(sys.argv[3:]):
    is_ipv6 = ":" in address
    head = IPv6(src="fc00:18:2::77", dst=address) if is_ipv6 else IP(src="198.18.2.77", dst=address)
    protocol = 0x86DD if is_ipv6 else 0x0800
    wire.sendto(bytes(head / TCP(sport=30000 + number, dport=port, flags="S", seq=1)), (device, protocol))
    wire.sendto(bytes(head / UDP(sport=30000 + number, dport=port) / b"let me in"), (device, protocol))
