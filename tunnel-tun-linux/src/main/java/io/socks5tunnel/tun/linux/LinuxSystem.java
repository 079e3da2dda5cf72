// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import java.nio.ByteOrder;

/// Whether this is a system whose numbers and structures this module knows.
final class LinuxSystem {
    private LinuxSystem() {}

    /// Linux on a 64-bit processor with little-endian order and the generic system-call interface.
    static boolean isSupported() {
        return System.getProperty("os.name").equals("Linux")
                && ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
                && (isX86() || System.getProperty("os.arch").equals("aarch64"));
    }

    /// Whether `struct epoll_event` is packed, as on x86-64 alone.
    static boolean isX86() {
        return System.getProperty("os.arch").equals("amd64");
    }
}
