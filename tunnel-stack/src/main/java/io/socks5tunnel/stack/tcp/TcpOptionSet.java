// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import io.socks5tunnel.stack.wire.SegmentView;

/// What a client offered in its SYN and this stack agrees to.
///
/// @param segmentSizeBytes the client's MSS option, or its default, within sane limits; options not taken off
/// @param isScaling whether windows are scaled (RFC 7323 §2)
/// @param sendShift the client's window scale, 0 to 14; 0 without scaling
/// @param receiveShift our own; 0 without scaling
/// @param isSack whether selective acknowledgements are exchanged (RFC 2018)
/// @param isTimestamps whether every segment carries timestamps (RFC 7323 §3)
record TcpOptionSet(
        int segmentSizeBytes,
        boolean isScaling,
        int sendShift,
        int receiveShift,
        boolean isSack,
        boolean isTimestamps) {
    /// What a host that says nothing takes over IPv4 (RFC 9293 §3.7.1).
    static final int DEFAULT_SEGMENT_SIZE_IPV4 = 536;
    /// The same over IPv6.
    static final int DEFAULT_SEGMENT_SIZE_IPV6 = 1220;
    /// Less than this makes segments of almost nothing but headers; what asks for it is a mistake or an attack.
    static final int MIN_SEGMENT_SIZE = 88;

    private static final int MAX_UNSCALED_WINDOW = 65535;

    /// Agrees to everything that `syn` offers.
    ///
    /// @param maxReceiveWindowBytes what the window must be able to say
    static TcpOptionSet agreed(SegmentView syn, int maxReceiveWindowBytes) {
        boolean isScaling = syn.windowScaleShift() != SegmentView.NONE;
        return new TcpOptionSet(
                segmentSize(syn),
                isScaling,
                isScaling ? syn.windowScaleShift() : 0,
                isScaling ? shiftFor(maxReceiveWindowBytes) : 0,
                syn.isSackPermitted(),
                syn.hasTimestamps());
    }

    private static int segmentSize(SegmentView syn) {
        int offered = syn.maxSegmentSize();
        if (offered == SegmentView.NONE) {
            return syn.isIpv4() ? DEFAULT_SEGMENT_SIZE_IPV4 : DEFAULT_SEGMENT_SIZE_IPV6;
        }
        return Math.max(offered, MIN_SEGMENT_SIZE);
    }

    private static int shiftFor(int windowBytes) {
        int shift = 0;
        while (shift < 14 && windowBytes >> shift > MAX_UNSCALED_WINDOW) {
            shift++;
        }
        return shift;
    }
}
