// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.lab;

import java.util.List;
import java.util.Map;

/// A whole set-up: a lab, a SOCKS server, a tunnel that uses it, and applications that use the tunnel.
///
/// @param lab the namespaces
/// @param applications clients and their server
/// @param daemon the tunnel
public record TunnelledLab(NetworkLab lab, Applications applications, Daemon daemon) implements AutoCloseable {
    /// Starts everything; whatever is missing on this machine skips or fails the test.
    public static TunnelledLab start(DaemonConfig config) {
        return start(config, RuntimeImage.command());
    }

    /// The same, with another program as the tunnel.
    ///
    /// @param program takes the path of a YAML file as its last argument
    public static TunnelledLab start(DaemonConfig config, List<String> program) {
        LabRequirements.demand();
        NetworkLab lab = NetworkLab.open();
        try {
            config.server().start(lab);
            Applications applications = Applications.start(lab);
            Daemon daemon = Daemon.start(lab, config, program);
            // The first flow finds a cold JVM; on a busy machine its SYN waits for more than the second after which
            // the client's kernel repeats it, and would count as a complaint.
            applications.download(AddressFamily.IPV4, 1, 1);
            return new TunnelledLab(lab, applications, daemon);
        } catch (RuntimeException e) {
            lab.close();
            throw e;
        }
    }

    /// The client's kernel counters now.
    public KernelCounters counters() {
        return KernelCounters.read(lab.client());
    }

    /// What the client's kernel complained about since `before`, by counter.
    public Map<String, Long> complaintsSince(KernelCounters before) {
        return counters().complaintsSince(before);
    }

    @Override
    public void close() {
        lab.close();
    }
}
