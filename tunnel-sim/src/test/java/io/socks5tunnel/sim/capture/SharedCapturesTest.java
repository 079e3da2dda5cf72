// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Files that others made, against what their table says of them, which was counted without us.
class SharedCapturesTest {
    private static final double NANOS_PER_SECOND = 1e9;

    static List<SharedCaptures.Entry> all() {
        return SharedCaptures.entries();
    }

    static List<SharedCaptures.Entry> malformed() {
        return all().stream()
                .filter(entry -> entry.file().startsWith("malformed/"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("all")
    void everyPacketIsReadAndStripped(SharedCaptures.Entry entry) throws IOException {
        var reading = CaptureBytes.read(entry.path());

        assertThat(reading.defect()).isNull();
        assertThat(reading.packets()).hasSize(entry.packets());
        // the fuzzed file has two packets whose version is wrong
        int strange = entry.file().contains("fuzzed-tcp") ? 2 : 0;
        assertThat(ipPackets(reading)).isEqualTo(entry.counter("ip4") + entry.counter("ip6") + strange);
        assertThat(reading.packets().stream().filter(CapturedPacket::isCut).count())
                .isEqualTo(entry.counter("snaplen_cut"));
    }

    @ParameterizedTest
    @MethodSource("all")
    void theTimesSpanWhatTheTableSays(SharedCaptures.Entry entry) throws IOException {
        List<CapturedPacket> packets = CaptureBytes.read(entry.path()).packets();

        long first = packets.getFirst().nanos();
        long last = packets.getLast().nanos();
        assertThat(spans(packets, first, last))
                .anySatisfy(span -> assertThat(span / NANOS_PER_SECOND).isCloseTo(entry.seconds(), within(0.06)));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void aMalformedFileCutAnywhereIsReadUpToTheCut(SharedCaptures.Entry entry) throws IOException {
        byte[] whole = Files.readAllBytes(entry.path());
        int before = 0;
        for (int length = 0; length < whole.length; length += 100) {
            var reading = CaptureBytes.read(Arrays.copyOf(whole, length));
            reading.packets().forEach(LinkLayer::strip);

            assertThat(reading.packets().size()).isBetween(before, entry.packets());
            before = reading.packets().size();
        }
    }

    /// The table's span is that of the capture's order, or of time where the order is another one.
    private static List<Long> spans(List<CapturedPacket> packets, long first, long last) {
        long min = packets.stream().mapToLong(CapturedPacket::nanos).min().orElseThrow();
        long max = packets.stream().mapToLong(CapturedPacket::nanos).max().orElseThrow();
        return List.of(last - first, max - min);
    }

    private static long ipPackets(CaptureBytes.Reading reading) {
        return reading.packets().stream()
                .filter(packet -> LinkLayer.strip(packet) instanceof IpPacket)
                .count();
    }
}
