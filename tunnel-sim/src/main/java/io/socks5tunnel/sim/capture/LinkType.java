// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.capture;

import org.jspecify.annotations.Nullable;

/// The link layers that [LinkLayer] knows, with their numbers in capture files.
public enum LinkType {
    /// BSD loopback: the address family in the byte order of the capturing host.
    NULL(0),
    /// Ethernet, without preamble.
    ETHERNET(1),
    /// PPP, with or without the address and control bytes of HDLC.
    PPP(9),
    /// Raw IP, as most systems once numbered it.
    RAW_12(12),
    /// Raw IP, as OpenBSD numbers it.
    RAW_14(14),
    /// PPP in HDLC-like framing, RFC 1662.
    PPP_HDLC(50),
    /// What follows the Ethernet header of PPPoE: the PPPoE header, then PPP.
    PPP_ETHER(51),
    /// Raw IP: what a TUN device carries.
    RAW(101),
    /// OpenBSD loopback: the address family in network byte order.
    LOOP(108),
    /// Linux "cooked" capture of the device `any`, first version.
    LINUX_SLL(113),
    /// Raw IPv4.
    IPV4(228),
    /// Raw IPv6.
    IPV6(229),
    /// Linux "cooked" capture, second version.
    LINUX_SLL2(276);

    private final int number;

    LinkType(int number) {
        this.number = number;
    }

    /// The number in capture files, `LINKTYPE_…` in the registry of libpcap.
    public int number() {
        return number;
    }

    /// The constant of that number, or null for one of the many link layers that carry no IP for us.
    public static @Nullable LinkType of(int number) {
        for (LinkType type : values()) {
            if (type.number == number) {
                return type;
            }
        }
        return null;
    }
}
