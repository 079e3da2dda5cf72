// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.wire;

import io.socks5tunnel.it.lab.KernelCounters;
import io.socks5tunnel.it.transfer.TransferReport;
import io.socks5tunnel.it.wire.WireCounters.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What came of one cell.
///
/// @param counts what the client's kernel counted meanwhile, in the order of [#COUNTERS]
/// @param lost packets that the wire lost in both directions
record LiveResult(LiveCell cell, TransferReport report, List<Long> counts, long lost) {
    /// What the client's kernel says about its own resending, and about what our answers taught it.
    private static final List<String> COUNTERS = List.of(
            "TcpRetransSegs",
            "TcpExtTCPLostRetransmit",
            "TcpExtTCPTimeouts",
            "TcpExtTCPSpuriousRTOs",
            "TcpExtTCPLossProbes",
            "TcpExtTCPDSACKRecv",
            "TcpExtTCPLossUndo");

    static LiveResult of(
            LiveCell cell, TransferReport report, KernelCounters before, KernelCounters after, WireControl wire) {
        List<Long> counts = moved(before, after);
        long lost = Stream.of(wire.right(), wire.left())
                .mapToLong(counters -> counters.value(Event.LOST) + counters.value(Event.OVERFLOWED))
                .sum();
        return new LiveResult(cell, report, counts, lost);
    }

    private static List<Long> moved(KernelCounters before, KernelCounters after) {
        return COUNTERS.stream()
                .map(name -> after.value(name) - before.value(name))
                .toList();
    }

    /// Those of the counters that have moved, in words.
    static String counts(KernelCounters before, KernelCounters after) {
        List<Long> moved = moved(before, after);
        return IntStream.range(0, moved.size())
                .filter(i -> moved.get(i) != 0)
                .mapToObj(i -> moved.get(i) + " " + title(COUNTERS.get(i)))
                .collect(Collectors.joining(", "));
    }

    private static String title(String counter) {
        return counter.replaceFirst("^Tcp(Ext)?(TCP)?", "");
    }

    /// The head of the table.
    static String head() {
        List<String> titles = new ArrayList<>(
                List.of("cell", "job", "wire", "MTU", "client's TCP", "options", "IP", "MB", "s", "Mbit/s", "lost"));
        COUNTERS.forEach(name -> titles.add(title(name)));
        return row(titles) + row(titles.stream().map(_ -> "---").toList());
    }

    /// A line of the table.
    String row() {
        double megabytes = cell.job().totalBytes(cell.wire()) / 1e6;
        double seconds = report.millis() / 1e3;
        List<String> values = new ArrayList<>(List.of(
                Integer.toString(cell.number()),
                cell.job().toString(),
                cell.wire().toString(),
                Integer.toString(cell.mtuBytes()),
                cell.congestion(),
                cell.offered(),
                cell.family().name().substring(2).toLowerCase(Locale.ROOT),
                String.format(Locale.ROOT, "%.1f", megabytes),
                String.format(Locale.ROOT, "%.2f", seconds),
                String.format(Locale.ROOT, "%.1f", megabytes * 8 / seconds),
                Long.toString(lost)));
        counts.forEach(count -> values.add(count.toString()));
        return row(values);
    }

    private static String row(List<String> values) {
        return values.stream().collect(Collectors.joining(" | ", "| ", " |\n"));
    }
}
