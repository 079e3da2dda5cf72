// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

/// A segment as the state × event matrix names it: SEG.SEQ, SEG.ACK, SEG.WND of RFC 9293 §3.3.1, relative to the
/// first byte behind each SYN.
///
/// @param ack meaningless unless the ACK flag is set
/// @param payload length of the text, bytes
/// @param timestamp TSval, if the connection has timestamps
record ArrivingSegment(int flags, int seq, int ack, int payload, int window, Timestamp timestamp) {
    /// TSval as compared with the greatest one that the connection has taken (TS.Recent).
    enum Timestamp {
        /// The segment has no option.
        ABSENT,
        OLDER,
        EQUAL,
        NEWER;

        /// TSval, if TS.Recent is `recent`.
        int value(int recent) {
            return switch (this) {
                case ABSENT, EQUAL -> recent;
                case OLDER -> recent - 1;
                case NEWER -> recent + 1;
            };
        }
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    boolean isFin() {
        return has(SentPacket.FIN);
    }

    boolean isSyn() {
        return has(SentPacket.SYN);
    }

    boolean isRst() {
        return has(SentPacket.RST);
    }

    boolean isAck() {
        return has(SentPacket.ACK);
    }

    /// SEG.LEN: SYN and FIN take one number each (RFC 9293 §3.4).
    int length() {
        return payload + (isSyn() ? 1 : 0) + (isFin() ? 1 : 0);
    }

    /// The same without text and FIN.
    ArrivingSegment bare() {
        return new ArrivingSegment(flags & ~SentPacket.FIN, seq, ack, 0, window, timestamp);
    }

    /// The same with another TSval.
    ArrivingSegment with(Timestamp other) {
        return new ArrivingSegment(flags, seq, ack, payload, window, other);
    }
}
