// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/// What a machine must offer for a [NetworkLab].
public final class LabRequirements {
    private static final List<String> TOOLS = List.of(
            "ip", "ping", "sysctl", "iptables", "ip6tables", "nstat", "curl", "iperf3", "proxychains4", "dig", "mount");

    private LabRequirements() {}

    /// Skips the test with the reason if something is missing, or fails it if the property
    /// `socks5tunnel.requireAll` is set.
    public static void demand() {
        refuseWithout("network namespaces cannot be used", missing());
    }

    /// The same for programs that few tests need.
    public static void demandPrograms(String... programs) {
        List<String> missing =
                Arrays.stream(programs).filter(program -> !isInstalled(program)).toList();
        refuseWithout("not installed", missing);
    }

    /// What is missing, empty if nothing.
    public static List<String> missing() {
        List<String> missing = new ArrayList<>();
        if (!Files.isWritable(Path.of("/proc/sys/net/ipv4/ip_forward"))) {
            missing.add("not root, or not allowed to change network settings");
        }
        if (!Files.exists(Path.of("/dev/net/tun"))) {
            missing.add("no /dev/net/tun");
        }
        if (!RuntimeImage.exists()) {
            missing.add("no run-time image at " + RuntimeImage.java() + " (mvn package makes it)");
        }
        List<String> programs = new ArrayList<>(TOOLS);
        for (SocksServer server : SocksServer.values()) {
            programs.add(server.program());
        }
        for (String program : programs) {
            if (!program.isEmpty() && !isInstalled(program)) {
                missing.add("no program " + program);
            }
        }
        return missing;
    }

    private static void refuseWithout(String what, List<String> missing) {
        if (!missing.isEmpty()) {
            String reason = what + ": " + String.join("; ", missing);
            if (Boolean.getBoolean("socks5tunnel.requireAll")) {
                throw new IllegalStateException(reason);
            }
            Assumptions.abort(reason);
        }
    }

    private static boolean isInstalled(String program) {
        for (String directory : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            if (Files.isExecutable(Path.of(directory, program))) {
                return true;
            }
        }
        return false;
    }
}
