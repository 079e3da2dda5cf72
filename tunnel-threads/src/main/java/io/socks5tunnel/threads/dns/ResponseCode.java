// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.dns;

/// How a query ended (RFC 1035 §4.1.1, RFC 6891 §9).
enum ResponseCode {
    /// Answered, be it with nothing.
    NO_ERROR(0),
    /// The query is malformed.
    FORMAT_ERROR(1),
    /// Nobody could be asked.
    SERVER_FAILURE(2),
    /// There is no such name.
    NAME_ERROR(3),
    /// An operation that is not known here.
    NOT_IMPLEMENTED(4),
    /// Not here.
    REFUSED(5),
    /// An EDNS version that is not known here; needs an OPT record for its upper bits.
    BAD_VERSION(16);

    private final int code;

    ResponseCode(int code) {
        this.code = code;
    }

    /// What fits into the header.
    int lowBits() {
        return code & 0xf;
    }

    /// What goes into the OPT record.
    int highBits() {
        return code >>> 4;
    }
}
