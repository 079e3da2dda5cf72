// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import java.io.IOException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.Locale;

/// The answers of a SOCKS5 server to a request: the REP field of RFC 1928 §6.
public enum SocksReply {
    /// The request was granted.
    SUCCEEDED(0),
    /// Anything that no other code fits.
    GENERAL_FAILURE(1),
    /// A rule of the server forbids it.
    NOT_ALLOWED(2),
    /// No route to the destination's network.
    NETWORK_UNREACHABLE(3),
    /// No route to the host, no answer from it, or no such name.
    HOST_UNREACHABLE(4),
    /// The destination answered with RST.
    CONNECTION_REFUSED(5),
    /// A router dropped the packet for its age.
    TTL_EXPIRED(6),
    /// CMD is none that the server knows.
    COMMAND_NOT_SUPPORTED(7),
    /// ATYP is none that the server knows.
    ADDRESS_TYPE_NOT_SUPPORTED(8);

    private final int code;

    SocksReply(int code) {
        this.code = code;
    }

    /// The value on the wire, 0 to 8.
    public int code() {
        return code;
    }

    /// The reply for a failed connect. Java tells most of the kernel's errors apart by message only.
    static SocksReply of(IOException failure) {
        if (failure instanceof UnknownHostException || failure instanceof NoRouteToHostException) {
            return HOST_UNREACHABLE;
        }
        String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        if (message.contains("refused")) {
            return CONNECTION_REFUSED;
        }
        if (message.contains("network is unreachable")) {
            return NETWORK_UNREACHABLE;
        }
        if (message.contains("timed out") || message.contains("no route") || message.contains("host is")) {
            return HOST_UNREACHABLE;
        }
        if (message.contains("permission denied") || message.contains("not permitted")) {
            return NOT_ALLOWED;
        }
        return GENERAL_FAILURE;
    }
}
