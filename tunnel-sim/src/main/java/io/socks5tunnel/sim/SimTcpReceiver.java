// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The receiving half of a [SimTcpClient]: puts bytes in order and offers a window for more.
///
/// Positions are offsets in the peer's sequence space, its SYN being 0, so that nothing wraps here. Confined to one
/// thread.
final class SimTcpReceiver {
    private final int bufferBytes;
    private final ByteQueue unread = new ByteQueue();
    /// Pieces beyond `next`, by where they begin; they neither overlap nor touch `next`.
    private final TreeMap<Long, byte[]> ahead = new TreeMap<>();

    private final int initialSeq;
    private long next = 1;
    private long rightEdge = 1;
    private long finAt = Long.MAX_VALUE;
    private long latestAhead;
    private int scaleShift;

    SimTcpReceiver(int initialSeq, int bufferBytes) {
        this.initialSeq = initialSeq;
        this.bufferBytes = bufferBytes;
    }

    void scaleShift(int shift) {
        scaleShift = shift;
    }

    /// The offset of a sequence number near the next one expected.
    long offsetOf(int seq) {
        return next + (seq - (int) (initialSeq + next));
    }

    /// What goes into the acknowledgement field.
    int ackSeq() {
        return (int) (initialSeq + next);
    }

    long next() {
        return next;
    }

    /// Whether the FIN and everything before it have come.
    boolean isEnded() {
        return next > finAt;
    }

    void forgetAhead() {
        ahead.clear();
        // a FIN that came ahead is forgotten with the rest
        if (next <= finAt) {
            finAt = Long.MAX_VALUE;
        }
    }

    int unreadBytes() {
        return unread.size();
    }

    byte[] take(int count) {
        return unread.take(count);
    }

    /// RFC 9293 §3.10.7.4, first check.
    boolean isAcceptable(long offset, long length) {
        long window = rightEdge - next;
        if (length == 0) {
            return window == 0 ? offset == next : offset >= next && offset < rightEdge || offset == next;
        }
        return window > 0 && offset < rightEdge && offset + length > next;
    }

    /// Takes payload that may be old, new, ahead or partly each.
    void onPayload(long offset, byte[] payload, boolean hasFin) {
        if (hasFin && offset + payload.length <= rightEdge) {
            finAt = offset + payload.length;
        }
        long from = Math.max(offset, next);
        long to = Math.min(offset + payload.length, Math.min(rightEdge, finAt));
        if (from < to) {
            byte[] part = new byte[(int) (to - from)];
            System.arraycopy(payload, (int) (from - offset), part, 0, part.length);
            keep(from, part);
        }
        joinAhead();
    }

    /// The window field, unscaled on a SYN. The right edge never goes back; it moves in steps worth a segment
    /// (RFC 9293 §3.8.6.2.2).
    int windowField(int mssBytes, boolean isSyn) {
        long wanted = next + bufferBytes - unread.size();
        if (wanted - rightEdge >= Math.min(bufferBytes / 2, mssBytes)) {
            rightEdge = wanted;
        }
        int shift = isSyn ? 0 : scaleShift;
        // rounded up, so that scaling does not take back what was offered
        long field = Math.min(0xffff, Math.ceilDiv(Math.max(0, rightEdge - next), 1L << shift));
        rightEdge = Math.max(next, next + (field << shift));
        return (int) field;
    }

    /// Whether the application made so much room that the peer should hear of it.
    boolean deservesUpdate(int mssBytes) {
        long gain = next + bufferBytes - unread.size() - rightEdge;
        return gain >= Math.min(bufferBytes / 2, 2L * mssBytes);
    }

    /// What was received ahead, the most recent first (RFC 2018 §4).
    List<SackBlock> sackBlocks(int most) {
        List<SackBlock> blocks = new ArrayList<>();
        long left = -1;
        long right = -1;
        for (Map.Entry<Long, byte[]> piece : ahead.entrySet()) {
            if (piece.getKey() != right) {
                addBlock(blocks, left, right);
                left = piece.getKey();
            }
            right = piece.getKey() + piece.getValue().length;
        }
        addBlock(blocks, left, right);
        return blocks.subList(0, Math.min(most, blocks.size()));
    }

    private void addBlock(List<SackBlock> blocks, long left, long right) {
        if (left < 0) {
            return;
        }
        SackBlock block = new SackBlock((int) (initialSeq + left), (int) (initialSeq + right));
        boolean isLatest = latestAhead >= left && latestAhead < right;
        blocks.add(isLatest ? 0 : blocks.size(), block);
    }

    private void keep(long from, byte[] part) {
        latestAhead = from;
        // what is there already stays: only the gaps are filled
        for (int i = 0; i < part.length; ) {
            long at = from + i;
            Map.Entry<Long, byte[]> before = ahead.floorEntry(at);
            if (before != null && before.getKey() + before.getValue().length > at) {
                i = (int) (before.getKey() + before.getValue().length - from);
                continue;
            }
            Long after = ahead.higherKey(at);
            int end = after == null ? part.length : (int) Math.min(part.length, after - from);
            byte[] gap = new byte[end - i];
            System.arraycopy(part, i, gap, 0, gap.length);
            ahead.put(at, gap);
            i = end;
        }
    }

    private void joinAhead() {
        Map.Entry<Long, byte[]> first = ahead.firstEntry();
        while (first != null && first.getKey() == next) {
            unread.add(first.getValue());
            next += first.getValue().length;
            ahead.remove(first.getKey());
            first = ahead.firstEntry();
        }
        if (next == finAt) {
            next++;
        }
    }
}
