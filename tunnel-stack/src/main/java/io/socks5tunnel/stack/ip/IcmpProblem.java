// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.ip;

import io.socks5tunnel.stack.DatagramRefusal;
import io.socks5tunnel.stack.Refusal;

/// What an ICMP error tells, and the types and codes that tell it (RFC 792, RFC 1122 §3.2.2.1, RFC 1812 §4.3.3,
/// RFC 4443 §3, RFC 7112 §5).
enum IcmpProblem {
    NETWORK_UNREACHABLE(3, 0, 1, 0),
    HOST_UNREACHABLE(3, 1, 1, 3),
    PROTOCOL_UNREACHABLE(3, 2, 4, 1),
    PORT_UNREACHABLE(3, 3, 1, 4),
    TOO_BIG(3, 4, 2, 0),
    SOURCE_ROUTE_FAILED(3, 5, 4, 0),
    ADMINISTRATIVELY_PROHIBITED(3, 13, 1, 1),
    TIME_EXCEEDED(11, 0, 3, 0),
    REASSEMBLY_TIME_EXCEEDED(11, 1, 3, 1),
    /// ICMPv6 calls it "erroneous header field".
    HEADER_FIELD_WRONG(12, 0, 4, 0),
    /// IPv6 only.
    NEXT_HEADER_UNKNOWN(12, 0, 4, 1),
    /// IPv6 only.
    OPTION_UNKNOWN(12, 0, 4, 2),
    /// IPv6 only.
    FIRST_FRAGMENT_INCOMPLETE(12, 0, 4, 3);

    private final int type;
    private final int code;
    private final int typeV6;
    private final int codeV6;

    IcmpProblem(int type, int code, int typeV6, int codeV6) {
        this.type = type;
        this.code = code;
        this.typeV6 = typeV6;
        this.codeV6 = codeV6;
    }

    /// How a refused SYN is told.
    ///
    /// @throws IllegalArgumentException unless [IcmpErrors#isToldByIcmp]
    static IcmpProblem of(Refusal refusal) {
        return switch (refusal) {
            case NETWORK_UNREACHABLE -> NETWORK_UNREACHABLE;
            case HOST_UNREACHABLE -> HOST_UNREACHABLE;
            case ADMINISTRATIVELY_PROHIBITED -> ADMINISTRATIVELY_PROHIBITED;
            case TIME_EXCEEDED -> TIME_EXCEEDED;
            case RESET, SILENCE -> throw new IllegalArgumentException(refusal + " is not told by ICMP");
        };
    }

    /// How a refused datagram is told.
    static IcmpProblem of(DatagramRefusal refusal) {
        return switch (refusal) {
            case PORT_UNREACHABLE -> PORT_UNREACHABLE;
            case HOST_UNREACHABLE -> HOST_UNREACHABLE;
            case ADMINISTRATIVELY_PROHIBITED -> ADMINISTRATIVELY_PROHIBITED;
        };
    }

    int type(boolean isIpv4) {
        return isIpv4 ? type : typeV6;
    }

    int code(boolean isIpv4) {
        return isIpv4 ? code : codeV6;
    }
}
