// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.benchmark;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// The command line of [CompareBenchmark].
///
/// @param values by option
/// @param others programs to compare with, by name
record BenchmarkOptions(Map<String, String> values, Map<String, List<String>> others) {
    static final String USAGE = """
            usage: benchmarks/compare [OPTION VALUE]...
              --sections A,B    throughput connections datagrams latency loss memory idle start (default: all)
              --also NAME=CMD   another program, started as CMD FILE, FILE being hev-socks5-tunnel YAML; repeatable
              --only NAME,NAME  of: tunnel, offload off, no tunnel, and the names of --also
              --rounds N        samples of each cell (5), after one that does not count
              --seconds N       of each sample (4)
              --mtu N,N         for throughput (1500,8500)
              --streams N,N     for throughput (1,10)
              --clients N,N     for connections (1,32,128)
              --bytes N,N       for datagrams (64,1200)
              --flows N,N       for memory (1000,10000)
              --workers N       shards of this program (its own choice)
              --socks NAME      server for throughput: embedded (default), dante, microsocks
              --json FILE  --svg FILE  all samples; a picture
            """;

    private static final Set<String> NAMES = Set.of(
            "--sections",
            "--only",
            "--rounds",
            "--seconds",
            "--mtu",
            "--streams",
            "--clients",
            "--bytes",
            "--flows",
            "--workers",
            "--socks",
            "--json",
            "--svg");

    /// @throws IllegalArgumentException with what is wrong with them
    static BenchmarkOptions parse(String[] arguments) {
        Map<String, String> values = new LinkedHashMap<>();
        Map<String, List<String>> others = new LinkedHashMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            String name = arguments[i];
            if (name.equals("--help")) {
                throw new IllegalArgumentException("this is what it can do");
            }
            if (i + 1 == arguments.length) {
                throw new IllegalArgumentException(name + " wants a value");
            }
            String value = arguments[i + 1];
            if (name.equals("--also") && value.contains("=")) {
                String[] parts = value.split("=", 2);
                others.put(parts[0], List.of(parts[1].split(" ", -1)));
            } else if (NAMES.contains(name)) {
                values.put(name, value);
            } else {
                throw new IllegalArgumentException("not understood: " + name + " " + value);
            }
        }
        BenchmarkOptions options = new BenchmarkOptions(Map.copyOf(values), others);
        options.sections();
        return options;
    }

    List<Section> sections() {
        if (!has("--sections")) {
            return List.of(Section.values());
        }
        return words("--sections", "").stream()
                .map(word -> Section.valueOf(word.toUpperCase(Locale.ROOT)))
                .toList();
    }

    int rounds() {
        return number("--rounds", 5);
    }

    int seconds() {
        return number("--seconds", 4);
    }

    /// Shards of this program, 0 for its own choice.
    int workers() {
        return number("--workers", 0);
    }

    boolean has(String option) {
        return values.containsKey(option);
    }

    String text(String option) {
        return words(option, "").getFirst();
    }

    List<String> words(String option, String otherwise) {
        return List.of(values.getOrDefault(option, otherwise).split(",", -1));
    }

    List<Integer> numbers(String option, String otherwise) {
        return words(option, otherwise).stream().map(Integer::valueOf).toList();
    }

    private int number(String option, int otherwise) {
        return Stream.ofNullable(values.get(option))
                .map(Integer::valueOf)
                .findFirst()
                .orElse(otherwise);
    }
}
