// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.daemon;

/// How the process ends, as hev-socks5-tunnel ends.
enum ExitStatus {
    /// Stopped by a signal, in good order.
    STOPPED(0),
    /// Ran, and then failed, as when the device is taken away: starting it again may help.
    BROKEN(1),
    /// Could not start.
    FAILED(254),
    /// Was only asked who it is.
    USAGE(255);

    private final int code;

    ExitStatus(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
