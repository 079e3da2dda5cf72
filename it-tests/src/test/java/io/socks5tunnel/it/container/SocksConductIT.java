// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.Applications;
import io.socks5tunnel.it.lab.Daemon;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.SocksServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What each server makes of the end of a connection, asked without a tunnel and through one. Both must be what the
/// reviewed table says: a tunnel can keep no more of a connection's meaning than its server does, and must not keep
/// less.
final class SocksConductIT {
    /// How long something that never happens is waited for.
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @ParameterizedTest
    @EnumSource
    void aTunnelKeepsAllThatTheServerKeeps(SocksProgram program) {
        DockerRequirements.demand(program);
        try (ContainerLab lab = ContainerLab.open();
                Socks5Container server = lab.start(new Socks5Container(program))) {
            Applications applications = Applications.start(lab.lab()).within(PATIENCE);
            String proxy = server.address(AddressFamily.IPV4).getHostAddress();
            List<String> direct = answers(applications, proxy, Socks5Container.PORT);
            Daemon.start(lab.lab(), DaemonConfig.of(SocksServer.EMBEDDED).with("socks5.address", proxy));
            List<String> tunnelled = answers(applications);

            assertThat(row(direct, tunnelled))
                    .as("%s %s", program, server.version())
                    .isEqualTo(ReviewedConduct.of(program).words());
        }
    }

    private static List<String> answers(Applications applications, Object... proxy) {
        List<String> answers = new ArrayList<>();
        for (Conduct conduct : Conduct.values()) {
            answers.add(conduct.ask(applications, AddressFamily.IPV4, proxy));
        }
        return answers;
    }

    /// One word where both are the same, otherwise "without a tunnel → through one".
    private static List<String> row(List<String> direct, List<String> tunnelled) {
        List<String> row = new ArrayList<>();
        for (int i = 0; i < direct.size(); i++) {
            boolean isSame = direct.get(i).equals(tunnelled.get(i));
            row.add(isSame ? direct.get(i) : direct.get(i) + " → " + tunnelled.get(i));
        }
        return row;
    }
}
