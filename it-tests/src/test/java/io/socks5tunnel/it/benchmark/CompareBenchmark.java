// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.benchmark;

import io.socks5tunnel.it.lab.LabRequirements;
import io.socks5tunnel.it.lab.RuntimeImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Measures this program beside others, in network namespaces, in alternation, so that what else happens on the
/// machine falls on all of them alike. Prints medians and ratios. Run it with `benchmarks/compare`.
///
/// What is measured is in the [sections][Section]; what is measured with, in [SetUp].
public final class CompareBenchmark {
    private CompareBenchmark() {}

    /// Measures and prints.
    public static void main(String[] arguments) throws IOException {
        BenchmarkOptions options;
        try {
            options = BenchmarkOptions.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println("benchmarks/compare: " + e.getMessage());
            System.err.print(BenchmarkOptions.USAGE);
            System.exit(2);
            return;
        }
        List<String> missing = LabRequirements.missing();
        if (!missing.isEmpty()) {
            System.err.println("cannot measure: " + String.join("; ", missing));
            System.exit(1);
        }
        System.exit(run(options) ? 0 : 1);
    }

    /// @return whether all sections came to their end
    private static boolean run(BenchmarkOptions options) throws IOException {
        List<SetUp> setUps = setUps(options);
        Results results = new Results(setUps.stream().map(SetUp::name).toList(), yardsticks(options, setUps));
        boolean isWhole = true;
        for (Section section : options.sections()) {
            long start = System.nanoTime();
            try {
                section.measurement().run(setUps, options, results);
            } catch (IllegalStateException e) {
                isWhole = false;
                System.err.println(section + " failed, what it has measured until now counts: " + e.getMessage());
            }
            System.err.printf("%s took %d s%n", section, (System.nanoTime() - start) / 1_000_000_000);
        }
        System.out.println(machine());
        System.out.println(results.markdown());
        if (options.has("--json")) {
            Files.writeString(Path.of(options.text("--json")), results.json(machine()));
        }
        if (options.has("--svg")) {
            Files.writeString(Path.of(options.text("--svg")), new BarChart(results, machine()).svg());
        }
        return isWhole;
    }

    private static String machine() throws IOException {
        return "Kernel " + System.getProperty("os.version") + ", "
                + Runtime.getRuntime().availableProcessors() + " processors, Java "
                + Runtime.version() + ", TCP congestion control "
                + Files.readString(Path.of("/proc/sys/net/ipv4/tcp_congestion_control"))
                        .strip();
    }

    private static List<SetUp> setUps(BenchmarkOptions options) {
        List<SetUp> all = new ArrayList<>();
        all.add(new SetUp("tunnel", RuntimeImage.command(), true));
        all.add(new SetUp(SetUp.OFFLOAD_OFF, RuntimeImage.command(), false));
        options.others().forEach((name, command) -> all.add(new SetUp(name, command, true)));
        all.add(new SetUp(SetUp.NO_TUNNEL, List.of(), true));
        if (!options.has("--only")) {
            return all;
        }
        List<String> only = options.words("--only", "");
        return all.stream().filter(setUp -> only.contains(setUp.name())).toList();
    }

    /// The others first: they are what this program is measured against.
    private static List<String> yardsticks(BenchmarkOptions options, List<SetUp> setUps) {
        List<String> names = new ArrayList<>(options.others().keySet());
        names.add(SetUp.NO_TUNNEL);
        names.retainAll(setUps.stream().map(SetUp::name).toList());
        return names;
    }
}
