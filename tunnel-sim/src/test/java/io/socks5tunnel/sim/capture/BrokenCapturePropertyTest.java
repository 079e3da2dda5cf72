// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.capture;

import static io.socks5tunnel.sim.capture.CaptureBytes.counting;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Whatever stands in a file, reading it ends, and with packets or words.
class BrokenCapturePropertyTest {
    private static final int PACKETS = 4;

    /// Small files that have one of everything.
    @SuppressWarnings("ImmutableEnumChecker") // whoever changes bytes does so in a copy
    enum Sample {
        PCAP_LITTLE(pcap(ByteOrder.LITTLE_ENDIAN, 0xa1b2c3d4)),
        PCAP_BIG(pcap(ByteOrder.BIG_ENDIAN, 0xa1b23c4d)),
        PCAP_LONG_RECORDS(longRecords()),
        PCAPNG_LITTLE(pcapng(ByteOrder.LITTLE_ENDIAN)),
        PCAPNG_BIG(pcapng(ByteOrder.BIG_ENDIAN)),
        PCAP_GZIP(CaptureBytes.gzip(PCAP_BIG.bytes)),
        PCAPNG_GZIP(CaptureBytes.gzip(PCAPNG_LITTLE.bytes));

        private final byte[] bytes;

        Sample(byte[] bytes) {
            this.bytes = bytes;
        }

        private static byte[] pcap(ByteOrder order, int magic) {
            var file = CaptureBytes.pcap(order, magic, 1);
            for (int i = 0; i < PACKETS; i++) {
                file.u32(i).u32(i).u32(20 + i).u32(20 + i).bytes(counting(20 + i));
            }
            return file.toBytes();
        }

        private static byte[] longRecords() {
            var file = CaptureBytes.pcap(ByteOrder.LITTLE_ENDIAN, 0xa1b2cd34, 1);
            for (int i = 0; i < PACKETS; i++) {
                file.u32(i).u32(i).u32(20 + i).u32(20 + i).u64(i).bytes(counting(20 + i));
            }
            return file.toBytes();
        }

        private static byte[] pcapng(ByteOrder order) {
            var file = CaptureBytes.in(order).section();
            file.describe(101, 0, file.option(9, new byte[] {9}), file.option(14, new byte[8]), file.endOfOptions())
                    .enhanced(0, 1, counting(20), 20, file.comment("remark"), file.endOfOptions())
                    .block(4, file.body().bytes(counting(24)))
                    .block(3, file.body().u32(21).bytes(counting(21)).pad())
                    .section()
                    .describe(1, 0)
                    .describe(1, 90)
                    .block(
                            2,
                            file.body()
                                    .u16(1)
                                    .u16(0)
                                    .u64(0)
                                    .u32(22)
                                    .u32(22)
                                    .bytes(counting(22))
                                    .pad())
                    .enhanced(1, 3, counting(23), 23);
            return file.toBytes();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWholeSampleIsSound(Sample sample) {
        var reading = CaptureBytes.read(sample.bytes);

        assertThat(reading.defect()).isNull();
        assertThat(reading.packets()).hasSize(PACKETS);
    }

    @ParameterizedTest
    @EnumSource
    void aFileCutAnywhereGivesThePacketsBeforeTheCut(Sample sample) {
        List<CapturedPacket> whole = CaptureBytes.read(sample.bytes).packets();
        int most = 0;
        int sound = 0;
        for (int length = 0; length < sample.bytes.length; length++) {
            var reading = CaptureBytes.read(Arrays.copyOf(sample.bytes, length));
            int count = reading.packets().size();

            assertThat(count).as("packets of %d bytes", length).isBetween(most, PACKETS);
            assertThat(reading.packets()).usingRecursiveComparison().isEqualTo(whole.subList(0, count));
            if (reading.defect() != null) {
                assertThat(reading.defect().offset()).isNotNegative();
                assertThat(reading.defect().text()).isNotBlank();
            } else {
                sound++;
            }
            most = count;
        }
        assertThat(most).as("packets without the last byte").isGreaterThanOrEqualTo(PACKETS - 1);
        assertThat(sound).as("cuts that fall between two blocks").isLessThanOrEqualTo(10);
    }

    @Property(tries = 3_000)
    void aFileWithChangedBytesIsReadToAnEnd(@ForAll Sample sample, @ForAll long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        byte[] bytes = sample.bytes.clone();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }

        readAndStrip(bytes);
    }

    @Property(tries = 1_000)
    void bytesBehindAMagicNumberAreReadToAnEnd(@ForAll("begun") byte[] bytes) {
        readAndStrip(bytes);
    }

    @Property(tries = 3_000)
    void aFrameOfAnyBytesIsStrippedOrSkipped(@ForAll LinkType type, @ForAll byte[] bytes, @ForAll int originalLength) {
        strip(new CapturedPacket(0, 0, type.number(), bytes, originalLength, List.of()));
    }

    @Provide
    Arbitrary<byte[]> begun() {
        Arbitrary<String> magic = Arbitraries.of(
                "a1b2c3d4 00020004", "4d3cb2a1 02000400", "0a0d0d0a 0000001c 1a2b3c4d 0001", "1f8b08", "");
        Arbitrary<byte[]> rest = Arbitraries.bytes().array(byte[].class).ofMaxSize(300);
        return magic.flatMap(digits -> rest.map(bytes -> CaptureBytes.littleEndian()
                .bytes(CaptureBytes.hex(digits))
                .bytes(bytes)
                .toBytes()));
    }

    private static void readAndStrip(byte[] file) {
        var reading = CaptureBytes.read(file);
        for (CapturedPacket packet : reading.packets()) {
            assertThat(packet.bytes().length).isLessThanOrEqualTo(packet.originalLength());
            strip(packet);
        }
        if (reading.defect() != null) {
            assertThat(reading.defect().offset()).isNotNegative();
        }
    }

    private static void strip(CapturedPacket packet) {
        switch (LinkLayer.strip(packet)) {
            case IpPacket ip -> {
                assertThat(ip.bytes()).isNotEmpty();
                assertThat(ip.bytes().length + ip.paddingBytes()).isLessThanOrEqualTo(packet.bytes().length);
                assertThat(ip.cutBytes()).isNotNegative();
                assertThat(ip.paddingBytes()).isNotNegative();
            }
            case SkippedFrame skipped -> assertThat(skipped.reason().text()).isNotBlank();
        }
    }
}
