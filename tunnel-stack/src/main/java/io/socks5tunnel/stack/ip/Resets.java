// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.ip;

import io.socks5tunnel.api.spi.OutboundPacket;
import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.stack.wire.SegmentView;

/// Makes RST segments without a connection (RFC 9293 §3.5.2, §3.10.7.1), complete with checksums. Confined to one shard.
public final class Resets {
    private Resets() {}

    /// The answer of a closed port: with ACK in the segment `<SEQ=SEG.ACK><CTL=RST>`, without it
    /// `<SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>`.
    ///
    /// @return false if nothing is to be sent, because the segment is itself a RST
    public static boolean answer(SegmentView segment, OutboundPacket into) {
        throw new UnsupportedOperationException();
    }

    /// `<SEQ=seq><CTL=RST>` from the flow's destination to its client.
    public static void write(FlowKey key, int seq, OutboundPacket into) {
        throw new UnsupportedOperationException();
    }

    /// `<SEQ=seq><ACK=ack><CTL=RST,ACK>` from the flow's destination to its client. A held SYN is refused with SEQ 0 and
    /// ACK one after its sequence number.
    public static void writeWithAck(FlowKey key, int seq, int ack, OutboundPacket into) {
        throw new UnsupportedOperationException();
    }
}
