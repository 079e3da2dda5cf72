// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import io.socks5tunnel.sim.IpProtocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// The report of a replay for people; `docs/replay.md` explains the columns.
final class ReplayTable {
    private static final int MAX_ROWS = 40;

    private ReplayTable() {}

    /// @param areAllShown whether every flow has a row
    static List<String> lines(ReplayReport report, boolean areAllShown) {
        List<String> lines = new ArrayList<>();
        lines.add(String.join(", ", report.files()) + ": " + report.frames() + " frames, " + report.packets()
                + " IP packets, " + report.totals().flows() + " flows");
        lines.add(row(
                "", "flow", "bytes up", "bytes down", "in", "out", "seen", "made", "ooo", "zw", "zwm", "rtt ms", ""));
        int shown = areAllShown
                ? report.flows().size()
                : Math.min(MAX_ROWS, report.flows().size());
        for (FlowReport flow : report.flows().subList(0, shown)) {
            lines.add(row(flow));
        }
        if (shown < report.totals().flows()) {
            lines.add("     and " + (report.totals().flows() - shown) + " more flows (--all, --json)");
        }
        FlowTotals totals = report.totals();
        lines.add(row(
                "all",
                "",
                number(totals.bytesUp()),
                number(totals.bytesDown()),
                number(totals.segmentsIn()),
                number(totals.segmentsOut()),
                number(totals.resendsSeen()),
                number(totals.resendsMade()),
                "",
                "",
                "",
                "",
                ""));
        addNotes(report, lines);
        return lines;
    }

    /// What the replay had to do to a flow, and what the tunnel dropped of it, in words.
    static String remarks(FlowReport flow) {
        List<String> parts = new ArrayList<>();
        FlowReport.Repairs repairs = flow.repairs();
        if (repairs.hasMadeUpHandshake()) {
            parts.add("handshake made up");
        }
        add(parts, repairs.madeUpAcks(), "ACKs made up");
        add(parts, repairs.forced(), "ACKs corrected");
        add(parts, repairs.paddedUp(), "bytes up missing in the capture");
        add(parts, repairs.paddedDown(), "bytes down missing in the capture");
        add(parts, repairs.cutSegments(), "segments cut to the MTU");
        add(parts, repairs.unplayedDown(), "bytes down came too late");
        add(parts, repairs.missingUp(), "bytes up NOT DELIVERED");
        if (!flow.isWhole() && repairs.missingUp() == 0 && repairs.unplayedDown() == 0) {
            parts.add((flow.capturedDown() - flow.bytesDown()) + " bytes down NOT DELIVERED");
        }
        flow.drops().forEach((reason, count) -> parts.add(count + " dropped: " + reason));
        return String.join(", ", parts);
    }

    static String protocol(int number) {
        return switch (number) {
            case IpProtocol.TCP -> "tcp";
            case IpProtocol.UDP -> "udp";
            case IpProtocol.ICMP -> "icmp";
            case IpProtocol.ICMPV6 -> "icm6";
            default -> "ip" + number;
        };
    }

    private static String row(FlowReport flow) {
        boolean isTcp = flow.key().protocol() == IpProtocol.TCP;
        String remarks = remarks(flow);
        String end = isTcp ? flow.end().text() : "";
        String separator = end.isEmpty() || remarks.isEmpty() ? "" : "; ";
        return row(
                protocol(flow.key().protocol()),
                flow.key().text() + (flow.instance() > 1 ? " (" + flow.instance() + ")" : ""),
                number(flow.bytesUp()),
                number(flow.bytesDown()),
                number(flow.segmentsIn()),
                number(flow.segmentsOut()),
                number(flow.resendsSeen()),
                number(flow.resendsMade()),
                number(flow.outOfOrder()),
                number(flow.zeroWindowsSeen()),
                number(flow.zeroWindowsMade()),
                flow.rttNanos() == 0 ? "" : String.format(Locale.ROOT, "%.3f", flow.rttNanos() / 1e6),
                end + separator + remarks);
    }

    private static void addNotes(ReplayReport report, List<String> lines) {
        Map<String, Long> sorted = new TreeMap<>();
        report.drops().forEach((reason, count) -> sorted.put(reason.name(), count));
        sorted.forEach((reason, count) -> lines.add("     the tunnel dropped " + count + ": " + reason));
        report.skipped()
                .forEach((reason, count) -> lines.add("     " + count + " frames without IP: " + reason.text()));
        note(lines, report.cutRefused(), "packets not played: cut inside their headers");
        note(lines, report.paddedPackets(), "cut packets filled with zeros");
        note(lines, report.movedPackets(), "packets moved from loopback addresses to 198.18.0.0/15, fc00::/7");
        note(lines, report.shortenedGaps(), "silences shortened to an hour");
        note(lines, report.unsentPackets(), "packets not sent: --destination has no address for theirs");
        note(lines, report.totals().notWhole(), "flows not delivered in full");
        report.defects().forEach(defect -> lines.add("     broken capture: " + defect));
        lines.add(String.format(
                Locale.ROOT,
                "     %.3f s of capture in %.3f s, %,.0f packets/s; digest %s",
                report.playedNanos() / 1e9,
                report.wallNanos() / 1e9,
                report.packetsPerSecond(),
                report.digest()));
    }

    private static void note(List<String> lines, long count, String text) {
        if (count > 0) {
            lines.add("     " + count + " " + text);
        }
    }

    private static void add(List<String> parts, long count, String text) {
        if (count > 0) {
            parts.add(count + " " + text);
        }
    }

    private static String number(long value) {
        return Long.toString(value);
    }

    private static String row(Object... columns) {
        return String.format(Locale.ROOT, "%-4s %-45s %11s %11s %6s %6s %4s %4s %4s %3s %3s %8s  %s", columns)
                .stripTrailing();
    }
}
