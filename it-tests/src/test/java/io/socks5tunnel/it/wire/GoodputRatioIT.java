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
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Goodput over a long and lossy wire, as a ratio to what two kernels reach over the same wire with the same losses
/// by number: CUBIC everywhere. Both transfers of a pair run at the same time, so that what else happens on the
/// machine falls on both. What was measured is written to `target/goodput-ratio.md`.
@Tag("full")
final class GoodputRatioIT {
    private static final Path TABLE = Path.of("target", "goodput-ratio.md");
    private static final long ONE_WAY_NANOS = 25_000_000;
    private static final int ROUNDS = 7;
    private static final double LEAST_RATIO = 0.8;

    private static WireLab tunnelled;
    private static WireLab direct;

    @BeforeAll
    static void open() throws IOException {
        tunnelled = WireLab.withTunnel(DaemonConfig.of(SocksServer.EMBEDDED));
        direct = WireLab.direct();
        for (WireLab lab : List.of(tunnelled, direct)) {
            LabProcess first = lab.startTransfer(TransferMode.DOWN, AddressFamily.IPV4, 1, 1, 0);
            assertThat(Applications.report(first).failures()).isEmpty();
        }
        Files.createDirectories(TABLE.getParent());
        Files.writeString(TABLE, """
                | transfer | seed | tunnel, Mbit/s | kernel, Mbit/s | ratio | client's counters with the tunnel | with the kernel |
                | --- | --- | --- | --- | --- | --- | --- |
                """);
    }

    @AfterAll
    static void close() {
        if (tunnelled != null) {
            tunnelled.close();
        }
        if (direct != null) {
            direct.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"0.01, DOWN, 4000000", "0.01, UP, 4000000", "0.05, DOWN, 1000000", "0.05, UP, 1000000"})
    void isNotMuchLessThanTheKernelsOwn(double loss, TransferMode mode, long bytes) throws IOException {
        WireSettings settings = WireSettings.CLEAN.losing(loss).delaying(ONE_WAY_NANOS);
        List<Double> ratios = new ArrayList<>();
        for (int seed = 1; seed <= ROUNDS; seed++) {
            Sample ours = new Sample(tunnelled, settings, mode, bytes, seed);
            Sample kernels = new Sample(direct, settings, mode, bytes, seed);
            double our = ours.megabitsPerSecond();
            double kernel = kernels.megabitsPerSecond();
            ratios.add(our / kernel);
            write(String.format(
                    Locale.ROOT,
                    "| %s, %.0f %% loss, 50 ms | %d | %.2f | %.2f | %.2f | %s | %s |%n",
                    mode.word(),
                    loss * 100,
                    seed,
                    our,
                    kernel,
                    our / kernel,
                    ours.counters(),
                    kernels.counters()));
        }
        double median = ratios.stream().sorted().toList().get(ROUNDS / 2);
        write(String.format(
                Locale.ROOT, "| %s, %.0f %% loss, 50 ms | median | | | %.2f | | |%n", mode.word(), loss * 100, median));
        assertThat(median).as("%s", ratios).isGreaterThanOrEqualTo(LEAST_RATIO);
    }

    private static void write(String line) throws IOException {
        System.out.print(line);
        Files.writeString(TABLE, line, StandardOpenOption.APPEND);
    }

    /// One transfer, begun when this is made.
    private static final class Sample {
        private final WireLab lab;
        private final long bytes;
        private final KernelCounters before;
        private final LabProcess transfer;

        Sample(WireLab lab, WireSettings settings, TransferMode mode, long bytes, int seed) {
            this.lab = lab;
            this.bytes = bytes;
            lab.wire().become(settings, seed);
            before = lab.counters();
            transfer = lab.startTransfer(mode, AddressFamily.IPV4, 1, bytes, seed);
        }

        double megabitsPerSecond() {
            TransferReport report = Applications.report(transfer);
            assertThat(report.failures()).isEmpty();
            return bytes * 8 / 1e3 / report.millis();
        }

        String counters() {
            return LiveResult.counts(before, lab.counters());
        }
    }
}
