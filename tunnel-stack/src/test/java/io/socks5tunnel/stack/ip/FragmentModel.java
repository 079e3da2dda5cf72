// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.ip;

import java.util.Arrays;
import java.util.BitSet;

/// What should become of one datagram, byte by byte.
final class FragmentModel {
    private final int length;
    private final BitSet held = new BitSet();
    private final int[] broughtBy;
    private int fragments;
    private int end = -1;
    private boolean isDead;
    private int duplicates;
    private int overlaps;

    FragmentModel(int length) {
        this.length = length;
        this.broughtBy = new int[length];
    }

    int duplicates() {
        return duplicates;
    }

    int overlaps() {
        return overlaps;
    }

    void add(int from, int to, boolean isLast) {
        if (isDead) {
            overlaps++;
            return;
        }
        if (isDuplicate(from, to, isLast)) {
            duplicates++;
            return;
        }
        boolean isWrongEnd = end >= 0 ? to > end || isLast || to == end : isLast && held.length() > to;
        boolean isOverlap = held.nextSetBit(from) >= 0 && held.nextSetBit(from) < to;
        if (isWrongEnd || isOverlap) {
            overlaps += fragments + 1;
            isDead = true;
            return;
        }
        fragments++;
        held.set(from, to);
        Arrays.fill(broughtBy, from, to, fragments);
        if (isLast) {
            end = to;
        }
    }

    boolean isComplete() {
        return !isDead && end >= 0 && held.nextClearBit(0) >= end;
    }

    boolean isWholeAndRight() {
        return isComplete() && end == length;
    }

    /// What is whole lies there until the burst ends.
    int heldSlabs() {
        return isDead || fragments == 0 ? 0 : 1;
    }

    int waiting() {
        return isDead || isComplete() ? 0 : fragments;
    }

    private boolean isDuplicate(int from, int to, boolean isLast) {
        if (!held.get(from) || (from > 0 && broughtBy[from - 1] == broughtBy[from])) {
            return false;
        }
        int by = broughtBy[from];
        int runEnd = from;
        while (runEnd < length && broughtBy[runEnd] == by) {
            runEnd++;
        }
        return runEnd == to && isLast == (to == end);
    }
}
