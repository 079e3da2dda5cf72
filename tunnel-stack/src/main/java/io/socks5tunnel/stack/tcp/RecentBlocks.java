// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

/// Remembers where the segments that came last lie, so that SACK options repeat the most recent blocks (RFC 2018
/// §4). Confined to one shard.
final class RecentBlocks {
    private final long[] offsets = new long[SackBlocks.MAX_BLOCKS];
    private int count;

    /// Notes a segment that begins at `offset`.
    void moveToFront(long offset) {
        int last = count < offsets.length ? count++ : offsets.length - 1;
        System.arraycopy(offsets, 0, offsets, 1, last);
        offsets[0] = offset;
    }

    /// Writes the blocks that hold the noted segments, then others; forgets notes that are in no block any more.
    void report(RangeList<ReceivedRange> ranges, SackBlocks into) {
        int firstOwn = into.count();
        int kept = 0;
        for (int i = 0; i < count; i++) {
            int index = ranges.indexOfEndAbove(offsets[i]);
            if (index == ranges.size() || ranges.get(index).start() > offsets[i]) {
                continue;
            }
            long start = blockStart(ranges, index);
            if (into.hasBlockAt(start, firstOwn)) {
                continue;
            }
            offsets[kept++] = offsets[i];
            into.add(start, blockEnd(ranges, index));
        }
        count = kept;
        reportOthers(ranges, into, firstOwn);
    }

    /// Fills what room is left with the lowest other blocks, which the client waits for most.
    private static void reportOthers(RangeList<ReceivedRange> ranges, SackBlocks into, int firstOwn) {
        int index = 0;
        while (index < ranges.size() && !into.isFull()) {
            long start = ranges.get(index).start();
            long end = blockEnd(ranges, index);
            if (!into.hasBlockAt(start, firstOwn)) {
                into.add(start, end);
            }
            index = ranges.indexOfEndAbove(end);
        }
    }

    private static long blockStart(RangeList<ReceivedRange> ranges, int index) {
        int i = index;
        while (i > 0 && ranges.get(i - 1).end() == ranges.get(i).start()) {
            i--;
        }
        return ranges.get(i).start();
    }

    private static long blockEnd(RangeList<ReceivedRange> ranges, int index) {
        int i = index;
        while (i + 1 < ranges.size() && ranges.get(i).end() == ranges.get(i + 1).start()) {
            i++;
        }
        return ranges.get(i).end();
    }
}
