// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.container;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.testcontainers.DockerClientFactory;

/// What a machine must offer for a [Socks5Container].
final class DockerRequirements {
    private DockerRequirements() {}

    /// Skips the test with the reason if something is missing, or fails it if the property
    /// `socks5tunnel.requireAll` is set.
    static void demand(SocksProgram... servers) {
        List<String> missing = new ArrayList<>();
        for (SocksProgram server : servers) {
            for (String program : server.programs()) {
                if (DebianProgram.find(program).isEmpty()) {
                    missing.add("no program " + program);
                }
            }
        }
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            missing.add("no Docker");
        }
        if (!missing.isEmpty()) {
            String reason = "containers cannot be used: " + String.join("; ", missing);
            if (Boolean.getBoolean("socks5tunnel.requireAll")) {
                throw new IllegalStateException(reason);
            }
            Assumptions.abort(reason);
        }
    }
}
