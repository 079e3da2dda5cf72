// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

/// The part of a segment that had been received before, for the next acknowledgement to report (RFC 2883 §4).
/// Confined to one shard.
final class DuplicateBlock {
    private long start;
    private long end;

    /// Notes a duplicate; the first one noted since the last report is kept.
    void note(long newStart, long newEnd) {
        if (isEmpty() && newEnd > newStart) {
            start = newStart;
            end = newEnd;
        }
    }

    boolean isEmpty() {
        return start == end;
    }

    void clear() {
        start = 0;
        end = 0;
    }

    long start() {
        return start;
    }

    long end() {
        return end;
    }
}
