// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.exhaustion;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.hostile.HostileLab;
import io.socks5tunnel.it.hostile.Seen;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.RuntimeImage;
import io.socks5tunnel.it.refusal.RefusalLab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a tunnel does when there is no more of something: new flows get an answer that is true, old ones go on, and
/// when there is some of it again, everything is as before. `docs/faults.md` says where the rest of the list is
/// proven.
final class ExhaustionIT {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String DIRECTORY = "/run/socks5-tunnel-full";

    private HostileLab lab;

    @AfterEach
    void close() {
        if (lab != null) {
            lab.close();
        }
    }

    private void start(DaemonConfig config, List<String> tunnel) {
        lab = HostileLab.start(config, tunnel);
        lab.tell("deal " + HostileLab.SERVED);
    }

    private static DaemonConfig config() {
        return RefusalLab.config().withWorkers(2).with("socks5.udp", "udp").with("misc.log-level", "warn");
    }

    private List<String> hold(int count) {
        return lab.tell("hold " + count + " " + HostileLab.destination());
    }

    private List<String> check() {
        return lab.tell("check");
    }

    /// The first are held, all that follow are refused, and those that are held go on.
    private int expectSomeHeldAndTheRestRefused(int wanted) {
        List<String> seen = hold(wanted);
        int held = seen.indexOf("EHOSTUNREACH");
        assertThat(held).as(seen.toString()).isPositive();
        assertThat(seen.subList(0, held)).containsOnly("OK");
        assertThat(seen.subList(held, wanted)).containsOnly("EHOSTUNREACH");
        assertThat(check()).hasSize(held).containsOnly("OK");
        return held;
    }

    @Test
    void withoutADescriptorTheHostIsUnreachableAndOpenConnectionsGoOn() {
        int limit = 120;
        start(config().with("misc.limit-nofile", limit).with("misc.warm-connections", 0), RuntimeImage.command());
        // so that everything that is opened once is open
        assertThat(lab.connect(2, 1_000, 20_000)).extracting(Seen::what).containsOnly("ECHO,END");
        int before = lab.daemon().process().descriptors();

        int held = expectSomeHeldAndTheRestRefused(limit);

        assertThat(lab.daemon().process().descriptors()).isBetween(limit - 8, limit);
        lab.tell("release");
        lab.daemon()
                .process()
                .awaitUntil(
                        "descriptors given back",
                        LONG,
                        () -> lab.daemon().process().descriptors() <= before + 2);
        assertThat(hold(held)).containsOnly("OK");
        lab.daemon().expectHealthy();
    }

    /// Of the ports from which the tunnel could connect to its server.
    @Test
    void withoutAPortTheHostIsUnreachableAndOpenConnectionsGoOn() {
        int ports = 40;
        start(config().with("misc.warm-connections", 0), RuntimeImage.command());
        lab.lab()
                .lab()
                .client()
                .run("sysctl", "-qw", "net.ipv4.ip_local_port_range=50000 " + (50_000 + ports - 1))
                .orFail();

        int held = expectSomeHeldAndTheRestRefused(2 * ports);

        // the probe's own connection to the server has one of them
        assertThat(held).isBetween(ports - 2, ports);
        lab.tell("release");
        lab.daemon().process().awaitUntil("ports given back", LONG, () -> hold(1).equals(List.of("OK")));
        assertThat(hold(ports / 2)).containsOnly("OK");
        lab.daemon().expectHealthy();
    }

    /// Slabs for far fewer connections than there are.
    @Test
    void withLittleMemoryEveryByteStillArrives() {
        int connections = 60;
        List<String> tunnel = new ArrayList<>(
                List.of("env", "SOCKS5_TUNNEL_JAVA_OPTIONS=-Xms16m -Xmx24m -XX:MaxDirectMemorySize=6m"));
        tunnel.addAll(RuntimeImage.launcher());
        start(config(), tunnel);

        List<Seen> seen = lab.connect(connections, 400_000, (int) LONG.toMillis());

        assertThat(seen).hasSize(connections).extracting(Seen::what).containsOnly("ECHO,END");
        assertThat(lab.connect(1, 1_000, (int) LONG.toMillis()))
                .extracting(Seen::what)
                .containsOnly("ECHO,END");
        lab.daemon().expectHealthy();
    }

    @Test
    void withAFullDiskTheLogWaitsAndConnectionsDoNot() throws IOException {
        List<String> tunnel = new ArrayList<>(List.of(
                "sh",
                "-c",
                "mkdir -p $0 && mount -t tmpfs -o size=64k none $0 && head -c 57344 /dev/zero >$0/ballast && exec \"$@\"",
                DIRECTORY));
        tunnel.addAll(RuntimeImage.command());
        start(config().with("misc.log-file", DIRECTORY + "/log").with("misc.log-level", "debug"), tunnel);
        Path directory = Path.of("/proc", Long.toString(lab.daemon().process().pid()), "root" + DIRECTORY);
        Path log = directory.resolve("log");

        List<Seen> seen = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            seen.addAll(lab.connect(20, 1_000, (int) LONG.toMillis()));
        }

        assertThat(seen).hasSize(160).extracting(Seen::what).containsOnly("ECHO,END");
        assertThat(Files.size(log)).isLessThanOrEqualTo(8_192);
        Files.delete(directory.resolve("ballast"));
        lab.connect(20, 1_000, (int) LONG.toMillis());
        assertThat(Files.size(log)).isGreaterThan(8_192);
        assertThat(lab.daemon().process().errors())
                .isEqualTo("socks5-tunnel: writing the log failed: No space left on device\n");
        assertThat(lab.daemon().stop().exitCode()).isZero();
    }

    /// As on a machine that has been up for a hundred years, and was asleep for as long.
    @Test
    void withALateClockEverythingIsAsUsual() {
        List<String> tunnel =
                new ArrayList<>(List.of("unshare", "--time", "--monotonic=4000000000", "--boottime=4000000000"));
        tunnel.addAll(RuntimeImage.command());
        start(config().with("misc.connect-timeout", 3_000).with("misc.tcp-read-write-timeout", 2_000), tunnel);

        assertThat(lab.connect(4, 1_000, 20_000)).extracting(Seen::what).containsOnly("ECHO,END");
        lab.tell("deal .");
        assertThat(lab.connect(4, 1_000, 20_000)).allSatisfy(seen -> {
            assertThat(seen.what()).isEqualTo("EHOSTUNREACH");
            assertThat(seen.millis()).isBetween(3_000.0, 20_000.0);
        });
        lab.tell("deal " + HostileLab.SERVED.replace('=', '.'));
        assertThat(lab.connect(4, 1_000, 20_000)).extracting(Seen::what).containsOnly("NOTHING,ECONNRESET");
        lab.daemon().expectHealthy();
    }

    @Test
    void twoThousandRequestsToStopAreOne() {
        start(config(), RuntimeImage.command());
        assertThat(hold(5)).isEqualTo(Collections.nCopies(5, "OK"));

        String pid = Long.toString(lab.daemon().process().pid());
        lab.lab()
                .lab()
                .client()
                .run(
                        "sh",
                        "-c",
                        "i=0; while [ $i -lt 1000 ]; do kill -TERM " + pid + "; kill -INT " + pid
                                + "; i=$((i+1)); done 2>/dev/null; true")
                .orFail();

        assertThat(lab.daemon().process().await(LONG).exitCode()).isZero();
        assertThat(check()).containsOnly("ECONNRESET");
    }
}
