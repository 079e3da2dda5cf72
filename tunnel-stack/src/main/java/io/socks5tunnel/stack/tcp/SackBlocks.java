// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

/// Up to four blocks of a SACK option, in stream offsets. Reused; confined to one shard.
final class SackBlocks {
    /// As many as fit into the options of a segment without timestamps (RFC 2018 §3).
    static final int MAX_BLOCKS = 4;

    private final long[] starts = new long[MAX_BLOCKS];
    private final long[] ends = new long[MAX_BLOCKS];
    private int limit = MAX_BLOCKS;
    private int count;

    /// Forgets all blocks and takes at most `maxBlocks` from now on.
    void clear(int maxBlocks) {
        count = 0;
        limit = maxBlocks;
    }

    boolean isFull() {
        return count >= limit;
    }

    void add(long start, long end) {
        if (!isFull()) {
            starts[count] = start;
            ends[count] = end;
            count++;
        }
    }

    /// Whether a block from index `from` on begins at `start`.
    boolean hasBlockAt(long start, int from) {
        for (int i = from; i < count; i++) {
            if (starts[i] == start) {
                return true;
            }
        }
        return false;
    }

    int count() {
        return count;
    }

    long start(int index) {
        return starts[index];
    }

    long end(int index) {
        return ends[index];
    }
}
