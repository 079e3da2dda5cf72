// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;

/// Accessors of an array of `struct epoll_event`: 4 bytes of events, 8 bytes of the caller's own.
///
/// The kernel packs it on x86-64 alone, so there the second field begins at 4, elsewhere at 8.
final class EpollEvent {
    /// Readable.
    static final int EPOLLIN = 0x1;
    /// Urgent data.
    static final int EPOLLPRI = 0x2;
    /// Writable.
    static final int EPOLLOUT = 0x4;
    /// Failed; always told.
    static final int EPOLLERR = 0x8;
    /// Both directions have ended; always told.
    static final int EPOLLHUP = 0x10;
    /// The other end has sent its FIN.
    static final int EPOLLRDHUP = 0x2000;
    /// Told when it begins, not for as long as it lasts.
    static final int EPOLLET = 1 << 31;

    /// Bytes of one entry.
    static final int LENGTH = LinuxSystem.isX86() ? 12 : 16;

    private static final int TOKEN_OFFSET = LENGTH - Long.BYTES;

    private EpollEvent() {}

    /// The events of entry `index`.
    static int events(MemorySegment array, int index) {
        return array.get(JAVA_INT_UNALIGNED, (long) index * LENGTH);
    }

    /// What was registered with the descriptor of entry `index`.
    static long token(MemorySegment array, int index) {
        return array.get(JAVA_LONG_UNALIGNED, (long) index * LENGTH + TOKEN_OFFSET);
    }

    /// Fills in the first entry.
    static void set(MemorySegment array, int events, long token) {
        array.set(JAVA_INT_UNALIGNED, 0, events);
        array.set(JAVA_LONG_UNALIGNED, TOKEN_OFFSET, token);
    }
}
