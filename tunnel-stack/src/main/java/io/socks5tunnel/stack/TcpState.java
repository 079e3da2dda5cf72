// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack;

/// The states of a connection (RFC 9293 §3.3.2), from the passive side's view. LISTEN and SYN-SENT do not occur: a
/// SYN is held by a [TcpOpenRequest] until it is accepted, and this stack never opens a connection.
///
/// ```
/// SYN_RECEIVED  our SYN acknowledged            ESTABLISHED
/// ESTABLISHED   FIN received                    CLOSE_WAIT
/// ESTABLISHED   FIN sent                        FIN_WAIT_1
/// CLOSE_WAIT    FIN sent                        LAST_ACK
/// FIN_WAIT_1    our FIN acknowledged            FIN_WAIT_2
/// FIN_WAIT_1    FIN received                    CLOSING
/// FIN_WAIT_1    both                            TIME_WAIT
/// FIN_WAIT_2    FIN received                    TIME_WAIT
/// CLOSING       our FIN acknowledged            TIME_WAIT
/// LAST_ACK      our FIN acknowledged            CLOSED
/// any           RST, abort, limit of resends    CLOSED
/// ```
public enum TcpState {
    /// The SYN was answered; the answer is not acknowledged yet.
    SYN_RECEIVED,
    /// Data goes both ways.
    ESTABLISHED,
    /// We sent FIN; the client may go on sending.
    FIN_WAIT_1,
    /// Our FIN is acknowledged; the client may go on sending.
    FIN_WAIT_2,
    /// The client sent FIN; we may go on sending.
    CLOSE_WAIT,
    /// Both sent FIN at the same time; ours is not acknowledged.
    CLOSING,
    /// Both sent FIN, the client first; ours is not acknowledged.
    LAST_ACK,
    /// Both directions are closed; old segments may still be under way.
    TIME_WAIT,
    /// Nothing is left.
    CLOSED;

    /// Whether the handshake is done and the connection is not over.
    public boolean isSynchronized() {
        return this != SYN_RECEIVED && this != CLOSED;
    }

    /// Whether the client may still send bytes that were not sent before.
    public boolean canReceive() {
        return this == SYN_RECEIVED || this == ESTABLISHED || this == FIN_WAIT_1 || this == FIN_WAIT_2;
    }

    /// Whether our FIN was sent.
    public boolean isFinSent() {
        return switch (this) {
            case FIN_WAIT_1, FIN_WAIT_2, CLOSING, LAST_ACK, TIME_WAIT -> true;
            case SYN_RECEIVED, ESTABLISHED, CLOSE_WAIT, CLOSED -> false;
        };
    }

    /// Whether both directions are closed and acknowledged.
    public boolean isOver() {
        return this == TIME_WAIT || this == CLOSED;
    }

    /// The state after our FIN was sent.
    public TcpState afterFinSent() {
        return switch (this) {
            case ESTABLISHED -> FIN_WAIT_1;
            case CLOSE_WAIT -> LAST_ACK;
            case SYN_RECEIVED, FIN_WAIT_1, FIN_WAIT_2, CLOSING, LAST_ACK, TIME_WAIT, CLOSED -> this;
        };
    }

    /// The state after the client's FIN came in order.
    public TcpState afterFinReceived() {
        return switch (this) {
            case SYN_RECEIVED, ESTABLISHED -> CLOSE_WAIT;
            case FIN_WAIT_1 -> CLOSING;
            case FIN_WAIT_2 -> TIME_WAIT;
            case CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT, CLOSED -> this;
        };
    }

    /// The state after the client acknowledged our FIN.
    public TcpState afterFinAcknowledged() {
        return switch (this) {
            case FIN_WAIT_1 -> FIN_WAIT_2;
            case CLOSING -> TIME_WAIT;
            case LAST_ACK -> CLOSED;
            case SYN_RECEIVED, ESTABLISHED, FIN_WAIT_2, CLOSE_WAIT, TIME_WAIT, CLOSED -> this;
        };
    }
}
