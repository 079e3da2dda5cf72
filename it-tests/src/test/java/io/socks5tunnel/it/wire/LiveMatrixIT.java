// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.Applications;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.KernelCounters;
import io.socks5tunnel.it.lab.LabProcess;
import io.socks5tunnel.it.lab.SocksServer;
import io.socks5tunnel.it.transfer.TransferMode;
import io.socks5tunnel.it.transfer.TransferReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The client's kernel with all its options, at all MTUs, over all wires, doing all jobs, as pairs: what arrives is
/// what was sent, and over a clean wire the kernel has nothing to complain about.
///
/// A few cells by default, all with the property `socks5tunnel.full`. What was measured is written to
/// `target/live-matrix.md`.
final class LiveMatrixIT {
    /// The kernel answers no more than one probe of its closed window in half a second (`tcp_invalid_ratelimit`),
    /// and counts the others; the second probe comes sooner, from two kernels as from us.
    private static final String UNANSWERED_PROBE = "TcpExtTCPACKSkippedSeq";

    private static final Path TABLE = Path.of("target", "live-matrix.md");
    private static final int WORKERS = 2;

    /// What the sockets of server and proxy may hold, so that a slow reader is felt by the client.
    private static final String BUFFERS = "4096 65536 524288";

    private static @Nullable WireLab lab;
    private static int labMtuBytes;

    static List<LiveCell> cells() {
        return Boolean.getBoolean("socks5tunnel.full") ? LiveCell.all() : LiveCell.few();
    }

    @BeforeAll
    static void beginTable() throws IOException {
        Files.createDirectories(TABLE.getParent());
        Files.writeString(TABLE, LiveResult.head());
    }

    @AfterAll
    static void close() {
        if (lab != null) {
            lab.close();
            lab = null;
        }
    }

    @ParameterizedTest
    @MethodSource("cells")
    @Tag("T-RX-11")
    @Tag("T-TX-6")
    @Tag("T-TX-9")
    @Tag("T-TS-1")
    @Tag("T-CC-5")
    @Tag("T-CL-1")
    @Tag("T-CL-2")
    @Tag("T-CL-4")
    @Tag("T-CL-6")
    void whatArrivesIsWhatWasSent(LiveCell cell) throws IOException {
        WireLab here = lab(cell.mtuBytes());
        here.setClient(cell.options());
        here.setClientCongestion(cell.congestion());
        here.wire().become(cell.wire().settings(), cell.number());
        KernelCounters before = here.counters();

        TransferReport report = Applications.report(here.startTransfer(
                cell.job().mode(),
                cell.family(),
                cell.job().connections(),
                cell.job().bytes(cell.wire()),
                cell.number()));

        KernelCounters after = here.counters();
        Files.writeString(
                TABLE,
                LiveResult.of(cell, report, before, after, here.wire()).row(),
                java.nio.file.StandardOpenOption.APPEND);
        assertThat(report.failures()).isEmpty();
        assertThat(report.connections()).hasSize(cell.job().connections());
        here.daemon().expectHealthy();
        if (cell.wire().isClean()) {
            Map<String, Long> complaints = after.complaintsSince(before);
            if (cell.job() == Job.SLOW_READER_DOWN) {
                complaints.remove(UNANSWERED_PROBE);
            }
            assertThat(complaints).isEqualTo(expectedComplaints(cell.job()));
        }
    }

    /// Resets that were asked for.
    private static Map<String, Long> expectedComplaints(Job job) {
        return job.resets() == 0 ? Map.of() : Map.of("TcpEstabResets", (long) job.resets());
    }

    private static WireLab lab(int mtuBytes) {
        if (lab == null || labMtuBytes != mtuBytes) {
            close();
            lab = start(mtuBytes);
            labMtuBytes = mtuBytes;
        }
        return lab;
    }

    private static WireLab start(int mtuBytes) {
        WireLab started = WireLab.withTunnel(
                DaemonConfig.of(SocksServer.EMBEDDED).withMtu(mtuBytes).withWorkers(WORKERS));
        started.lab().server().run("sysctl", "-qw", "net.ipv4.tcp_rmem=" + BUFFERS, "net.ipv4.tcp_wmem=" + BUFFERS);
        started.lab().client().run("sysctl", "-qw", "net.ipv4.tcp_wmem=" + BUFFERS);
        // the first flow finds a cold JVM
        LabProcess first = started.startTransfer(TransferMode.DOWN, AddressFamily.IPV4, 1, 1, 0);
        assertThat(Applications.report(first).failures()).isEmpty();
        return started;
    }
}
