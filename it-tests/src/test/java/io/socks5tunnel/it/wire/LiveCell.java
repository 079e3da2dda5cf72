// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.wire;

import io.socks5tunnel.it.lab.AddressFamily;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/// One row of the live matrix: a transfer, the wire it goes over, and the client's TCP.
///
/// @param number of the row, which is its seed too
/// @param congestion control of the client's kernel
/// @param timestamps whether the client offers them
/// @param sack whether the client offers selective acknowledgements
/// @param scaling whether the client offers window scaling
record LiveCell(
        int number,
        WireKind wire,
        Job job,
        int mtuBytes,
        String congestion,
        boolean timestamps,
        boolean sack,
        boolean scaling,
        AddressFamily family) {
    private static final List<WireKind> WIRES = List.of(WireKind.values());
    private static final List<Job> JOBS = List.of(Job.values());
    private static final List<Integer> MTUS = List.of(576, 1280, 1500, 9000, 65_535);
    private static final List<String> CONGESTIONS = List.of("cubic", "reno", "bbr");
    private static final List<Boolean> SWITCH = List.of(true, false);
    private static final List<AddressFamily> FAMILIES = List.of(AddressFamily.values());
    private static final List<List<?>> FACTORS =
            List.of(WIRES, JOBS, MTUS, CONGESTIONS, SWITCH, SWITCH, SWITCH, FAMILIES);
    private static final Comparator<LiveCell> BY_MTU =
            Comparator.comparingInt(LiveCell::mtuBytes).thenComparingInt(LiveCell::number);
    private static final int MTU_FACTOR = 2;
    private static final int FAMILY_FACTOR = 7;

    /// All rows, those of the same MTU together: each pair of values is in one of them, except that an MTU of 576
    /// carries no IPv6.
    static List<LiveCell> all() {
        int[] sizes = FACTORS.stream().mapToInt(List::size).toArray();
        List<int[]> rows = CoveringArray.pairs(sizes, LiveCell::isPossible);
        return IntStream.range(0, rows.size())
                .mapToObj(i -> of(i + 1, rows.get(i)))
                .sorted(BY_MTU)
                .toList();
    }

    /// A few of them, in which each value of each factor is, and all of a factor about as often: each time the one
    /// with the most new values, and of those the one whose values were taken least.
    static List<LiveCell> few() {
        List<LiveCell> left = new ArrayList<>(all());
        List<LiveCell> few = new ArrayList<>();
        Map<String, Integer> uses = new HashMap<>();
        Comparator<LiveCell> byNew = Comparator.comparingInt(cell -> cell.countNew(uses));
        Comparator<LiveCell> byUse = Comparator.comparingInt(cell -> cell.countUses(uses));
        while (left.stream().anyMatch(cell -> cell.countNew(uses) > 0)) {
            LiveCell best =
                    Collections.max(left, byNew.thenComparing(byUse.reversed()).thenComparingInt(cell -> -cell.number));
            best.values().forEach(value -> uses.merge(value, 1, Integer::sum));
            left.remove(best);
            few.add(best);
        }
        few.sort(BY_MTU);
        return few;
    }

    private int countNew(Map<String, Integer> uses) {
        return (int) values().stream().filter(value -> !uses.containsKey(value)).count();
    }

    private int countUses(Map<String, Integer> uses) {
        return values().stream().mapToInt(value -> uses.getOrDefault(value, 0)).sum();
    }

    private static boolean isPossible(int[] row) {
        return row[MTU_FACTOR] != MTUS.indexOf(576) || row[FAMILY_FACTOR] != FAMILIES.indexOf(AddressFamily.IPV6);
    }

    private static LiveCell of(int number, int[] row) {
        return new LiveCell(
                number,
                WIRES.get(row[0]),
                JOBS.get(row[1]),
                MTUS.get(row[MTU_FACTOR]),
                CONGESTIONS.get(row[3]),
                SWITCH.get(row[4]),
                SWITCH.get(row[5]),
                SWITCH.get(row[6]),
                FAMILIES.get(row[FAMILY_FACTOR]));
    }

    /// Its values, each with the name of its factor.
    List<String> values() {
        return List.of(
                "wire " + wire,
                "job " + job,
                "MTU " + mtuBytes,
                congestion,
                "timestamps " + timestamps,
                "SACK " + sack,
                "scaling " + scaling,
                family.name());
    }

    /// The settings of the client's kernel.
    String[] options() {
        return new String[] {
            "net.ipv4.tcp_timestamps=" + (timestamps ? 1 : 0),
            "net.ipv4.tcp_sack=" + (sack ? 1 : 0),
            "net.ipv4.tcp_window_scaling=" + (scaling ? 1 : 0)
        };
    }

    @Override
    public String toString() {
        return String.join(
                ", ",
                String.valueOf(number),
                job.toString(),
                wire.toString(),
                "MTU " + mtuBytes,
                congestion,
                offered(),
                family.name());
    }

    /// The options that the client offers, by their RFCs' short names.
    String offered() {
        Function<Boolean, String> sign = isOn -> isOn ? "+" : "-";
        return sign.apply(timestamps) + "TS " + sign.apply(sack) + "SACK " + sign.apply(scaling) + "WS";
    }
}
