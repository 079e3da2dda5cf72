// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.demo;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.TunnelStatistics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The words and columns of the demo: plain ASCII, at most 80 columns.
final class DemoReport {
    static final int TITLE_COLUMNS = 22;
    static final int VERDICT_COLUMNS = 18;

    private static final int COLUMNS = 80;
    private static final String MARGIN = "  ";
    private static final String LABEL = MARGIN + "%-15s";
    private static final String ROW = MARGIN + "%-22s %13s %9s %11s  %s";
    private static final long FEWEST_BYTES_FOR_A_RATE = 1_000_000;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MEGA = 1e6;
    private static final double GIGA = 1e9;

    private DemoReport() {}

    /// What is connected to what.
    ///
    /// @param device the name of the TUN, at most 6 characters
    static List<String> drawing(String device) {
        return List.of(
                "socks5-tunnel demo: real bytes through TUN, TCP stack and SOCKS5",
                "",
                "  +--------+   +--------+   +---------------+   +--------+   +------------+",
                String.format(
                        Locale.ROOT,
                        "  | client |-->| %-6s |-->| socks5-tunnel |-->| SOCKS5 |-->| web server |",
                        device),
                "  +--------+   +--------+   +---------------+   +--------+   +------------+",
                "");
    }

    /// A part of the picture and what there is to say about it.
    static List<String> labelled(String label, String text) {
        return wrapped(String.format(Locale.ROOT, LABEL, label), text);
    }

    /// What stands above the steps.
    static List<String> heading() {
        return List.of("", row("step", "bytes", "time", "rate", "result"), MARGIN + "-".repeat(COLUMNS - 2));
    }

    /// A step; one that went wrong explains itself on further lines.
    static List<String> step(StepResult step) {
        String time = step.nanos() == 0 ? "" : time(step.nanos());
        String rate = step.nanos() == 0 || step.bytes() < FEWEST_BYTES_FOR_A_RATE ? "" : rate(step);
        String bytes = step.bytes() == 0 ? "" : number(step.bytes());
        if (step.isRight()) {
            return List.of(row(step.title(), bytes, time, rate, step.verdict()));
        }
        List<String> lines = new ArrayList<>();
        lines.add(row(step.title(), bytes, time, rate, "WRONG"));
        lines.addAll(wrapped("      ", step.verdict()));
        return lines;
    }

    /// What the tunnel counted.
    ///
    /// @param mtuBytes beyond which a packet is a super-segment
    static List<String> statistics(TunnelStatistics counted, int mtuBytes) {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.addAll(labelled("client sent", packets(counted.txPackets(), counted.txBytes())));
        lines.addAll(labelled("client got", packets(counted.rxPackets(), counted.rxBytes())));
        long largest = Math.max(
                average(counted.txPackets(), counted.txBytes()), average(counted.rxPackets(), counted.rxBytes()));
        if (largest > mtuBytes) {
            lines.addAll(labelled("", "(beyond the MTU of " + number(mtuBytes) + " bytes: super-segments)"));
        }
        long dropped =
                counted.drops().values().stream().mapToLong(Long::longValue).sum();
        lines.addAll(labelled(
                "connections",
                number(counted.tcpFlowsOpened()) + " carried, " + number(counted.tcpFlowsRefused()) + " refused"));
        lines.addAll(labelled("dropped", number(dropped) + " packets" + reasons(counted.drops())));
        return lines;
    }

    /// The last words.
    ///
    /// @param firstByteNanos how long after the start the first byte came; 0 if unknown
    static List<String> conclusion(List<StepResult> steps, long firstByteNanos) {
        long right = steps.stream().filter(StepResult::isRight).count();
        String text = right == steps.size()
                ? "All is right: every byte arrived as it was sent."
                : "NOT RIGHT: " + (steps.size() - right) + " of " + steps.size() + " steps went wrong.";
        List<String> lines = new ArrayList<>(List.of("", MARGIN + text));
        if (firstByteNanos > 0) {
            lines.add(MARGIN + "The first byte came " + time(firstByteNanos) + " after the start.");
        }
        return lines;
    }

    /// The text after `prefix`, its further lines below its first.
    static List<String> wrapped(String prefix, String text) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder(prefix);
        boolean isEmpty = true;
        for (String word : text.split(" ", -1)) {
            if (!isEmpty && line.length() + 1 + word.length() > COLUMNS) {
                lines.add(line.toString());
                line = new StringBuilder(" ".repeat(prefix.length()));
                isEmpty = true;
            }
            line.append(isEmpty ? "" : " ").append(word);
            isEmpty = false;
        }
        lines.add(line.toString());
        return lines;
    }

    /// A duration of any length in at most nine characters.
    static String time(long nanos) {
        return nanos < NANOS_PER_SECOND
                ? String.format(Locale.ROOT, "%.1f ms", nanos / NANOS_PER_MILLI)
                : String.format(Locale.ROOT, "%.2f s", nanos / NANOS_PER_SECOND);
    }

    private static String packets(long packets, long bytes) {
        return number(packets) + " packets of " + number(average(packets, bytes)) + " bytes on average";
    }

    private static long average(long packets, long bytes) {
        return packets == 0 ? 0 : bytes / packets;
    }

    /// In the order of the enum, which is that of the checks.
    private static String reasons(Map<DropReason, Long> drops) {
        StringBuilder text = new StringBuilder();
        for (DropReason reason : DropReason.values()) {
            long count = drops.getOrDefault(reason, 0L);
            if (count > 0) {
                text.append(text.isEmpty() ? ": " : ", ").append(number(count)).append(' ');
                text.append(reason.name().toLowerCase(Locale.ROOT).replace('_', ' '));
            }
        }
        return text.toString();
    }

    private static String rate(StepResult step) {
        double bitsPerSecond = 8.0 * step.bytes() * NANOS_PER_SECOND / step.nanos();
        return bitsPerSecond < GIGA
                ? String.format(Locale.ROOT, "%.0f Mbit/s", bitsPerSecond / MEGA)
                : String.format(Locale.ROOT, "%.2f Gbit/s", bitsPerSecond / GIGA);
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String row(String title, String bytes, String time, String rate, String verdict) {
        return String.format(Locale.ROOT, ROW, title, bytes, time, rate, verdict);
    }
}
