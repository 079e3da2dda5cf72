// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.Applications;
import io.socks5tunnel.it.lab.KernelCounters;
import io.socks5tunnel.it.lab.LabProcess;
import io.socks5tunnel.it.transfer.TransferMode;
import io.socks5tunnel.it.transfer.TransferReport;
import io.socks5tunnel.it.wire.WireCounters.Event;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Proves the wire between two kernels, without a tunnel, so that what fails with one is the tunnel's doing.
final class WireIT {
    private static final long SEED = 5;
    private static final long MANY_BYTES = 50_000_000;
    private static final int FEW_BYTES = 500_000;
    private static final long ONE_WAY_NANOS = 10_000_000;
    private static final Pattern ROUND_TRIP = Pattern.compile("= ([0-9.]+)/([0-9.]+)/([0-9.]+)/");

    private static WireLab lab;

    @BeforeAll
    static void open() {
        lab = WireLab.direct();
    }

    @AfterAll
    static void close() {
        if (lab != null) {
            lab.close();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"UP", "DOWN"})
    void aCleanWirePassesEverythingOn(TransferMode mode) {
        lab.wire().become(WireSettings.CLEAN, SEED);
        KernelCounters before = lab.counters();

        TransferReport report = transfer(mode, MANY_BYTES);

        assertThat(report.failures()).isEmpty();
        assertThat(lab.counters().complaintsSince(before)).isEmpty();
        for (WireCounters counters : List.of(lab.wire().right(), lab.wire().left())) {
            assertThat(counters.value(Event.PACKETS)).isPositive();
            assertThat(counters.value(Event.LOST) + counters.value(Event.REFUSED))
                    .isZero();
        }
        System.out.printf(
                Locale.ROOT,
                "%s of %,d bytes from kernel to kernel over a clean wire: %.2f Gbit/s, client's start included%n",
                mode.word(),
                MANY_BYTES,
                MANY_BYTES * 8 / 1e6 / report.millis());
    }

    @Test
    void theDelayIsAddedEachWay() {
        lab.wire().become(WireSettings.CLEAN.delaying(ONE_WAY_NANOS), SEED);

        Matcher trip = ROUND_TRIP.matcher(lab.far()
                .run("ping", "-q", "-c", "20", "-i", "0.02", AddressFamily.IPV4.destination())
                .orFail()
                .output());

        assertThat(trip.find()).isTrue();
        assertThat(Double.parseDouble(trip.group(1))).isGreaterThanOrEqualTo(2 * ONE_WAY_NANOS / 1e6);
        System.out.println("round trip of 20 pings over 2 × " + ONE_WAY_NANOS / 1_000_000 + " ms: min/avg/max "
                + trip.group(1) + "/" + trip.group(2) + "/" + trip.group(3) + " ms");
    }

    @ParameterizedTest
    @EnumSource
    void bytesArriveUnchangedHoweverBadTheWire(WireKind kind) {
        lab.wire().become(kind.settings(), SEED);

        TransferReport report = transfer(TransferMode.ECHO, FEW_BYTES);

        assertThat(report.failures()).isEmpty();
        for (WireCounters counters : List.of(lab.wire().right(), lab.wire().left())) {
            kind.signs()
                    .forEach(sign -> assertThat(counters.value(sign))
                            .as(sign + " of " + counters.line())
                            .isPositive());
        }
    }

    private static TransferReport transfer(TransferMode mode, long bytes) {
        LabProcess transfer = lab.startTransfer(mode, AddressFamily.IPV4, 1, bytes, SEED);
        return Applications.report(transfer);
    }
}
