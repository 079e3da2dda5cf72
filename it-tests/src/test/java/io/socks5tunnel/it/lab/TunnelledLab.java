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
/// @param atStart the client's kernel counters before any traffic
public record TunnelledLab(NetworkLab lab, Applications applications, Daemon daemon, KernelCounters atStart)
        implements AutoCloseable {
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
            return new TunnelledLab(lab, applications, daemon, KernelCounters.read(lab.client()));
        } catch (RuntimeException e) {
            lab.close();
            throw e;
        }
    }

    /// What the client's kernel complained about until now, by counter.
    public Map<String, Long> complaints() {
        return KernelCounters.read(lab.client()).complaintsSince(atStart);
    }

    @Override
    public void close() {
        lab.close();
    }
}
