// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.soak;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a soak has seen, and what of it must not have been.
final class SoakReport {
    private static final long WINDOW_MILLIS = 5 * 60_000;
    private static final long SHORTEST_MILLIS = 2 * WINDOW_MILLIS;
    private static final double MOST_GROWTH = 1.05;
    private static final double MEGABYTE = 1e6;

    private final Map<FlowKind, long[]> flows = new EnumMap<>(FlowKind.class);
    private final Map<Fault, Integer> faultCounts = new EnumMap<>(Fault.class);
    private final List<InjectedFault> faults = new ArrayList<>();
    private final List<FlowFailure> failures = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private final List<QuietMoment> quiets = new ArrayList<>();
    private List<TunnelWatch.Sample> samples = List.of();
    private List<TunnelWatch.Complaint> complaints = List.of();
    private @Nullable QuietMoment before;
    private long startMillis;
    private long endMillis;
    private double cpuSeconds;
    private long lostPackets;
    private int wrong;

    void begin(QuietMoment quiet, double cpuSecondsUntilNow) {
        before = quiet;
        startMillis = System.currentTimeMillis();
        cpuSeconds = -cpuSecondsUntilNow;
    }

    void end(double cpuSecondsUntilNow, long lost) {
        endMillis = System.currentTimeMillis();
        cpuSeconds += cpuSecondsUntilNow;
        lostPackets = lost;
    }

    void add(InjectedFault fault) {
        faults.add(fault);
        faultCounts.merge(fault.fault(), 1, Integer::sum);
    }

    /// Takes a line that [SoakTraffic] has printed.
    void addTraffic(String line) {
        if (FlowFailure.parse(line).map(failures::add).isPresent()) {
            return;
        }
        String[] words = line.split(" ", -1);
        if (words[0].equals("CPU")) {
            cpuSeconds += Long.parseLong(words[1]) / 1000.0;
            return;
        }
        long[] sum = flows.computeIfAbsent(FlowKind.valueOf(words[0]), _ -> new long[2]);
        sum[0] += Long.parseLong(words[1]);
        sum[1] += Long.parseLong(words[2]);
    }

    void addWrongAtServer(String line) {
        wrong++;
        violations.add("at the server: " + line);
    }

    /// Takes what the tunnel held when it should have held what it held before.
    void addQuiet(QuietMoment quiet) {
        quiets.add(quiet);
        QuietMoment first = Objects.requireNonNull(before);
        if (!quiet.holdsWhat(first)) {
            violations.add(
                    "after round " + quiets.size() + " the tunnel holds " + quiet + ", before the first " + first);
        }
    }

    void add(List<TunnelWatch.Sample> seen, List<TunnelWatch.Complaint> logged) {
        samples = seen;
        complaints = logged;
        for (TunnelWatch.Complaint complaint : complaints) {
            if (faults.stream().noneMatch(fault -> fault.excusesLog(complaint.fromMillis(), complaint.toMillis()))) {
                violations.add("logged without a fault: " + complaint.line());
            }
        }
        for (FlowFailure failure : failures) {
            if (failure.isWrong()) {
                wrong++;
                violations.add("wrong bytes: " + failure);
            } else if (faults.stream().noneMatch(fault -> fault.excuses(failure))) {
                violations.add("failed without a fault: " + failure);
            }
        }
        if (endMillis - startMillis >= SHORTEST_MILLIS && lastResident() > firstResident() * MOST_GROWTH) {
            violations.add("the memory has grown by more than 5 %");
        }
    }

    void addViolation(String violation) {
        violations.add(violation);
    }

    /// What must not have been, empty if all was well.
    List<String> violations() {
        return List.copyOf(violations);
    }

    /// Flows that came to a good end, of all kinds.
    long flows() {
        return flows.values().stream().mapToLong(sum -> sum[0]).sum();
    }

    /// What there is to say while it goes on.
    String progress() {
        return String.format(
                Locale.ROOT,
                "round %d: %,d flows until now, %d cut, %d descriptors and %.1f MB when quiet, %d violations",
                quiets.size(),
                flows(),
                failures.size(),
                quiets.getLast().descriptors(),
                quiets.getLast().residentBytes() / MEGABYTE,
                violations.size());
    }

    /// How often each fault was injected.
    Map<Fault, Integer> faultCounts() {
        return Map.copyOf(faultCounts);
    }

    private double firstResident() {
        return resident(startMillis, startMillis + window());
    }

    private double lastResident() {
        return resident(endMillis - window(), endMillis);
    }

    private long window() {
        return Math.min(WINDOW_MILLIS, (endMillis - startMillis) / 3);
    }

    private double resident(long from, long to) {
        return samples.stream()
                .filter(sample -> sample.millis() >= from && sample.millis() <= to)
                .mapToLong(TunnelWatch.Sample::residentBytes)
                .average()
                .orElse(Double.NaN);
    }

    /// All figures.
    String text() {
        QuietMoment first = Objects.requireNonNull(before);
        Formatter text = new Formatter(Locale.ROOT);
        double seconds = (endMillis - startMillis) / 1000.0;
        text.format(
                "%.0f s, %d rounds; %.2f processors used by applications, servers and tunnel together%n",
                seconds, quiets.size(), cpuSeconds / seconds);
        flows.forEach((kind, sum) -> text.format("  %-16s %,9d flows %,16d bytes%n", kind, sum[0], sum[1]));
        text.format(
                "  %-16s %,9d flows %,16d bytes%n",
                "all", flows(), flows.values().stream().mapToLong(sum -> sum[1]).sum());
        faultCounts.forEach((fault, count) -> text.format("  %-16s %,9d times%n", fault, count));
        text.format("packets lost on purpose: %,d%n", lostPackets);
        text.format(
                "flows cut by faults: %,d; wrong bytes: %d; lines logged on faults: %d%n",
                failures.size(), wrong, complaints.size());
        Map<String, Integer> reasons = new TreeMap<>();
        failures.forEach(failure -> reasons.merge(failure.reason().replaceAll("\\d+", "N"), 1, Integer::sum));
        reasons.forEach((reason, count) -> text.format("  %,9d %s%n", count, reason));
        text.format(
                "RSS, mean of the first and the last %d s: %.1f MB, %.1f MB (%+.1f %%)%n",
                window() / 1000,
                firstResident() / MEGABYTE,
                lastResident() / MEGABYTE,
                100 * (lastResident() / firstResident() - 1));
        text.format("RSS when quiet, before and after each round: %s MB%n", quietResident(first));
        QuietMoment last = quiets.isEmpty() ? first : quiets.getLast();
        text.format(
                "descriptors when quiet: %d before, %d after; threads: %d, %d%n",
                first.descriptors(),
                last.descriptors(),
                first.threads().size(),
                last.threads().size());
        text.format("violations: %d%n", violations.size());
        violations.forEach(violation -> text.format("  %s%n", violation));
        return text.toString();
    }

    private String quietResident(QuietMoment first) {
        StringBuilder text = new StringBuilder(Long.toString(Math.round(first.residentBytes() / MEGABYTE)));
        quiets.forEach(quiet -> text.append(' ').append(Math.round(quiet.residentBytes() / MEGABYTE)));
        return text.toString();
    }
}
