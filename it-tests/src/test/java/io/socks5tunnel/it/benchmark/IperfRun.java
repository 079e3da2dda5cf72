// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.benchmark;

import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.Ended;
import io.socks5tunnel.it.lab.LabProcess;
import io.socks5tunnel.it.lab.ProcessUsage;
import io.socks5tunnel.it.lab.SocksServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What one run of iperf3 gave.
///
/// @param seconds that the receiver was at it
/// @param gigabytes of payload that the receiver got
/// @param tunnel what its process used meanwhile
/// @param otherSeconds the same of iperf3, both ends, and of the SOCKS server
record IperfRun(double seconds, double gigabytes, ProcessUsage tunnel, double otherSeconds) {
    private static final int PORT = 5201;
    private static final int ATTEMPTS = 3;
    private static final Duration START_LIMIT = Duration.ofSeconds(10);
    private static final String NUMBER = "\\s*([-0-9.e+]+)";
    private static final Pattern RECEIVED =
            Pattern.compile("\"sum_received\":\\s*\\{[^}]*?\"seconds\":" + NUMBER + ",\\s*\"bytes\":" + NUMBER);
    private static final Pattern CPU = Pattern.compile("\"host_total\":" + NUMBER);
    private static final Pattern REMOTE_CPU = Pattern.compile("\"remote_total\":" + NUMBER);
    private static final double GIGA = 1e9;

    /// Starts the destination.
    static void startServer(Subject subject) {
        LabProcess server = subject.lab().server().start("iperf-server", List.of("iperf3", "-s", "-p", "" + PORT));
        server.awaitListening(PORT, START_LIMIT);
    }

    /// Runs a client; where there is no tunnel, by way of proxychains.
    ///
    /// @param socks the server of the set-up
    /// @param limit how long it may take
    static IperfRun run(Subject subject, boolean hasTunnel, SocksServer socks, Duration limit, List<String> arguments) {
        List<String> command = new ArrayList<>();
        if (!hasTunnel) {
            String configuration = socks.proxychainsConfiguration(subject.lab(), AddressFamily.IPV4)
                    .toString();
            command.addAll(List.of("proxychains4", "-q", "-f", configuration));
        }
        command.addAll(List.of("iperf3", "-c", AddressFamily.IPV4.destination(), "-p", "" + PORT, "-J"));
        command.addAll(arguments);
        for (int attempt = 1; ; attempt++) {
            ProcessUsage tunnelBefore = subject.usage();
            double serverBefore = subject.serverSeconds();
            Ended ended = subject.lab().client().run(limit, "iperf", command);
            if (ended.exitCode() == 0) {
                return of(ended.output(), subject.usage().since(tunnelBefore), subject.serverSeconds() - serverBefore);
            }
            // iperf3's server serves one test at a time, and may still be busy ending the last one.
            if (attempt == ATTEMPTS) {
                throw new IllegalStateException(subject.name() + ": " + ended + subject.log());
            }
            System.err.println(subject.name() + ": iperf3 failed, once more");
        }
    }

    private static IperfRun of(String json, ProcessUsage tunnel, double serverSeconds) {
        Matcher received = find(RECEIVED, json);
        double seconds = Double.parseDouble(received.group(1));
        double percent = Double.parseDouble(find(CPU, json).group(1))
                + Double.parseDouble(find(REMOTE_CPU, json).group(1));
        double gigabytes = Double.parseDouble(received.group(2)) / GIGA;
        return new IperfRun(seconds, gigabytes, tunnel, percent / 100 * seconds + serverSeconds);
    }

    private static Matcher find(Pattern pattern, String json) {
        Matcher matcher = pattern.matcher(json);
        if (!matcher.find()) {
            throw new IllegalStateException("no " + pattern + " in iperf3's output: " + json);
        }
        return matcher;
    }
}
