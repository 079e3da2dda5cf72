// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.capture;

/// Why a captured frame gave no IP packet.
public enum SkipReason {
    /// Asks for, or tells, the link layer address of a neighbour (ARP, RARP): a TUN device never carries it.
    ARP("ARP"),
    /// An 802.3 frame with a length in place of a type, and no IP behind it: spanning tree and the like.
    LLC("LLC"),
    /// PPPoE before its session begins, RFC 2516.
    PPPOE_DISCOVERY("PPPoE discovery"),
    /// A PPP frame that carries no IP: LCP, authentication, compressed headers.
    PPP_CONTROL("PPP control"),
    /// Some other protocol that stands beside IP: LLDP, MPLS, a family that is not IP.
    OTHER_PROTOCOL("other protocol"),
    /// The snap length, or the frame's own end, came before the IP header.
    NO_IP_HEADER("no IP header captured"),
    /// A link layer that is not known here.
    UNKNOWN_LINK_TYPE("unknown link type");

    private final String text;

    SkipReason(String text) {
        this.text = text;
    }

    /// In words, for a table.
    public String text() {
        return text;
    }
}
