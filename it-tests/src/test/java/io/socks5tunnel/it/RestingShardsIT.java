// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.datagram.DatagramLab;
import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.Applications;
import io.socks5tunnel.it.lab.Daemon;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.Ended;
import io.socks5tunnel.it.lab.LabProcess;
import io.socks5tunnel.it.lab.RestlessTunnel;
import io.socks5tunnel.it.lab.RuntimeImage;
import io.socks5tunnel.it.lab.SocksServer;
import io.socks5tunnel.it.lab.TunnelledLab;
import io.socks5tunnel.it.transfer.TransferMode;
import io.socks5tunnel.it.transfer.TransferReport;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Shards whose queues rest and come back on a real device: because there is little to do, or all the time.
final class RestingShardsIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static DaemonConfig config() {
        return DaemonConfig.of(SocksServer.EMBEDDED).withWorkers(2);
    }

    private static long find(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(pattern + " in: " + text).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    @Nested
    class WithLoad {
        private static final int SLOW_FLOWS = 4;
        private static final long SLOW_BYTES = 2_500_000;
        private static final long LOAD_BYTES = 30_000_000;

        /// Without any capability, as everywhere once the device is set up.
        @Test
        void oneGoesWhenThereIsLittleToDoAndComesBackWhenThereIsMuch() {
            DaemonConfig config = config().with("threads.min-workers", 1).with("misc.capabilities", "drop");
            try (TunnelledLab lab = TunnelledLab.start(config)) {
                assertThat(queues(lab)).isEqualTo(2);
                LabProcess slow = lab.applications()
                        .startTransfer(
                                TransferMode.DOWN_SLOWLY_WRITTEN,
                                AddressFamily.IPV4,
                                Applications.PORT,
                                SLOW_FLOWS,
                                SLOW_BYTES,
                                1);
                awaitLog(lab.daemon(), "1 of 2 shards in service");
                assertThat(queues(lab)).isEqualTo(1);
                assertThat(slow.isAlive()).isTrue();

                TransferReport load =
                        lab.applications().transfer(TransferMode.ECHO, AddressFamily.IPV4, 8, LOAD_BYTES, 2);
                awaitLog(lab.daemon(), "2 of 2 shards in service");

                assertThat(load.failures()).isEmpty();
                assertThat(Applications.report(slow).failures()).isEmpty();
                lab.daemon().expectHealthy();
                assertThat(lab.daemon().stop().exitCode()).isZero();
            }
        }

        /// What the kernel says.
        private static long queues(TunnelledLab lab) {
            String directory = "/sys/class/net/" + DaemonConfig.DEVICE + "/queues";
            return lab.lab()
                    .client()
                    .run("ls", directory)
                    .orFail()
                    .output()
                    .lines()
                    .filter(line -> line.startsWith("tx-"))
                    .count();
        }

        private static void awaitLog(Daemon daemon, String text) {
            daemon.process().awaitUntil(text, LIMIT, () -> daemon.log().contains(text));
        }
    }

    @Nested
    class WithoutEnd {
        private static final int FLOWS = 60;
        private static final long BYTES = 1_000_000;
        private static final int SOURCES = 500;
        private static final int TIMES = 20;

        @Test
        void noConnectionLosesAnythingOrEnds() {
            try (TunnelledLab lab = TunnelledLab.start(config(), RuntimeImage.command(RestlessTunnel.class))) {
                TransferReport report =
                        lab.applications().transfer(TransferMode.ECHO, AddressFamily.IPV4, FLOWS, BYTES, 3);

                assertThat(report.connections()).hasSize(FLOWS);
                assertThat(report.failures()).isEmpty();
                expectChanges(lab.daemon());
            }
        }

        @Test
        void everySourceOfDatagramsIsAnswered() {
            try (DatagramLab lab = DatagramLab.start(config(), 1, RuntimeImage.command(RestlessTunnel.class))) {
                DatagramLab.Sources sources = lab.sources(1, SOURCES, AddressFamily.IPV4.destination(), TIMES);

                assertThat(sources.answered()).isEqualTo(SOURCES);
                expectChanges(lab.daemon());
            }
        }

        /// Stopped while queues come and go.
        private static void expectChanges(Daemon daemon) {
            daemon.expectHealthy();
            Ended ended = daemon.stop();
            assertThat(ended.exitCode()).as(ended.toString()).isZero();
            assertThat(find("changes=(\\d+)", ended.output())).isPositive();
            assertThat(find("strays=(\\d+)", ended.output())).isPositive();
        }
    }
}
