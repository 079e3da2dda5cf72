// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.container;

import io.socks5tunnel.it.wire.CoveringArray;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// One set-up of the container matrix; everything that the matrix asks is asked in each.
///
/// @param number of the row, which its seeds come from
record MatrixCell(int number, SocksProgram program, boolean withPassword, ReactorKind reactor, TunKind tun) {
    private static final List<SocksProgram> PROGRAMS = List.of(SocksProgram.values());
    private static final List<Boolean> PASSWORD = List.of(false, true);
    private static final List<ReactorKind> REACTORS = List.of(ReactorKind.values());
    private static final List<TunKind> TUNS = List.of(TunKind.values());
    private static final int NOT_CHOSEN = -1;
    private static final long SEEDS_PER_CELL = 1_000_000;

    /// A few in which each value of each factor meets each value of each other.
    static List<MatrixCell> pairs() {
        int[] sizes = {PROGRAMS.size(), PASSWORD.size(), REACTORS.size(), TUNS.size()};
        return numbered(CoveringArray.pairs(sizes, MatrixCell::isPossible));
    }

    /// All combinations.
    static List<MatrixCell> all() {
        List<int[]> rows = new ArrayList<>();
        for (int program = 0; program < PROGRAMS.size(); program++) {
            for (int password = 0; password < PASSWORD.size(); password++) {
                for (int reactor = 0; reactor < REACTORS.size(); reactor++) {
                    for (int tun = 0; tun < TUNS.size(); tun++) {
                        rows.add(new int[] {program, password, reactor, tun});
                    }
                }
            }
        }
        rows.removeIf(row -> !isPossible(row));
        return numbered(rows);
    }

    private static List<MatrixCell> numbered(List<int[]> rows) {
        return IntStream.range(0, rows.size())
                .mapToObj(i -> of(i + 1, rows.get(i)))
                .toList();
    }

    private static MatrixCell of(int number, int[] row) {
        return new MatrixCell(
                number, PROGRAMS.get(row[0]), PASSWORD.get(row[1]), REACTORS.get(row[2]), TUNS.get(row[3]));
    }

    /// Not every server knows passwords.
    private static boolean isPossible(int[] row) {
        return row[0] == NOT_CHOSEN
                || row[1] != PASSWORD.indexOf(true)
                || PROGRAMS.get(row[0]).canDemandPassword();
    }

    /// The first of many seeds that no other cell uses.
    long seed() {
        return number * SEEDS_PER_CELL;
    }

    @Override
    public String toString() {
        return String.join(
                ", ", program.name(), withPassword ? "password" : "no password", reactor.name(), tun + " TUN");
    }
}
