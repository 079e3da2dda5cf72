// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.benchmark;

import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.LabRequirements;
import io.socks5tunnel.it.lab.RuntimeImage;
import io.socks5tunnel.it.lab.SocksServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/// How fast TCP goes through the tunnel: iperf3 at each MTU, in both directions, with few and many streams, through
/// several set-ups in alternation, so that what else happens on the machine falls on all of them alike.
///
/// Set-ups: this program, this program without offload, no tunnel (the same SOCKS server, used by iperf3 through
/// proxychains), and every program named with `--also NAME=COMMAND`, which is given the path of a hev-socks5-tunnel
/// YAML file as its last argument. Prints medians and ratios to no tunnel. Run it with `benchmarks/throughput`.
public final class ThroughputBenchmark {
    private static final String NO_TUNNEL = "no tunnel";
    private static final String USAGE = """
            usage: benchmarks/throughput [--rounds N] [--seconds N] [--mtu N,N] [--streams N,N] [--workers N]
                       [--socks embedded|dante|microsocks] [--only NAME,NAME] [--also NAME=COMMAND] [--json FILE]
            names: tunnel, offload off, no tunnel, and those of --also
            """;

    private final Map<String, String> options;
    private final Map<String, List<String>> others;
    private final int rounds;
    private final int seconds;

    private ThroughputBenchmark(Map<String, String> options, Map<String, List<String>> others) {
        this.options = options;
        this.others = others;
        rounds = numbers("--rounds", "5").getFirst();
        seconds = numbers("--seconds", "4").getFirst();
    }

    /// Measures and prints.
    public static void main(String[] arguments) throws IOException {
        Map<String, String> options = new LinkedHashMap<>();
        Map<String, List<String>> others = new LinkedHashMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            if (!arguments[i].startsWith("--") || i + 1 == arguments.length) {
                System.err.print(USAGE);
                System.exit(2);
            }
            if (arguments[i].equals("--also")) {
                String[] parts = arguments[i + 1].split("=", 2);
                others.put(parts[0], List.of(parts[1].split(" ", -1)));
            } else {
                options.put(arguments[i], arguments[i + 1]);
            }
        }
        List<String> missing = LabRequirements.missing();
        if (!missing.isEmpty()) {
            System.err.println("cannot measure: " + String.join("; ", missing));
            System.exit(1);
        }
        new ThroughputBenchmark(options, others).run();
    }

    private void run() throws IOException {
        List<String> names = names();
        String yardstick = names.contains(NO_TUNNEL) ? NO_TUNNEL : names.getFirst();
        Results results = new Results(names, yardstick);
        for (int mtuBytes : numbers("--mtu", "1500,8500")) {
            List<Subject> subjects = new ArrayList<>();
            try {
                for (String name : names) {
                    subjects.add(start(name, mtuBytes));
                }
                measure(subjects, mtuBytes, results);
            } finally {
                subjects.forEach(Subject::close);
            }
        }
        System.out.println("Kernel " + System.getProperty("os.version") + ", "
                + Runtime.getRuntime().availableProcessors() + " processors, TCP congestion control "
                + Files.readString(Path.of("/proc/sys/net/ipv4/tcp_congestion_control"))
                        .strip());
        System.out.println(results.markdown());
        if (options.containsKey("--json")) {
            Files.writeString(Path.of(options.get("--json")), results.json());
        }
    }

    /// Round 0 warms up and does not count.
    private void measure(List<Subject> subjects, int mtuBytes, Results results) {
        for (int round = 0; round <= rounds; round++) {
            for (int streams : numbers("--streams", "1,10")) {
                for (Cell.Direction direction : Cell.Direction.values()) {
                    Cell cell = new Cell(mtuBytes, direction, streams);
                    for (Subject subject : subjects) {
                        Sample sample = subject.measure(cell, seconds);
                        System.err.printf(
                                Locale.ROOT,
                                "round %d of %d, %s, %s: %.2f Gbit/s, %.2f + %.2f CPU s per GB%n",
                                round,
                                rounds,
                                cell,
                                subject.name(),
                                sample.gigabitsPerSecond(),
                                sample.tunnelCpuSecondsPerGigabyte(),
                                sample.otherCpuSecondsPerGigabyte());
                        if (round > 0) {
                            results.add(cell, subject.name(), sample);
                        }
                    }
                }
            }
        }
        subjects.forEach(subject -> results.addResident(subject.name(), subject.residentBytes()));
    }

    private Subject start(String name, int mtuBytes) {
        SocksServer server =
                SocksServer.valueOf(options.getOrDefault("--socks", "embedded").toUpperCase(Locale.ROOT));
        DaemonConfig config = DaemonConfig.of(server)
                .withMtu(mtuBytes)
                .withWorkers(numbers("--workers", "0").getFirst());
        return switch (name) {
            case NO_TUNNEL -> Subject.withoutTunnel(name, server);
            case "tunnel" -> Subject.withTunnel(name, config, RuntimeImage.command());
            case "offload off" -> Subject.withTunnel(name, config.withoutOffload(), RuntimeImage.command());
            default -> Subject.withTunnel(name, config, others.get(name));
        };
    }

    private List<String> names() {
        List<String> all = Stream.concat(Stream.of("tunnel", "offload off", NO_TUNNEL), others.keySet().stream())
                .toList();
        String only = options.get("--only");
        return only == null ? all : List.of(only.split(",", -1));
    }

    private List<Integer> numbers(String option, String otherwise) {
        return Stream.of(options.getOrDefault(option, otherwise).split(",", -1))
                .map(Integer::valueOf)
                .toList();
    }
}
