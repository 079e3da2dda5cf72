// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

/// The variables of a connection as RFC 9293 §3.3.1 names them, in numbers relative to the first byte behind each
/// SYN, before a segment arrives.
///
/// @param sndWnd SND.WND, bytes
/// @param sndWl1 SEG.SEQ of the last window update
/// @param sndWl2 SEG.ACK of the last window update
/// @param maxSndWnd the largest window ever seen (RFC 5961 §5.2)
/// @param rcvWnd RCV.WND, bytes, as last advertised
/// @param hasTimestamps whether both SYNs had the option (RFC 7323 §3.2)
record ConnectionModel(
        MatrixState state,
        int sndUna,
        int sndNxt,
        int sndWnd,
        int sndWl1,
        int sndWl2,
        int maxSndWnd,
        int rcvNxt,
        int rcvWnd,
        boolean hasTimestamps) {
    /// The same with another receive window.
    ConnectionModel withWindow(int bytes) {
        return new ConnectionModel(
                state, sndUna, sndNxt, sndWnd, sndWl1, sndWl2, maxSndWnd, rcvNxt, bytes, hasTimestamps);
    }

    /// SND.UNA =< SEG.ACK =< SND.NXT, the numbers being modulo 2^32.
    boolean acknowledgesNothingUnsent(int ack) {
        return Integer.compareUnsigned(ack - sndUna, sndNxt - sndUna) <= 0;
    }

    /// SND.UNA < SEG.ACK =< SND.NXT.
    boolean isAdvancedBy(int ack) {
        return ack != sndUna && acknowledgesNothingUnsent(ack);
    }

    /// SND.UNA - MAX.SND.WND =< SEG.ACK =< SND.NXT (RFC 5961 §5.2).
    boolean isAckPlausible(int ack) {
        int lowest = sndUna - maxSndWnd;
        return Integer.compareUnsigned(ack - lowest, sndNxt - lowest) <= 0;
    }

    /// RCV.NXT =< number < RCV.NXT + RCV.WND.
    boolean isInWindow(int number) {
        return Integer.compareUnsigned(number - rcvNxt, rcvWnd) < 0;
    }

    /// The four rows of RFC 9293 §3.10.7.4, table 6.
    boolean isAcceptable(ArrivingSegment segment) {
        int length = segment.length();
        if (rcvWnd == 0) {
            return length == 0 && segment.seq() == rcvNxt;
        }
        if (length == 0) {
            return isInWindow(segment.seq());
        }
        return isInWindow(segment.seq()) || isInWindow(segment.seq() + length - 1);
    }
}
