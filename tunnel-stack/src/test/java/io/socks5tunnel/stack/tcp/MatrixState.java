// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

/// Everything that a pair of sockets can be in this stack.
enum MatrixState {
    /// No connection. As every destination may be served, it is what RFC 9293 calls LISTEN as far as a SYN goes.
    CLOSED,
    /// A SYN came and its answer is awaited: no RFC knows this state.
    SYN_HELD,
    SYN_RECEIVED,
    ESTABLISHED,
    FIN_WAIT_1,
    FIN_WAIT_2,
    CLOSING,
    CLOSE_WAIT,
    LAST_ACK,
    TIME_WAIT;

    /// The client has sent FIN, and it was taken.
    boolean isInputEnded() {
        return this == CLOSING || this == CLOSE_WAIT || this == LAST_ACK || this == TIME_WAIT;
    }

    /// Our FIN was sent.
    boolean isFinSent() {
        return this == FIN_WAIT_1 || this == FIN_WAIT_2 || this == CLOSING || this == LAST_ACK || this == TIME_WAIT;
    }

    /// Our SYN was acknowledged.
    boolean isSynchronized() {
        return this != CLOSED && this != SYN_HELD && this != SYN_RECEIVED;
    }
}
