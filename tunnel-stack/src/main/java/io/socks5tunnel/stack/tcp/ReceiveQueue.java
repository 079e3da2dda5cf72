// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import io.socks5tunnel.api.spi.GatherList;
import org.jspecify.annotations.Nullable;

/// In-order bytes that the reader has not consumed yet. Confined to one shard.
final class ReceiveQueue {
    private final PayloadKeeper keeper;
    private @Nullable ReceivedRange head;
    private @Nullable ReceivedRange tail;
    /// All ranges up to this one outlive the burst.
    private @Nullable ReceivedRange lastKept;
    private int readableBytes;

    ReceiveQueue(PayloadKeeper keeper) {
        this.keeper = keeper;
    }

    int readableBytes() {
        return readableBytes;
    }

    void add(ReceivedRange range) {
        range.next(null);
        if (tail == null) {
            head = range;
        } else {
            tail.next(range);
        }
        tail = range;
        readableBytes += range.length();
    }

    void peek(GatherList into) {
        for (ReceivedRange range = head; range != null; range = range.next()) {
            if (!into.add(range.slab(), range.offset(), range.length())) {
                return;
            }
        }
    }

    void consume(int bytes) {
        if (bytes < 0 || bytes > readableBytes) {
            throw new IllegalArgumentException(bytes + " bytes consumed of " + readableBytes);
        }
        readableBytes -= bytes;
        int left = bytes;
        while (left > 0) {
            ReceivedRange range = head;
            if (range == null) {
                throw new IllegalStateException("fewer bytes queued than counted");
            }
            if (left < range.length()) {
                range.dropFirst(left);
                return;
            }
            left -= range.length();
            removeHead(range);
        }
    }

    /// Makes everything queued outlive the burst. Where memory is short the rest of the queue is dropped, as if it
    /// had never come: nothing of it was acknowledged yet.
    ///
    /// @return bytes dropped at the end
    int keepAll() {
        ReceivedRange previous = lastKept;
        ReceivedRange range = previous == null ? head : previous.next();
        while (range != null) {
            if (!keeper.tryKeep(range)) {
                return dropFrom(previous, range);
            }
            ReceivedRange next = range.next();
            if (previous != null && previous.isContinuedBy(range)) {
                previous.next(next);
                keeper.merge(previous, range);
            } else {
                previous = range;
            }
            range = next;
        }
        lastKept = previous;
        tail = previous;
        return 0;
    }

    /// Forgets everything.
    void clear() {
        dropFrom(null, head);
    }

    private void removeHead(ReceivedRange range) {
        head = range.next();
        if (head == null) {
            tail = null;
        }
        if (range == lastKept) {
            lastKept = null;
        }
        keeper.release(range);
    }

    private int dropFrom(@Nullable ReceivedRange previous, @Nullable ReceivedRange first) {
        int dropped = 0;
        ReceivedRange range = first;
        while (range != null) {
            ReceivedRange next = range.next();
            dropped += range.length();
            keeper.release(range);
            range = next;
        }
        if (previous == null) {
            head = null;
        } else {
            previous.next(null);
        }
        tail = previous;
        lastKept = previous;
        readableBytes -= dropped;
        return dropped;
    }
}
