// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.lab.Captures;
import io.socks5tunnel.it.lab.Tshark;
import io.socks5tunnel.sim.capture.CaptureReader;
import io.socks5tunnel.sim.capture.CaptureWriter;
import io.socks5tunnel.sim.capture.CapturedPacket;
import io.socks5tunnel.sim.capture.LinkType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Capture files as we read them against how Wireshark reads them, and those that we write too.
final class CaptureOpinionIT {
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long TIME = 1_700_000_000_123_456_789L;

    @TempDir
    private Path folder;

    @BeforeEach
    void demand() {
        Tshark.demand();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "impaired/mixed-121-flows.pcapng",
                "impaired/mixed-protocols-vlan.pcap",
                "icmp/udp-port-unreachable.pcapng",
                "linktypes/raw12-ipv6-http.pcap",
                "linktypes/null-41-flows.pcap",
                "linktypes/sll-retransmits-resets.pcapng",
                "linktypes/sll2-gso-64k.pcap",
                "linktypes/ipv4-228-small-segments.pcap.gz",
                "linktypes/ppp-quic-0rtt.pcap",
                "linktypes/pcapng-many-interfaces.pcapng",
                "linktypes/pcap-nanosecond-bigendian.pcap",
                "malformed/fuzzed-tcp-bigendian.pcap",
                "malformed/snaplen-truncated.pcap"
            })
    void timesAndLengthsAreThoseThatWiresharkReads(String name) throws IOException {
        Path capture = Captures.file(name);

        List<List<String>> ours = new ArrayList<>();
        try (CaptureReader reader = CaptureReader.open(capture)) {
            for (CapturedPacket packet = reader.next(); packet != null; packet = reader.next()) {
                ours.add(List.of(
                        seconds(packet.nanos()),
                        Integer.toString(packet.bytes().length),
                        Integer.toString(packet.originalLength())));
            }
        }

        assertThat(ours)
                .isNotEmpty()
                .isEqualTo(Tshark.fields(capture, "frame.time_epoch", "frame.cap_len", "frame.len"));
    }

    @Test
    void aPcapngFileIsReadByWiresharkAsItWasWritten() throws IOException {
        Path capture = folder.resolve("written.pcapng");
        byte[] packet = new byte[33];
        packet[0] = 0x45;
        try (CaptureWriter writer = CaptureWriter.pcapng(capture)) {
            int tun = writer.addInterface("tun0", LinkType.RAW);
            writer.write(tun, TIME, packet, "dropped: bad checksum");
            int wire = writer.addInterface("wire", LinkType.ETHERNET);
            writer.write(wire, TIME + 1, packet);
            writer.write(tun, 0, packet, 1_500, List.of("größer", "cut"));
        }

        assertThat(Tshark.fields(
                        capture,
                        "frame.time_epoch",
                        "frame.cap_len",
                        "frame.len",
                        "frame.interface_name",
                        "frame.encap_type",
                        "frame.comment"))
                .containsExactly(
                        List.of(seconds(TIME), "33", "33", "tun0", "7", "dropped: bad checksum"),
                        List.of(seconds(TIME + 1), "33", "33", "wire", "1", ""),
                        List.of(seconds(0), "33", "1500", "tun0", "7", "größer,cut"));
    }

    @Test
    void aPcapFileIsReadByWiresharkAsItWasWritten() throws IOException {
        Path capture = folder.resolve("written.pcap");
        try (CaptureWriter writer = CaptureWriter.pcap(capture, LinkType.LINUX_SLL2)) {
            writer.write(0, TIME, new byte[40]);
            writer.write(0, TIME + 1, new byte[41], 60, List.of());
        }

        assertThat(Tshark.fields(capture, "frame.time_epoch", "frame.cap_len", "frame.len", "frame.encap_type"))
                .containsExactly(
                        List.of(seconds(TIME), "40", "40", "210"), List.of(seconds(TIME + 1), "41", "60", "210"));
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%d.%09d", nanos / NANOS_PER_SECOND, nanos % NANOS_PER_SECOND);
    }
}
