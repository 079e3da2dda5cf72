// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import io.socks5tunnel.api.spi.InboundPacket;
import org.jspecify.annotations.Nullable;

/// Payload that came before the bytes in front of it: disjoint pieces in stream order. Where pieces overlap the
/// first copy wins. Bounded by the advertised window in bytes and by [#MAX_RANGES] in pieces; what does not fit
/// is dropped from the far end, since the near end is what the reader waits for. Confined to one shard.
final class OutOfOrderStore {
    /// Pieces kept: as many as a window of 4 MiB has if every second full segment of an Ethernet is missing.
    static final int MAX_RANGES = 1536;

    private final PayloadKeeper keeper;
    private final RangeList<ReceivedRange> ranges = new RangeList<>();
    private final RecentBlocks recent = new RecentBlocks();
    private int views;

    OutOfOrderStore(PayloadKeeper keeper) {
        this.keeper = keeper;
    }

    boolean isEmpty() {
        return ranges.isEmpty();
    }

    int rangeCount() {
        return ranges.size();
    }

    /// Behind the last byte stored; 0 if there is none.
    long end() {
        return ranges.isEmpty() ? 0 : ranges.last().end();
    }

    /// Stores what is new in a segment's payload.
    ///
    /// @param offset where the payload begins in the packet's slab
    /// @param duplicate is told which part was there before, if any
    /// @return bytes stored
    int add(InboundPacket packet, int offset, long start, int length, DuplicateBlock duplicate) {
        long end = start + length;
        int index = ranges.indexOfEndAbove(start);
        int stored = 0;
        long at = start;
        while (at < end) {
            long pieceEnd = end;
            if (index < ranges.size()) {
                ReceivedRange present = ranges.get(index);
                if (present.start() <= at) {
                    duplicate.note(at, Math.min(end, present.end()));
                    at = present.end();
                    index++;
                    continue;
                }
                pieceEnd = Math.min(end, present.start());
            }
            int pieceLength = (int) (pieceEnd - at);
            if (!makeRoomBefore(index)) {
                break;
            }
            ranges.insert(index, keeper.view(packet, offset + (int) (at - start), at, pieceLength));
            views++;
            stored += pieceLength;
            at = pieceEnd;
            index++;
        }
        if (stored > 0) {
            recent.moveToFront(start);
        }
        return stored;
    }

    /// Removes and returns the first piece if it begins at or below `rcvNxt`, else null.
    @Nullable
    ReceivedRange pollUpTo(long rcvNxt) {
        if (ranges.isEmpty() || ranges.get(0).start() > rcvNxt) {
            return null;
        }
        ReceivedRange range = ranges.removeFirst();
        if (range.held() == null) {
            views--;
        }
        return range;
    }

    /// Makes everything stored outlive the burst; what finds no memory is dropped.
    ///
    /// @return bytes dropped
    int keepAll() {
        int dropped = 0;
        for (int i = 0; views > 0 && i < ranges.size(); i++) {
            ReceivedRange range = ranges.get(i);
            if (range.held() != null) {
                continue;
            }
            views--;
            if (!keeper.tryKeep(range)) {
                dropped += range.length();
                ranges.remove(i);
                keeper.release(range);
                i--;
            } else if (i > 0 && ranges.get(i - 1).isContinuedBy(range)) {
                ranges.remove(i);
                keeper.merge(ranges.get(i - 1), range);
                i--;
            }
        }
        return dropped;
    }

    /// Writes selective acknowledgements of what is stored, the block with the segment that came last first
    /// (RFC 2018 §4).
    void report(SackBlocks into) {
        if (!ranges.isEmpty()) {
            recent.report(ranges, into);
        }
    }

    /// Forgets everything.
    void clear() {
        while (!ranges.isEmpty()) {
            keeper.release(ranges.removeFirst());
        }
        ranges.clear();
        views = 0;
    }

    private boolean makeRoomBefore(int index) {
        if (ranges.size() < MAX_RANGES) {
            return true;
        }
        if (index >= ranges.size()) {
            return false;
        }
        ReceivedRange last = ranges.last();
        ranges.remove(ranges.size() - 1);
        if (last.held() == null) {
            views--;
        }
        keeper.release(last);
        return true;
    }
}
