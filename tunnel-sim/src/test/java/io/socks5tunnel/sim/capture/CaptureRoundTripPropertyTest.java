// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.capture;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// What is written is read again, plain and compressed.
class CaptureRoundTripPropertyTest {
    private static final LinkType[] INTERFACES = {LinkType.RAW, LinkType.ETHERNET, LinkType.LINUX_SLL2};

    @Property(tries = 100)
    void pcapngKeepsEverything(@ForAll("packets") List<CapturedPacket> packets) throws IOException {
        try (var files = Jimfs.newFileSystem(Configuration.unix())) {
            Path path = files.getPath("/capture.pcapng");
            try (CaptureWriter writer = CaptureWriter.pcapng(path)) {
                for (LinkType type : INTERFACES) {
                    writer.addInterface(type.name(), type);
                }
                writeAll(writer, packets);
            }

            assertSame(path, packets);
        }
    }

    @Property(tries = 100)
    void pcapKeepsEverythingButComments(@ForAll("packets") List<CapturedPacket> packets) throws IOException {
        List<CapturedPacket> possible = new ArrayList<>();
        for (CapturedPacket packet : packets) {
            // seconds have 32 bits there
            long nanos = packet.nanos() % 4_294_967_296_000_000_000L;
            possible.add(new CapturedPacket(nanos, 0, 101, packet.bytes(), packet.originalLength(), List.of()));
        }
        try (var files = Jimfs.newFileSystem(Configuration.unix())) {
            Path path = files.getPath("/capture.pcap");
            try (CaptureWriter writer = CaptureWriter.pcap(path, LinkType.RAW)) {
                writeAll(writer, possible);
            }

            assertSame(path, possible);
        }
    }

    @Provide
    Arbitrary<List<CapturedPacket>> packets() {
        Arbitrary<byte[]> bytes = Arbitraries.bytes().array(byte[].class).ofMaxSize(1_000);
        Arbitrary<List<String>> comments =
                Arbitraries.strings().ofMaxLength(40).list().ofMaxSize(3);
        return Combinators.combine(
                        Arbitraries.longs().greaterOrEqual(0),
                        Arbitraries.integers().between(0, INTERFACES.length - 1),
                        bytes,
                        Arbitraries.integers().between(0, 70_000),
                        comments)
                .as((nanos, number, content, more, texts) -> new CapturedPacket(
                        nanos,
                        number,
                        INTERFACES[number].number(),
                        content,
                        content.length + more,
                        texts.stream()
                                .map(CaptureRoundTripPropertyTest::wellFormed)
                                .toList()))
                .list()
                .ofMaxSize(12);
    }

    /// Half a surrogate pair cannot be written in UTF-8.
    private static String wellFormed(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    private static void writeAll(CaptureWriter writer, List<CapturedPacket> packets) throws IOException {
        for (CapturedPacket packet : packets) {
            writer.write(
                    packet.interfaceIndex(),
                    packet.nanos(),
                    packet.bytes(),
                    packet.originalLength(),
                    packet.comments());
        }
    }

    private static void assertSame(Path path, List<CapturedPacket> packets) throws IOException {
        byte[] file = Files.readAllBytes(path);
        for (byte[] bytes : List.of(file, CaptureBytes.gzip(file))) {
            var reading = CaptureBytes.read(bytes);
            assertThat(reading.defect()).isNull();
            assertThat(reading.packets()).usingRecursiveComparison().isEqualTo(packets);
        }
    }
}
