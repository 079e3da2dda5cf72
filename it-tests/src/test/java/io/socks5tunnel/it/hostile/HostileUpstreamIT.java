// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.LabProcess;
import io.socks5tunnel.it.lab.LiveObjects;
import io.socks5tunnel.it.refusal.ProxyScript;
import io.socks5tunnel.it.refusal.RefusalLab;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A SOCKS server that is broken, lies, stalls, or is gone, at every step: what real kernels' clients see of it,
/// how soon, and whether anything of it stays in the tunnel. Beside all of that healthy connections and datagrams
/// go on through the same tunnel and the same server, and not a byte of theirs may be lost.
///
/// Each fault is injected into two flows at once, with `-Dsocks5tunnel.full` into twenty. What was measured is
/// written to `target/fault-table.md`; `docs/faults.md` has it.
final class HostileUpstreamIT {
    private static final int TIMES = Boolean.getBoolean("socks5tunnel.full") ? 20 : 2;
    private static final int BY_NAME = 20;
    private static final int HEALTHY = 4;

    /// Of half-open flows and of dials: not more than the largest round needs, so that one that leaks is missed.
    private static final int LIMIT = 48;

    private static final int UDP_IDLE_MILLIS = 3_000;
    private static final Duration LONG = Duration.ofSeconds(40);
    private static final List<String> SESSIONS =
            List.of("TcpSession", "UdpSession", "TcpRelay", "UpstreamDial", "UdpDial", "UdpAssociation", "UdpStream");

    @BeforeAll
    static void begin() throws IOException {
        FaultTable.begin();
    }

    private static DaemonConfig config() {
        return RefusalLab.config()
                .withWorkers(2)
                .with("misc.connect-timeout", Verdict.CONNECT_TIMEOUT_MILLIS)
                .with("misc.tcp-read-write-timeout", Verdict.IDLE_MILLIS)
                .with("misc.udp-read-write-timeout", UDP_IDLE_MILLIS)
                .with("misc.warm-associations", 0)
                .with("misc.max-half-open", LIMIT)
                .with("misc.max-half-open-per-client", LIMIT)
                .with("misc.max-dials", LIMIT)
                .with("misc.log-level", "warn");
    }

    @Test
    void stepByStepWithUdpAssociate() {
        expectAll(
                "Step by step, UDP ASSOCIATE",
                config().with("socks5.udp", "udp"),
                List.of(StreamFaults.all(), DatagramFaults.association(TIMES)));
    }

    @Test
    void pipelinedWithUdpInTcp() {
        expectAll(
                "Pipelined, UDP-in-TCP",
                config().with("socks5.udp", "tcp").with("socks5.pipeline", "true"),
                List.of(StreamFaults.all(), DatagramFaults.frames(TIMES)));
    }

    /// A name of the server itself that nobody knows is among those of [RefusalIT][io.socks5tunnel.it.RefusalIT].
    @Tag("full")
    @ParameterizedTest
    @CsvSource({"hang.test, false", "six.test, true"})
    void theServersNameIsNotAnsweredForOrHasNoIpv4Address(String name, boolean isServed) {
        Verdict verdict = isServed ? Verdict.SERVED : Verdict.TIMED_OUT;
        String failure = "the look-up of the server's name " + (isServed ? "gives an IPv6 address only" : "hangs");
        FaultTable table = new FaultTable("The server by name");
        try (HostileLab lab = HostileLab.start(config().with("socks5.address", name))) {
            lab.tell("deal " + HostileLab.SERVED);
            List<Seen> seen = lab.connect(BY_NAME, 1_000, Verdict.IDLE_MILLIS);

            assertThat(seen).extracting(Seen::what).containsOnly(verdict.seen());
            assertThat(seen).allMatch(one -> one.millis() >= verdict.fromMillis());
            LabProcess tunnel = lab.daemon().process();
            int descriptors = tunnel.descriptors();
            // of as many again, not one stays
            lab.connect(BY_NAME, 1_000, Verdict.IDLE_MILLIS);
            tunnel.awaitUntil("descriptors", LONG, () -> tunnel.descriptors() < descriptors + BY_NAME / 2);
            table.add(FaultRun.Result.of(Fault.ofStream(Step.CONNECT, failure, "", verdict), BY_NAME, seen));
        } finally {
            table.write();
        }
    }

    private static void expectAll(String title, DaemonConfig config, List<List<Fault>> faults) {
        FaultTable table = new FaultTable(title);
        try (HostileLab lab = HostileLab.start(config)) {
            lab.tell("deal " + HostileLab.SERVED);
            // so that everything that is loaded once is there
            assertThat(lab.connect(2, 1_000, Verdict.IDLE_MILLIS))
                    .extracting(Seen::what)
                    .containsOnly(Verdict.SERVED.seen());
            int descriptorsWithoutFlows = lab.daemon().process().descriptors();
            lab.beginFlows(HEALTHY, HEALTHY);
            lab.daemon().process().awaitUntil("healthy flows", LONG, () -> lab.movedBytes() > HEALTHY * 100_000L);
            int descriptors = lab.daemon().process().descriptors();
            long threads = lab.threads();
            for (List<Fault> kind : faults) {
                for (List<Fault> round : rounds(kind)) {
                    new FaultRun(lab, TIMES, descriptors).play(round).forEach(table::add);
                }
                lab.awaitDescriptors(descriptors);
            }
            expectHealthy(lab, table);
            lab.awaitDescriptors(descriptorsWithoutFlows);
            expectNothingLeft(lab, threads);
        } finally {
            table.write();
        }
    }

    /// Faults that wait for a time-out may wait for it together, where only little time is to be spent.
    private static List<List<Fault>> rounds(List<Fault> faults) {
        List<List<Fault>> rounds = new ArrayList<>();
        for (Fault fault : faults) {
            List<Fault> shared = rounds.stream()
                    .filter(round ->
                            round.getFirst().canShareTimeWith(fault) && (round.size() + 1) * TIMES <= LIMIT / 2)
                    .findFirst()
                    .orElse(null);
            if (shared == null) {
                rounds.add(new ArrayList<>(List.of(fault)));
            } else {
                shared.add(fault);
            }
        }
        return rounds;
    }

    private static void expectHealthy(HostileLab lab, FaultTable table) {
        String[] words = lab.tell("stop").getFirst().split(" ", 3);
        table.say(HEALTHY + " healthy connections and " + HEALTHY + " healthy sources beside them: " + words[0]
                + " bytes came back, " + words[1] + " datagrams, lost or altered: "
                + (words[2].isEmpty() ? "none" : words[2]));
        assertThat(words[2]).isEmpty();
        assertThat(Long.parseLong(words[0])).isGreaterThan(HEALTHY * 1_000_000L);
        lab.daemon().expectHealthy();
    }

    /// A permit that was not given back is missing when all are wanted.
    private static void expectNothingLeft(HostileLab lab, long threads) {
        assertThat(lab.lab()
                        .probe("together:" + (LIMIT + 4), 1, List.of(AddressFamily.IPV4), ProxyScript.SILENT_AT_REQUEST)
                        .output())
                .contains("PEAK " + LIMIT + "\n");
        lab.tell("deal .");
        assertThat(lab.send(LIMIT / 2 + 4, 1, 20_000, LIMIT / 2 + 4))
                .extracting(Seen::what)
                .containsOnly(Verdict.NO_HOST.seen());
        // no more than that is the business of LimitsIT: the server may see the next ones come before these go
        assertThat(Integer.parseInt(lab.tell("peak").getFirst())).isGreaterThanOrEqualTo(LIMIT / 2);
        lab.daemon().process().awaitUntil("sessions gone", LONG, () -> {
            LiveObjects objects = LiveObjects.of(lab.daemon().process());
            return SESSIONS.stream().allMatch(name -> objects.count("io.socks5tunnel.threads." + name) == 0);
        });
        // that which looks names up lives some seconds longer than its work
        lab.daemon().process().awaitUntil("threads gone", LONG, () -> lab.threads() == threads);
    }
}
