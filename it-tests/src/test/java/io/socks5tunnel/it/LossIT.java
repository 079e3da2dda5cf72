// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.KernelCounters;
import io.socks5tunnel.it.lab.NetworkLab;
import io.socks5tunnel.it.lab.SocksServer;
import io.socks5tunnel.it.lab.TunnelledLab;
import io.socks5tunnel.it.transfer.TransferMode;
import io.socks5tunnel.it.transfer.TransferReport;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The Linux kernel as client on a path that loses 2 % of the packets in both directions. With offload a lost
/// packet is a whole super-segment.
final class LossIT {
    private static final double SHARE = 0.02;
    private static final long DOWN_BYTES = 16 * 1024 * 1024;
    private static final long UP_BYTES = 20_000_000;
    private static final long SEED = 30;
    private static final int MOST_REPEATS = 5;

    @ParameterizedTest(name = "offload {0}, {1}")
    @CsvSource({"true, ANNOUNCED", "true, SILENT", "false, ANNOUNCED", "false, SILENT"})
    void downloadsSurviveLoss(boolean offload, NetworkLab.Loss loss) {
        transfer(offload, loss, TransferMode.DOWN, DOWN_BYTES);
    }

    @ParameterizedTest(name = "offload {0}, {1}")
    @CsvSource({"true, ANNOUNCED", "true, SILENT", "false, ANNOUNCED", "false, SILENT"})
    void uploadsSurviveLoss(boolean offload, NetworkLab.Loss loss) {
        transfer(offload, loss, TransferMode.UP, UP_BYTES);
    }

    private static void transfer(boolean offload, NetworkLab.Loss loss, TransferMode mode, long bytes) {
        DaemonConfig config = DaemonConfig.of(SocksServer.EMBEDDED);
        try (TunnelledLab lab = TunnelledLab.start(offload ? config : config.withoutOffload())) {
            lab.lab().losePackets(DaemonConfig.DEVICE, SHARE, loss);

            TransferReport report = lab.applications().transfer(mode, AddressFamily.IPV4, 1, bytes, SEED);
            // With super-segments there are few packets, and chance may spare all of them: then nothing was shown
            // yet.
            for (int more = 0; lab.lab().lostPackets() == 0 && more < MOST_REPEATS; more++) {
                report = lab.applications().transfer(mode, AddressFamily.IPV4, 1, bytes, SEED);
            }

            assertThat(report.failures()).isEmpty();
            assertThat(report.connections()).hasSize(1);
            assertThat(lab.lab().lostPackets()).isPositive();
            lab.daemon().expectHealthy();
            KernelCounters counters = KernelCounters.read(lab.lab().client());
            System.out.printf(
                    Locale.ROOT,
                    "%s of %,d bytes with %.0f %% loss each way (%s), offload %s: %.2f s; %d packets lost;"
                            + " client's kernel: %d segments resent, %d time-outs,"
                            + " %d DSACKs received, %d spurious RTOs%n",
                    mode.word(),
                    bytes,
                    SHARE * 100,
                    loss,
                    offload,
                    report.millis() / 1000.0,
                    lab.lab().lostPackets(),
                    counters.value("TcpRetransSegs"),
                    counters.value("TcpExtTCPTimeouts"),
                    counters.value("TcpExtTCPDSACKRecv"),
                    counters.value("TcpExtTCPSpuriousRTOs"));
        }
    }
}
