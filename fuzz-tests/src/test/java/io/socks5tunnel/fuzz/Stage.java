// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.fuzz;

/// How far a connection has come when the fuzzer takes over.
enum Stage {
    NOTHING,
    SYN_HELD,
    SYN_RECEIVED,
    ESTABLISHED,
    DATA_UNDER_WAY,
    FIN_WAIT_1,
    FIN_WAIT_2,
    CLOSE_WAIT,
    CLOSING,
    LAST_ACK,
    TIME_WAIT;

    private static final int DATA_BYTES = 40_000;

    void reach(FuzzClient client) {
        if (this == NOTHING) {
            return;
        }
        client.open();
        if (this == SYN_HELD) {
            return;
        }
        client.owner().accept();
        if (this == SYN_RECEIVED) {
            return;
        }
        client.acknowledge();
        switch (this) {
            case DATA_UNDER_WAY -> client.owner().write(DATA_BYTES);
            case FIN_WAIT_1, FIN_WAIT_2, CLOSING, TIME_WAIT -> client.owner().shutdownOutput();
            case CLOSE_WAIT, LAST_ACK -> client.finish();
            case NOTHING, SYN_HELD, SYN_RECEIVED, ESTABLISHED -> {}
        }
        switch (this) {
            case FIN_WAIT_2 -> client.acknowledge();
            case CLOSING -> client.finishUnacknowledging();
            case TIME_WAIT -> {
                client.acknowledge();
                client.finish();
            }
            case LAST_ACK -> client.owner().shutdownOutput();
            case NOTHING, SYN_HELD, SYN_RECEIVED, ESTABLISHED, DATA_UNDER_WAY, FIN_WAIT_1, CLOSE_WAIT -> {}
        }
    }
}
