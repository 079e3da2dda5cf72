// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Arrays for datagrams that have to wait, in three sizes: a DNS query, a packet, the largest datagram. A few of
/// each size are kept for the next, so that a flow which now and then has to wait does not allocate. Confined to
/// one shard; the budget behind it is shared.
final class CopyPool {
    private static final int[] SIZES = {256, 2048, 66 * 1024};
    private static final int KEPT_BYTES = 512 * 1024;
    private static final int MAX_KEPT = 64;

    private final CopyBudget budget;
    private final byte[][][] kept = new byte[SIZES.length][][];
    private final int[] counts = new int[SIZES.length];

    CopyPool(CopyBudget budget) {
        this.budget = budget;
        for (int i = 0; i < SIZES.length; i++) {
            kept[i] = new byte[Math.min(MAX_KEPT, KEPT_BYTES / SIZES[i])][];
        }
    }

    /// An array of at least `bytes`, with undefined content, or null if the budget is spent.
    ///
    /// @param bytes 0 to 67584
    byte @Nullable [] tryTake(int bytes) {
        int size = sizeFor(bytes);
        if (!budget.tryTake(SIZES[size])) {
            return null;
        }
        return counts[size] == 0 ? new byte[SIZES[size]] : kept[size][--counts[size]];
    }

    /// Takes an array back.
    void give(byte[] copy) {
        budget.give(copy.length);
        int size = sizeFor(copy.length);
        if (counts[size] < kept[size].length) {
            kept[size][counts[size]++] = copy;
        }
    }

    /// Leaves the arrays that are kept to the collector.
    void discard() {
        for (byte[][] ofOneSize : kept) {
            Arrays.fill(ofOneSize, null);
        }
        Arrays.fill(counts, 0);
    }

    private static int sizeFor(int bytes) {
        int size = 0;
        while (SIZES[size] < bytes) {
            size++;
        }
        return size;
    }
}
