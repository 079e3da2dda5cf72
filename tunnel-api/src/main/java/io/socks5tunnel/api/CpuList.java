// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// CPUs by their numbers, in an order and none twice. As text they are numbers and ranges with commas between them,
/// `0-3,8`, which is how the Linux kernel lists CPUs.
///
/// @param cpus numbers, 0 to [#MAX_CPU]
public record CpuList(List<Integer> cpus) {
    /// The highest number that a CPU can have: no kernel of today is built for more than 8192.
    public static final int MAX_CPU = 8191;

    /// No CPUs.
    public static final CpuList NONE = new CpuList(List.of());

    private static final Pattern RANGE = Pattern.compile("([0-9]{1,4})(?:-([0-9]{1,4}))?");

    /// Takes a copy of the list.
    ///
    /// @throws IllegalArgumentException if a number is out of range or occurs twice
    public CpuList {
        cpus = List.copyOf(cpus);
        BitSet seen = new BitSet();
        for (int cpu : cpus) {
            if (cpu < 0 || cpu > MAX_CPU || seen.get(cpu)) {
                throw new IllegalArgumentException("CPU " + cpu + " is out of range or there twice: " + cpus);
            }
            seen.set(cpu);
        }
    }

    /// Reads a text such as `0-3,8`; there may be space around its parts. Blank text is a list without CPUs.
    ///
    /// @return empty if it is none: something else than numbers, a number out of range or twice, a range downwards
    public static Optional<CpuList> parse(String text) {
        List<Integer> cpus = new ArrayList<>();
        BitSet seen = new BitSet();
        for (String part : text.isBlank() ? new String[0] : text.split(",", -1)) {
            Matcher range = RANGE.matcher(part.strip());
            if (!range.matches()) {
                return Optional.empty();
            }
            int first = Integer.parseInt(range.group(1));
            int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
            if (first > last || last > MAX_CPU || !seen.get(first, last + 1).isEmpty()) {
                return Optional.empty();
            }
            seen.set(first, last + 1);
            for (int cpu = first; cpu <= last; cpu++) {
                cpus.add(cpu);
            }
        }
        return Optional.of(new CpuList(cpus));
    }

    /// Whether there is none.
    public boolean isEmpty() {
        return cpus.isEmpty();
    }

    /// How many there are.
    public int size() {
        return cpus.size();
    }

    /// Those that are also in the other list, in the order of this one.
    public CpuList and(CpuList other) {
        Set<Integer> others = Set.copyOf(other.cpus);
        return new CpuList(cpus.stream().filter(others::contains).toList());
    }

    /// The shortest text that [#parse] reads as this list: `0-3,8`; empty if there is no CPU.
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        int at = 0;
        while (at < cpus.size()) {
            int end = at + 1;
            while (end < cpus.size() && cpus.get(end) == cpus.get(at) + end - at) {
                end++;
            }
            text.append(at == 0 ? "" : ",").append(cpus.get(at));
            if (end > at + 1) {
                text.append('-').append(cpus.get(end - 1));
            }
            at = end;
        }
        return text.toString();
    }
}
