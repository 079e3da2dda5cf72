// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

/// Why a packet from the TUN device, or a datagram from the SOCKS server, was not delivered. Every one is
/// delivered, answered or counted here once.
public enum DropReason {
    /// Shorter than its IP header, or a header length out of range (RFC 791 §3.1, RFC 8200 §3).
    IP_HEADER_MALFORMED,
    /// Neither IPv4 nor IPv6.
    IP_VERSION_UNKNOWN,
    /// The IPv4 header checksum is wrong (RFC 1122 §3.2.1.2).
    IP_CHECKSUM,
    /// The total length says more than was read.
    IP_TRUNCATED,
    /// Source address that no host may use: multicast, broadcast, unspecified, IPv4-mapped.
    IP_SOURCE_INVALID,
    /// Destination address that this stack serves nobody at: multicast, broadcast, unspecified, IPv4-mapped.
    IP_DESTINATION_INVALID,
    /// An IPv4 source route or IPv6 routing header that must be refused (RFC 1122 §3.2.1.8, RFC 5095).
    IP_ROUTING_REFUSED,
    /// IPv6 extension headers too many, too long, or unknown (RFC 8200 §4).
    IP_EXTENSION_REFUSED,
    /// A fragment without payload, not a multiple of 8 bytes though more follow, beyond 65535 bytes, or one that
    /// has not all the headers that the first one must have (RFC 8200 §4.5, RFC 7112 §5).
    IP_FRAGMENT_MALFORMED,
    /// A fragment that overlaps or contradicts another one, with all others of its datagram (RFC 5722 §4).
    IP_FRAGMENT_OVERLAP,
    /// A fragment that has come before.
    IP_FRAGMENT_DUPLICATE,
    /// A fragment whose datagram did not become whole in time.
    IP_REASSEMBLY_TIMEOUT,
    /// A fragment whose datagram was pushed out by newer ones.
    IP_REASSEMBLY_FULL,
    /// A transport protocol that this stack does not speak.
    PROTOCOL_UNKNOWN,
    /// TCP header shorter than 20 bytes or past the segment (RFC 9293 §3.1).
    TCP_HEADER_MALFORMED,
    /// The TCP checksum is wrong (RFC 9293 MUST-3).
    TCP_CHECKSUM,
    /// A flag combination that no segment may have in this state.
    TCP_FLAGS_INVALID,
    /// A RST for no flow, or one that matches no acceptable sequence number.
    TCP_RESET_IGNORED,
    /// Outside the receive window (RFC 9293 §3.10.7.4).
    TCP_OUT_OF_WINDOW,
    /// Acknowledges what was never sent, or too long ago (RFC 5961 §5.2).
    TCP_ACK_UNACCEPTABLE,
    /// An old timestamp (RFC 7323 §5).
    TCP_PAWS,
    /// A SYN for a flow that is already being opened, while its answer is awaited.
    TCP_SYN_REPEATED,
    /// A SYN beyond the limit of half-open flows.
    TCP_HALF_OPEN_LIMIT,
    /// A SYN in a synchronized state (RFC 5961 §4).
    TCP_SYN_UNEXPECTED,
    /// Data after the end of the stream, or for a flow that takes none any more.
    TCP_DATA_AFTER_CLOSE,
    /// Out-of-order data that found no room.
    TCP_REASSEMBLY_FULL,
    /// UDP to where nothing relays it: no SOCKS server, or one that refuses datagrams.
    UDP_NOT_RELAYED,
    /// A datagram larger than the relay can carry; the client is told with ICMP. Or one to a name that is longer
    /// than the relay can be told.
    UDP_TOO_LARGE,
    /// A datagram for a flow whose queue was full, or one flow more than can wait for the SOCKS server.
    UDP_QUEUE_FULL,
    /// A datagram for a flow that has ended, or was refused, while the datagram waited.
    UDP_FLOW_ENDED,
    /// A datagram of the tunnel itself to its SOCKS server, routed into the TUN device: a routing loop.
    UDP_LOOP,
    /// A datagram from the SOCKS server whose SOCKS header is cut or impossible (RFC 1928 §7).
    UDP_REPLY_MALFORMED,
    /// A datagram from the SOCKS server that is a fragment in the sense of RFC 1928 §7.
    UDP_REPLY_FRAGMENT,
    /// A datagram from the SOCKS server whose source is a name, which no IP packet can show.
    UDP_REPLY_NAMED,
    /// A datagram from the SOCKS server that cannot reach the client: its source is of the other IP family, or
    /// it is too long.
    UDP_REPLY_UNDELIVERABLE,
    /// UDP header or length malformed.
    UDP_MALFORMED,
    /// The UDP checksum is wrong.
    UDP_CHECKSUM,
    /// What came to the address of mapdns and is no DNS query: too short, or a response.
    DNS_MALFORMED,
    /// ICMP that asks for no answer, or that is switched off, or an error that changes nothing.
    ICMP_IGNORED,
    /// An ICMP message that is too short for what it says, or says what cannot be.
    ICMP_MALFORMED,
    /// The ICMP checksum is wrong (RFC 792, RFC 4443 §2.3).
    ICMP_CHECKSUM,
    /// An ICMP error about a segment that was not sent, or is no longer under way (RFC 5927 §4).
    ICMP_NOT_OURS,
    /// No memory within the budget.
    BUFFERS_EXHAUSTED,
    /// A packet for a flow of another shard, whose mailbox was full.
    STRAY_MAILBOX_FULL
}
