# Copyright (c) 2026 The socks5-tunnel authors
# SPDX-License-Identifier: MIT
"""Sends packets that no honest client sends into a TUN device, and prints what came back.

packets.py DEVICE DESTINATION DESTINATION6 OPEN_PORT

Prints a line for each case: its name, a tab, and the answers, such as "RA" (TCP flags) or "ICMPv6 4/1", with commas
between; "-" for none. The sources are addresses that nobody has, so no kernel interferes.
"""

import logging
import socket
import sys
import time

logging.getLogger("scapy.runtime").setLevel(logging.ERROR)
from scapy.layers.inet import IP, TCP
from scapy.layers.inet6 import (
    IPv6,
    IPv6ExtHdrDestOpt,
    IPv6ExtHdrFragment,
    IPv6ExtHdrHopByHop,
    IPv6ExtHdrRouting,
    ICMPv6EchoRequest,
)
from scapy.packet import Raw

ALL = 3  # ETH_P_ALL
SOURCE, SOURCE6 = "198.18.2.77", "fc00:18:2::77"
QUIET_SECONDS = 0.25
LONGEST_SECONDS = 2.0

device, destination, destination6, port = sys.argv[1:4] + [int(sys.argv[4])]
wire = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ALL))
wire.bind((device, ALL))
wire.settimeout(0.05)
next_port = case_port = 20000


def send(packet):
    """Puts a packet on the device, as if a kernel had routed it there."""
    data = bytes(packet)
    protocol = 0x86DD if data[0] >> 4 == 6 else 0x0800
    wire.sendto(data, (device, protocol))


def name(data):
    """What an answer is, or None for a late one of an earlier case: SYN-ACKs come again and again."""
    packet = IPv6(data) if data[0] >> 4 == 6 else IP(data)
    protocol = packet.nh if packet.version == 6 else packet.proto
    if protocol == 6:
        tcp = packet[TCP]
        return str(tcp.flags) if tcp.dport == port or case_port < tcp.dport <= next_port else None
    if protocol in (1, 58):
        header = bytes(packet.payload)
        return "%s %d/%d" % ("ICMP" if protocol == 1 else "ICMPv6", header[0], header[1])
    return "protocol %d" % protocol


def answers(may_wait):
    """What comes to our sources until it is quiet; if `may_wait`, for the first answer longer than for more."""
    seen = []
    begin = last = time.monotonic()
    while True:
        now = time.monotonic()
        limit = LONGEST_SECONDS if may_wait and not seen else QUIET_SECONDS
        if now - last > limit or now - begin > LONGEST_SECONDS:
            return seen
        try:
            data, origin = wire.recvfrom(70000)
        except TimeoutError:
            continue
        if origin[2] == socket.PACKET_OUTGOING:
            continue
        answer = name(data)
        if answer:
            seen.append(answer)
            last = now


def case(title, packets, may_wait=False):
    global case_port
    for packet in packets:
        send(packet)
    seen = answers(may_wait)
    print(title + "\t" + (",".join(seen) if seen else "-"), flush=True)
    case_port = next_port


def tcp(flags, **more):
    global next_port
    next_port += 1
    return TCP(sport=next_port, dport=port, flags=flags, seq=1000, **more)


def pieces(packet, cuts):
    """IPv4 fragments of a packet whose payload is cut at these offsets, which are multiples of eight."""
    payload = bytes(packet)[20:]
    edges = [0] + cuts + [len(payload)]
    return [
        IP(src=SOURCE, dst=destination, id=packet.id, proto=packet.proto, frag=a // 8, flags="MF" if b < len(payload) else 0)
        / Raw(payload[a:b])
        for a, b in zip(edges, edges[1:])
    ]


def v4(upper, **fields):
    global next_port
    return IP(**{"src": SOURCE, "dst": destination, "id": next_port & 0xFFFF, **fields}) / upper


def v6(*headers, **fields):
    packet = IPv6(**{"src": SOURCE6, "dst": destination6, **fields})
    for header in headers:
        packet = packet / header
    return packet


# --- that this program sees answers at all
case("plain SYN", [v4(tcp("S"))], True)
case("plain SYN over IPv6", [v6(tcp("S"))], True)

# --- absurd flags
for flags in ["", "F", "FPU", "SF", "SR", "SFRPAU", "R", "RA"]:
    case("flags " + (flags or "none"), [v4(tcp(flags))], flags in ["", "F", "FPU"])

# --- a packet from itself
case("land", [IP(src=destination, dst=destination) / TCP(sport=port, dport=port, flags="S")])
case("land over IPv6", [IPv6(src=destination6, dst=destination6) / TCP(sport=port, dport=port, flags="S")])
case("SYN from broadcast", [v4(tcp("S"), src="255.255.255.255")])
case("SYN from multicast", [v6(tcp("S"), src="ff02::1")])

# --- IPv4 fragments
syn = v4(tcp("S", options=[("MSS", 1460), ("NOP", None), ("WScale", 7), ("NOP", None), ("NOP", None), ("SAckOK", b"")]))
case("SYN in tiny fragments", pieces(syn, [8, 16, 24]), True)
syn = v4(tcp("S", options=[("MSS", 1460), ("NOP", None), ("WScale", 7)]))
first, second, third = pieces(syn, [8, 16])
overlapping = IP(bytes(second))
overlapping.payload = Raw(b"\xff" * 16)
del overlapping.len, overlapping.chksum
case("SYN in fragments that overlap", [first, overlapping, second, third])
case("fragment past the end", [v4(Raw(b"x" * 64), proto=17, frag=8190, flags=0), v4(Raw(b"x" * 8), proto=17, flags="MF")])
# the second piece lies inside the first
inside = [
    v4(Raw(b"x" * 36), proto=17, id=242, flags="MF", frag=0),
    v4(Raw(b"x" * 4), proto=17, id=242, frag=3),
]
case("fragment inside another", inside)
case("fragment of no length", [v4(Raw(b""), proto=17, id=243, flags="MF", frag=8191)])
case("fragment that is no multiple of eight", [v4(Raw(b"x" * 13), proto=17, id=244, flags="MF")])

# --- extension headers of IPv6
echo = ICMPv6EchoRequest(data=b"x")
case("destination options without end", [v6(*[IPv6ExtHdrDestOpt()] * 100, tcp("S"))])
case("hop-by-hop options that do not come first", [v6(IPv6ExtHdrDestOpt(), IPv6ExtHdrHopByHop(), tcp("S"))], True)
case("a route of type 0 with hops left", [v6(IPv6ExtHdrRouting(addresses=["fd00:19::2"] * 3, segleft=3), tcp("S"))], True)
case("an unknown header", [v6(Raw(b"x" * 24), nh=253)], True)
case("a header longer than the packet", [v6(Raw(bytes([6, 255]) + b"\0" * 14), nh=60)], True)
case("a SYN behind a fragment header that is alone", [v6(IPv6ExtHdrFragment(id=1), tcp("S"))], True)
case("fragments that overlap over IPv6", [
    v6(IPv6ExtHdrFragment(id=2, m=1, offset=0, nh=17), Raw(b"x" * 32)),
    v6(IPv6ExtHdrFragment(id=2, m=0, offset=2, nh=17), Raw(b"y" * 32)),
])
case("a first fragment without the headers", [v6(IPv6ExtHdrFragment(id=3, m=1, offset=0, nh=60), Raw(bytes([6, 9]) + b"\0" * 6))], True)
case("a fragment that is no multiple of eight over IPv6", [v6(IPv6ExtHdrFragment(id=4, m=1, offset=0, nh=17), Raw(b"x" * 13))], True)
case("a fragment past the end over IPv6", [v6(IPv6ExtHdrFragment(id=5, m=0, offset=8190, nh=17), Raw(b"x" * 64))], True)
case("fragments in fragments", [v6(*[IPv6ExtHdrFragment(id=6, m=1)] * 20, echo)])

# --- many beginnings of datagrams that never go on
begin = bytes(v4(Raw(b"x" * 1400), proto=17, flags="MF"))
for i in range(20000):
    packet = bytearray(begin)
    packet[4:6] = (i & 0xFFFF).to_bytes(2, "big")
    packet[14:16] = (i >> 4 & 0xFFFF).to_bytes(2, "big")
    packet[10:12] = b"\0\0"
    total = sum(int.from_bytes(packet[j : j + 2], "big") for j in range(0, 20, 2))
    total = (total & 0xFFFF) + (total >> 16)
    packet[10:12] = (0xFFFF - ((total & 0xFFFF) + (total >> 16))).to_bytes(2, "big")
    wire.sendto(packet, (device, 0x0800))
print("first fragments\t%d" % 20000, flush=True)
