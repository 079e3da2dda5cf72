// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.benchmark;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What one run of iperf3 gave.
///
/// @param gigabitsPerSecond payload that the receiver got
/// @param tunnelCpuSecondsPerGigabyte user and system time of the tunnel's process, 0 without a tunnel
/// @param otherCpuSecondsPerGigabyte the same of iperf3, both ends, and of the SOCKS server
record Sample(double gigabitsPerSecond, double tunnelCpuSecondsPerGigabyte, double otherCpuSecondsPerGigabyte) {
    private static final String NUMBER = "\\s*([-0-9.e+]+)";
    private static final Pattern RECEIVED = Pattern.compile("\"sum_received\":\\s*\\{[^}]*?\"seconds\":" + NUMBER
            + ",\\s*\"bytes\":" + NUMBER + ",\\s*\"bits_per_second\":" + NUMBER);
    private static final Pattern CPU = Pattern.compile("\"host_total\":" + NUMBER);
    private static final Pattern REMOTE_CPU = Pattern.compile("\"remote_total\":" + NUMBER);
    private static final double GIGA = 1e9;

    /// Reads iperf3's JSON.
    ///
    /// @param tunnelSeconds CPU time of the tunnel during the run
    /// @param serverSeconds CPU time of the SOCKS server
    static Sample of(String json, double tunnelSeconds, double serverSeconds) {
        Matcher received = find(RECEIVED, json);
        double seconds = Double.parseDouble(received.group(1));
        double gigabytes = Double.parseDouble(received.group(2)) / GIGA;
        double percent = Double.parseDouble(find(CPU, json).group(1))
                + Double.parseDouble(find(REMOTE_CPU, json).group(1));
        double others = percent / 100 * seconds + serverSeconds;
        return new Sample(Double.parseDouble(received.group(3)) / GIGA, tunnelSeconds / gigabytes, others / gigabytes);
    }

    private static Matcher find(Pattern pattern, String json) {
        Matcher matcher = pattern.matcher(json);
        if (!matcher.find()) {
            throw new IllegalStateException("no " + pattern + " in iperf3's output: " + json);
        }
        return matcher;
    }
}
