// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.Daemon;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.RuntimeImage;
import io.socks5tunnel.it.refusal.ConnectOutcome;
import io.socks5tunnel.it.refusal.RefusalLab;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// A SOCKS server whose address is routed into the TUN device: the tunnel's own connections come back in.
final class RoutingLoopIT {
    private static final String MARK = "438";
    private static final String TABLE = "20";

    private RefusalLab lab;

    @BeforeEach
    void open() {
        lab = RefusalLab.open();
    }

    @AfterEach
    void close() {
        if (lab != null) {
            lab.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsAtOnceAndIsToldOnce(AddressFamily proxy) {
        try (Daemon daemon = lab.start(RefusalLab.config().withProxy(proxy).withWorkers(2))) {
            ip(proxy, "route", "add", proxy.proxy(), "dev", DaemonConfig.DEVICE, "metric", "1");

            List<ConnectOutcome> outcomes = lab.connect(
                    List.of(AddressFamily.IPV4, AddressFamily.IPV6, AddressFamily.IPV4, AddressFamily.IPV6));

            assertThat(outcomes).extracting(ConnectOutcome::connect).containsOnly("EHOSTUNREACH");
            assertThat(daemon.log().lines().filter(line -> line.contains("routing loop")))
                    .singleElement()
                    .asString()
                    .contains(
                            "[W]",
                            InetAddress.ofLiteral(proxy.proxy()).getHostAddress(),
                            " route add ",
                            "socks5.mark",
                            " rule add fwmark ");
            // a loop begins dials without end
            assertThat(daemon.log().lines().filter(line -> line.endsWith(" begins")))
                    .hasSizeLessThanOrEqualTo(2 * outcomes.size());

            ip(proxy, "route", "del", proxy.proxy(), "dev", DaemonConfig.DEVICE, "metric", "1");
            assertThat(lab.connect(List.of(AddressFamily.IPV4)))
                    .extracting(ConnectOutcome::connect)
                    .containsOnly("OK");
        }
    }

    @ParameterizedTest
    @EnumSource
    void isAvoidedByTheMarkThatTheLogSpeaksOf(AddressFamily proxy) {
        try (Daemon daemon = lab.start(RefusalLab.config().withProxy(proxy).with("socks5.mark", MARK))) {
            ip(proxy, "route", "add", "default", "dev", DaemonConfig.DEVICE, "table", TABLE);
            ip(proxy, "rule", "add", "pref", "20", "to", proxy.proxy(), "lookup", TABLE);
            ip(proxy, "rule", "add", "fwmark", MARK, "lookup", "main", "pref", "10");

            assertThat(lab.connect(List.of(AddressFamily.values())))
                    .extracting(ConnectOutcome::connect)
                    .containsOnly("OK");
            assertThat(daemon.log()).doesNotContain("routing loop");
        }
    }

    /// As the machine's resolver would have it that asks the tunnel's own mapdns, or somebody who was wrong.
    @ParameterizedTest
    @CsvSource({"198.18.1.2, ' route add 198.18.1.2 via GATEWAY'", "100.64.0.9, one that mapdns gives to names"})
    void ofAServerWhoseNameLeadsIntoTheTunnelIsToldWithTheName(String address, String wayOut) throws IOException {
        Path hosts = Files.writeString(lab.lab().directory().resolve("hosts"), address + " proxy.example\n");
        List<String> program = new ArrayList<>(List.of(
                "unshare", "--mount", "sh", "-c", "mount --bind \"$0\" /etc/hosts && exec \"$@\"", hosts.toString()));
        program.addAll(RuntimeImage.command());
        DaemonConfig config = RefusalLab.config()
                .with("socks5.address", "proxy.example")
                .with("mapdns.port", 53)
                .with("mapdns.network", "100.64.0.0")
                .with("mapdns.netmask", "255.192.0.0")
                .with("mapdns.cache-size", 100);
        try (Daemon daemon = Daemon.start(lab.lab(), config, program)) {
            ip(AddressFamily.IPV4, "route", "add", address, "dev", DaemonConfig.DEVICE, "metric", "1");

            List<ConnectOutcome> outcomes = lab.connect(List.of(AddressFamily.IPV4, AddressFamily.IPV4));

            assertThat(outcomes).extracting(ConnectOutcome::connect).containsOnly("EHOSTUNREACH");
            assertThat(daemon.log().lines().filter(line -> line.contains("routing loop")))
                    .singleElement()
                    .asString()
                    .contains("[W]", "the SOCKS server proxy.example (" + address + ")", wayOut);
        }
    }

    @Test
    void orANameThatIsNotFoundIsToldOnce() {
        DaemonConfig config = RefusalLab.config()
                .with("socks5.address", "no-such-name.invalid")
                .with("misc.log-level", "warn");
        try (Daemon daemon = lab.start(config)) {
            lab.connect(List.of(AddressFamily.IPV4, AddressFamily.IPV4));

            assertThat(daemon.log().lines())
                    .singleElement()
                    .asString()
                    .contains("[W] the name of the SOCKS server no-such-name.invalid was not found");
        }
    }

    private void ip(AddressFamily family, String... words) {
        String[] command = new String[words.length + 2];
        command[0] = "ip";
        command[1] = Map.of(AddressFamily.IPV4, "-4", AddressFamily.IPV6, "-6").get(family);
        System.arraycopy(words, 0, command, 2, words.length);
        lab.lab().client().run(command).orFail();
    }
}
