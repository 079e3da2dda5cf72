// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Combinations of factors' values in which each value of each factor meets each value of each other one at least
/// once, unless they exclude each other: far fewer than all combinations. Made greedily and without chance, so the
/// same factors always give the same rows.
public final class CoveringArray {
    private static final int NOT_CHOSEN = -1;

    private final int[] sizes;
    private final Predicate<int[]> isAllowed;
    private final boolean[][][][] isOpen;
    private final int[][] uses;
    private int openCount;

    private CoveringArray(int[] sizes, Predicate<int[]> isAllowed) {
        this.sizes = sizes.clone();
        this.isAllowed = isAllowed;
        isOpen = new boolean[sizes.length][sizes.length][][];
        uses = new int[sizes.length][];
        for (int a = 0; a < sizes.length; a++) {
            uses[a] = new int[sizes[a]];
            for (int b = a + 1; b < sizes.length; b++) {
                isOpen[a][b] = new boolean[sizes[a]][sizes[b]];
                openPairs(a, b);
            }
        }
    }

    /// The rows.
    ///
    /// @param sizes how many values each factor has
    /// @param isAllowed whether a row may be, by value of each factor; -1 stands for one that is not chosen yet and
    ///     must not exclude anything
    public static List<int[]> pairs(int[] sizes, Predicate<int[]> isAllowed) {
        CoveringArray array = new CoveringArray(sizes, isAllowed);
        List<int[]> rows = new ArrayList<>();
        while (array.openCount > 0) {
            int[] row = array.nextRow();
            array.close(row);
            rows.add(row);
        }
        return rows;
    }

    private void openPairs(int a, int b) {
        for (int valueOfA = 0; valueOfA < sizes[a]; valueOfA++) {
            for (int valueOfB = 0; valueOfB < sizes[b]; valueOfB++) {
                int[] row = emptyRow();
                row[a] = valueOfA;
                row[b] = valueOfB;
                isOpen[a][b][valueOfA][valueOfB] = isAllowed.test(row);
                openCount += isOpen[a][b][valueOfA][valueOfB] ? 1 : 0;
            }
        }
    }

    private int[] emptyRow() {
        int[] row = new int[sizes.length];
        java.util.Arrays.fill(row, NOT_CHOSEN);
        return row;
    }

    /// Begins with the first open pair, and then gives each factor the value that closes most.
    private int[] nextRow() {
        int[] row = emptyRow();
        chooseFirstPair(row);
        for (int factor = 0; factor < sizes.length; factor++) {
            if (row[factor] == NOT_CHOSEN) {
                row[factor] = best(row, factor);
            }
        }
        return row;
    }

    private void chooseFirstPair(int[] row) {
        for (int a = 0; a < sizes.length; a++) {
            for (int b = a + 1; b < sizes.length; b++) {
                for (int valueOfA = 0; valueOfA < sizes[a]; valueOfA++) {
                    for (int valueOfB = 0; valueOfB < sizes[b]; valueOfB++) {
                        if (isOpen[a][b][valueOfA][valueOfB]) {
                            row[a] = valueOfA;
                            row[b] = valueOfB;
                            return;
                        }
                    }
                }
            }
        }
    }

    /// Of values that close as many pairs, the one that is used least.
    private int best(int[] row, int factor) {
        int best = NOT_CHOSEN;
        int mostClosed = -1;
        for (int value = 0; value < sizes[factor]; value++) {
            row[factor] = value;
            if (!isAllowed.test(row)) {
                continue;
            }
            int closed = closedBy(row, factor);
            boolean isBetter = closed > mostClosed || closed == mostClosed && uses[factor][value] < uses[factor][best];
            if (isBetter) {
                best = value;
                mostClosed = closed;
            }
        }
        if (best == NOT_CHOSEN) {
            throw new IllegalArgumentException("no value of factor " + factor + " goes with what is chosen");
        }
        return best;
    }

    private int closedBy(int[] row, int factor) {
        int closed = 0;
        for (int other = 0; other < sizes.length; other++) {
            if (other != factor && row[other] != NOT_CHOSEN) {
                int a = Math.min(factor, other);
                int b = Math.max(factor, other);
                closed += isOpen[a][b][row[a]][row[b]] ? 1 : 0;
            }
        }
        return closed;
    }

    private void close(int[] row) {
        for (int a = 0; a < sizes.length; a++) {
            uses[a][row[a]]++;
            for (int b = a + 1; b < sizes.length; b++) {
                openCount -= isOpen[a][b][row[a]][row[b]] ? 1 : 0;
                isOpen[a][b][row[a]][row[b]] = false;
            }
        }
    }
}
