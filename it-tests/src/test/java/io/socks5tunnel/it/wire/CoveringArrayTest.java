// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class CoveringArrayTest {
    private static final int[] SIZES = {5, 4, 3, 2, 2};

    @Test
    void everyPairOfValuesIsInARow() {
        List<int[]> rows = CoveringArray.pairs(SIZES, _ -> true);

        assertThat(pairs(rows)).hasSize(countPairs());
        assertThat(rows).hasSizeBetween(20, 25);
    }

    @Test
    void onlyWhatExcludesEachOtherIsLeftOut() {
        List<int[]> rows = CoveringArray.pairs(SIZES, row -> row[0] != 2 || row[4] != 1);

        assertThat(rows).noneMatch(row -> row[0] == 2 && row[4] == 1);
        assertThat(pairs(rows)).hasSize(countPairs() - 1);
    }

    @Test
    void theSameFactorsGiveTheSameRows() {
        List<String> once = CoveringArray.pairs(SIZES, _ -> true).stream()
                .map(Arrays::toString)
                .toList();
        List<String> again = CoveringArray.pairs(SIZES, _ -> true).stream()
                .map(Arrays::toString)
                .toList();

        assertThat(again).isEqualTo(once);
    }

    @Test
    void theLiveMatrixHasEachPairInAboutEightyCellsAndEachValueInTheFew() {
        Set<String> all = values(LiveCell.all());

        assertThat(LiveCell.all()).hasSizeBetween(84, 92);
        assertThat(LiveCell.few()).hasSizeBetween(14, 15);
        assertThat(values(LiveCell.few())).isEqualTo(all);
    }

    private static Set<String> values(List<LiveCell> cells) {
        Set<String> values = new HashSet<>();
        cells.forEach(cell -> values.addAll(cell.values()));
        return values;
    }

    private static Set<List<Integer>> pairs(List<int[]> rows) {
        Set<List<Integer>> pairs = new HashSet<>();
        for (int[] row : rows) {
            for (int a = 0; a < row.length; a++) {
                for (int b = a + 1; b < row.length; b++) {
                    pairs.add(List.of(a, row[a], b, row[b]));
                }
            }
        }
        return pairs;
    }

    private static int countPairs() {
        int count = 0;
        for (int a = 0; a < SIZES.length; a++) {
            for (int b = a + 1; b < SIZES.length; b++) {
                count += SIZES[a] * SIZES[b];
            }
        }
        return count;
    }
}
