// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.stack.Refusal;

/// What a SOCKS server answers to a request: the field REP (RFC 1928 §6).
enum SocksReply {
    /// 00: connected.
    SUCCEEDED(0, Refusal.RESET),
    /// 01.
    GENERAL_FAILURE(1, Refusal.RESET),
    /// 02: forbidden by the server's rules.
    NOT_ALLOWED(2, Refusal.ADMINISTRATIVELY_PROHIBITED),
    /// 03.
    NETWORK_UNREACHABLE(3, Refusal.NETWORK_UNREACHABLE),
    /// 04.
    HOST_UNREACHABLE(4, Refusal.HOST_UNREACHABLE),
    /// 05.
    CONNECTION_REFUSED(5, Refusal.RESET),
    /// 06.
    TTL_EXPIRED(6, Refusal.TIME_EXCEEDED),
    /// 07.
    COMMAND_NOT_SUPPORTED(7, Refusal.RESET),
    /// 08.
    ADDRESS_TYPE_NOT_SUPPORTED(8, Refusal.RESET),
    /// Any other code.
    UNASSIGNED(-1, Refusal.RESET);

    private static final int ASSIGNED = 9;
    private static final SocksReply[] BY_CODE = values();

    private final int code;
    private final Refusal refusal;

    SocksReply(int code, Refusal refusal) {
        this.code = code;
        this.refusal = refusal;
    }

    /// The reply of a code, 0 to 255.
    static SocksReply of(int code) {
        return code < ASSIGNED ? BY_CODE[code] : UNASSIGNED;
    }

    /// Its code, or -1 for [#UNASSIGNED].
    int code() {
        return code;
    }

    /// What tells the client the same thing as exactly as IP can. Meaningless for [#SUCCEEDED].
    Refusal refusal() {
        return refusal;
    }
}
