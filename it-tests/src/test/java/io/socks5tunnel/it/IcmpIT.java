// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.Daemon;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.Ended;
import io.socks5tunnel.it.lab.KernelCounters;
import io.socks5tunnel.it.lab.LabProcess;
import io.socks5tunnel.it.lab.LabRequirements;
import io.socks5tunnel.it.lab.NetworkLab;
import io.socks5tunnel.it.lab.SocksServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// The Linux kernel as the other side of ICMP: what it asks is answered, in fragments where they are, and what it
/// is told it counts. No SOCKS server is needed, and none is there.
final class IcmpIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String TWO_ECHOES = "2 packets transmitted, 2 received";

    private NetworkLab lab;

    @BeforeEach
    void open() {
        LabRequirements.demand();
        lab = NetworkLab.open();
    }

    @AfterEach
    void close() {
        if (lab != null) {
            lab.close();
        }
    }

    @ParameterizedTest(name = "{0}, MTU {1}, offload {2}")
    @CsvSource({
        "IPV4, 1500, true",
        "IPV4, 1280, false",
        "IPV4, 8500, true",
        "IPV6, 1500, true",
        "IPV6, 1280, false",
        "IPV6, 8500, true"
    })
    void echoesOfAnySizeComeBack(AddressFamily family, int mtuBytes, boolean offload) {
        DaemonConfig config = config().withMtu(mtuBytes).withWorkers(2).with("tunnel.icmp", "reply");
        Daemon daemon = Daemon.start(lab, offload ? config : config.withoutOffload());
        KernelCounters before = KernelCounters.read(lab.client());

        for (int size : new int[] {0, 56, mtuBytes - 48, mtuBytes, 3_000, 65_000}) {
            Ended ended = ping(family, 2, size);
            assertThat(ended.output()).as("%d bytes: %s", size, ended).contains(TWO_ECHOES);
        }

        Map<String, Long> complaints = KernelCounters.read(lab.client()).complaintsSince(before);
        assertThat(complaints).as("complaints of the client's kernel").isEmpty();
        daemon.expectHealthy();
    }

    @ParameterizedTest
    @EnumSource
    void echoesAreNotAnsweredUnlessAskedFor(AddressFamily family) {
        Daemon daemon = Daemon.start(lab, config());

        assertThat(ping(family, 1, 56).output()).contains("1 packets transmitted, 0 received");
        daemon.expectHealthy();
    }

    @ParameterizedTest
    @CsvSource({"IPV4, IcmpInDestUnreachs", "IPV6, Icmp6InDestUnreachs"})
    void whoSendsDatagramsToADeadProxyIsTold(AddressFamily family, String counter) {
        Daemon.start(lab, config());
        long before = KernelCounters.read(lab.client()).value(counter);

        // One source port for all, since it is the flow that is refused.
        String script =
                "exec 3<>/dev/udp/" + family.destination() + "/9; while true; do echo x >&3; read -t 0.1 -u 3; done";
        LabProcess sender = lab.client().start("sender", List.of("bash", "-c", script));

        sender.awaitUntil(
                "ICMP unreachable",
                LIMIT,
                () -> KernelCounters.read(lab.client()).value(counter) > before);
        sender.close();
    }

    private static DaemonConfig config() {
        return DaemonConfig.of(SocksServer.EMBEDDED);
    }

    private Ended ping(AddressFamily family, int count, int size) {
        List<String> command = List.of(
                "ping",
                "-n",
                "-c",
                Integer.toString(count),
                "-i",
                "0.2",
                "-W",
                "3",
                "-s",
                Integer.toString(size),
                family.destination());
        return lab.client().run(LIMIT, "ping", command);
    }
}
