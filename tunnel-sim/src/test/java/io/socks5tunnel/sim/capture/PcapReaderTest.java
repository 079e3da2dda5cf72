// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.capture;

import static io.socks5tunnel.sim.capture.CaptureBytes.counting;
import static io.socks5tunnel.sim.capture.CaptureBytes.gzip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PcapReaderTest {
    private static final int MICROS = 0xa1b2c3d4;
    private static final int NANOS = 0xa1b23c4d;
    private static final int LONG_RECORDS = 0xa1b2cd34;
    private static final int RAW = 101;

    private static CaptureBytes file() {
        return CaptureBytes.pcap(ByteOrder.LITTLE_ENDIAN, MICROS, RAW);
    }

    private static CaptureBytes withPacket(CaptureBytes file, int length) {
        return file.u32(1).u32(2).u32(length).u32(length).bytes(counting(length));
    }

    @Nested
    class AProperFile {
        @ParameterizedTest
        @CsvSource({
            "BIG_ENDIAN, false, 1700000000_000123000",
            "LITTLE_ENDIAN, false, 1700000000_000123000",
            "BIG_ENDIAN, true, 1700000000_000000123",
            "LITTLE_ENDIAN, true, 1700000000_000000123"
        })
        void isReadInBothOrdersAndResolutions(String order, boolean hasNanos, String nanos) {
            ByteOrder byteOrder = order.equals("BIG_ENDIAN") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
            var reading = CaptureBytes.pcap(byteOrder, hasNanos ? NANOS : MICROS, RAW)
                    .u32(1_700_000_000)
                    .u32(123)
                    .u32(3)
                    .u32(9)
                    .bytes(counting(3))
                    .read();

            assertThat(reading.defect()).isNull();
            assertThat(reading.packets()).singleElement().satisfies(packet -> {
                assertThat(packet.nanos()).isEqualTo(Long.parseLong(nanos.replace("_", "")));
                assertThat(packet.bytes()).isEqualTo(counting(3));
                assertThat(packet.originalLength()).isEqualTo(9);
                assertThat(packet.isCut()).isTrue();
                assertThat(packet.linkType()).isEqualTo(RAW);
                assertThat(packet.interfaceIndex()).isZero();
                assertThat(packet.comments()).isEmpty();
            });
        }

        @Test
        void ofThePatchedLinuxHasLongerRecordHeaders() {
            var file = CaptureBytes.pcap(ByteOrder.LITTLE_ENDIAN, LONG_RECORDS, 1);
            for (int i = 0; i < 2; i++) {
                file.u32(i).u32(5).u32(4).u32(4).u32(7).u16(0x0800).u8(0).u8(0).bytes(counting(4));
            }

            assertThat(file.read().packets()).extracting(CapturedPacket::nanos).containsExactly(5_000L, 1_000_005_000L);
            assertThat(file.read().packets())
                    .allSatisfy(packet -> assertThat(packet.bytes()).isEqualTo(counting(4)));
        }

        @Test
        void mayHaveNoPackets() {
            assertThat(file().read()).isEqualTo(new CaptureBytes.Reading(java.util.List.of(), null));
        }

        @Test
        void mayHavePacketsWithoutBytes() {
            var reading = withPacket(withPacket(file(), 0), 2).read();

            assertThat(reading.packets())
                    .extracting(packet -> packet.bytes().length)
                    .containsExactly(0, 2);
            assertThat(reading.defect()).isNull();
        }

        @Test
        void knowsTimesBeyond2038() {
            var reading = file().u32(-1).u32(999_999).u32(0).u32(0).read();

            assertThat(reading.packets().getFirst().nanos()).isEqualTo(4_294_967_295_999_999_000L);
        }

        @Test
        void mayTellTheLengthOfTheCheckSequenceBesideTheLinkType() {
            var reading = withPacket(CaptureBytes.pcap(ByteOrder.BIG_ENDIAN, MICROS, 0x2400_0001), 60)
                    .read();

            assertThat(reading.packets().getFirst().linkType()).isEqualTo(1);
        }

        @Test
        void keepsNumbersOfLinkLayersThatWeDoNotKnow() {
            var reading = withPacket(CaptureBytes.pcap(ByteOrder.LITTLE_ENDIAN, MICROS, 195), 9)
                    .read();

            assertThat(reading.packets().getFirst().linkType()).isEqualTo(195);
        }

        @Test
        void ofAnOldVersionMayHaveSwappedLengths() {
            var old = CaptureBytes.littleEndian()
                    .u32(MICROS)
                    .u16(2)
                    .u16(3)
                    .u64(0)
                    .u32(65_535)
                    .u32(1);
            var reading = old.u32(0).u32(0).u32(90).u32(8).bytes(counting(8)).read();

            assertThat(reading.packets().getFirst().bytes()).isEqualTo(counting(8));
            assertThat(reading.packets().getFirst().originalLength()).isEqualTo(90);
        }

        @Test
        void whoseOriginalLengthIsTooSmallIsTakenAsWhole() {
            var reading = file().u32(0).u32(0).u32(8).u32(3).bytes(counting(8)).read();

            assertThat(reading.packets().getFirst().originalLength()).isEqualTo(8);
        }

        @Test
        void mayHoldPacketsLongerThanItsSnapLengthSays() {
            var reading = withPacket(file(), 262_144).read();

            assertThat(reading.packets().getFirst().bytes()).isEqualTo(counting(262_144));
            assertThat(reading.defect()).isNull();
        }
    }

    @Nested
    class ABrokenFile {
        @Test
        void whoseSecondPacketIsTooLongGivesTheFirst() {
            var file = withPacket(file(), 10);
            int brokenAt = file.length();
            var reading = file.u32(0)
                    .u32(0)
                    .u32(262_145)
                    .u32(262_145)
                    .bytes(new byte[500_000])
                    .read();

            assertThat(reading.packets()).hasSize(1);
            assertThat(reading.defect().offset()).isEqualTo(brokenAt);
            assertThat(reading.defect().message())
                    .isEqualTo("at byte 50: packet 2 is broken: it claims 262145 bytes, 262144 are the most");
        }

        @Test
        void whoseLengthHasItsHighestBitSetIsNotTakenAsNegative() {
            var reading = file().u32(0).u32(0).u32(-5).u32(-5).read();

            assertThat(reading.packets()).isEmpty();
            assertThat(reading.defect().text()).contains("claims 4294967291 bytes");
        }

        @Test
        void thatEndsWithinAPacketSaysWhatIsMissing() {
            var reading = withPacket(file(), 5)
                    .u32(0)
                    .u32(0)
                    .u32(100)
                    .u32(100)
                    .bytes(counting(7))
                    .read();

            assertThat(reading.packets()).hasSize(1);
            assertThat(reading.defect().text())
                    .isEqualTo("packet 2 is broken: it claims 100 bytes, and 7 are left in the file");
        }

        @Test
        void thatEndsWithinAPacketHeaderSaysSo() {
            var reading = withPacket(file(), 5).u32(0).u16(0).read();

            assertThat(reading.packets()).hasSize(1);
            assertThat(reading.defect())
                    .isEqualTo(new CaptureDefect(45, "packet 2 is broken: the file ends within its header"));
        }

        @Test
        void thatEndsWithinTheFileHeaderSaysSo() {
            var reading = CaptureBytes.read(Arrays.copyOf(file().toBytes(), 23));

            assertThat(reading.defect()).isEqualTo(new CaptureDefect(0, "the file ends within the header of pcap"));
        }

        @Test
        void ofAnotherVersionIsRefused() {
            var reading = CaptureBytes.littleEndian()
                    .u32(MICROS)
                    .u16(3)
                    .u16(1)
                    .u64(0)
                    .u32(65_535)
                    .u32(1)
                    .read();

            assertThat(reading.defect()).isEqualTo(new CaptureDefect(4, "pcap version 3.1 is not known"));
        }

        @Test
        void saysItOnce() throws IOException {
            try (var files = Jimfs.newFileSystem(Configuration.unix())) {
                var path = files.getPath("/broken.pcap");
                Files.write(path, withPacket(file(), 5).u8(1).toBytes());
                try (CaptureReader reader = CaptureReader.open(path)) {
                    assertThat(reader.next()).isNotNull();
                    assertThat(reader.defect()).isNull();
                    assertThat(reader.next()).isNull();
                    CaptureDefect first = reader.defect();
                    assertThat(reader.next()).isNull();
                    assertThat(reader.defect()).isSameAs(first).isNotNull();
                    assertThat(reader.packets()).isEqualTo(1);
                    assertThat(reader.fileBytesRead()).isEqualTo(46);
                }
            }
        }
    }

    @Nested
    class NoCaptureAtAll {
        @Test
        void emptyIsSaidToBeEmpty() {
            assertThat(CaptureBytes.read(new byte[0]).defect()).isEqualTo(new CaptureDefect(0, "the file is empty"));
        }

        @Test
        void ofThreeBytesIsTooShort() {
            assertThat(CaptureBytes.read(counting(3)).defect().text()).isEqualTo("the file is too short for a capture");
        }

        @Test
        void isNamedByItsFirstBytes() {
            assertThat(CaptureBytes.read(CaptureBytes.hex("7f454c46 01020304")).defect())
                    .isEqualTo(new CaptureDefect(0, "neither pcap nor pcapng: it begins with 7f454c46"));
        }

        @Test
        void thatIsMissingIsAnIoException() throws IOException {
            try (var files = Jimfs.newFileSystem(Configuration.unix())) {
                assertThatThrownBy(() -> CaptureReader.open(files.getPath("/missing.pcap")))
                        .isInstanceOf(NoSuchFileException.class);
            }
        }
    }

    @Nested
    class ACompressedFile {
        @Test
        void isUnpacked() {
            byte[] plain = withPacket(withPacket(file(), 400), 30).toBytes();

            assertThat(CaptureBytes.read(gzip(plain)).packets())
                    .usingRecursiveComparison()
                    .isEqualTo(CaptureBytes.read(plain).packets());
            assertThat(CaptureBytes.read(gzip(plain)).defect()).isNull();
        }

        @Test
        void mayConsistOfSeveralParts() {
            byte[] plain = withPacket(withPacket(file(), 400), 30).toBytes();
            byte[] first = gzip(Arrays.copyOf(plain, 100));
            byte[] second = gzip(Arrays.copyOfRange(plain, 100, plain.length));
            var reading = CaptureBytes.littleEndian().bytes(first).bytes(second).read();

            assertThat(reading.packets()).hasSize(2);
            assertThat(reading.defect()).isNull();
        }

        @Test
        void whosePackedDataEndsGivesThePacketsBefore() {
            byte[] whole = gzip(withPacket(withPacket(file(), 400), 30).toBytes());
            var reading = CaptureBytes.read(Arrays.copyOf(whole, whole.length - 8));

            assertThat(reading.packets()).hasSize(2);
            assertThat(reading.defect().text()).isEqualTo("the compressed data is broken: it ends too early");
            assertThat(reading.defect().offset()).isEqualTo(24 + 16 + 400 + 16 + 30);
        }

        @Test
        void whoseCheckSumIsWrongSaysSo() {
            byte[] whole = gzip(withPacket(file(), 400).toBytes());
            whole[whole.length - 8] ^= 1;
            var reading = CaptureBytes.read(whole);

            assertThat(reading.packets()).hasSize(1);
            assertThat(reading.defect().text()).startsWith("the compressed data is broken: ");
        }

        @ParameterizedTest
        @ValueSource(ints = {2, 3, 9, 10, 12})
        void thatHasHardlyBegunSaysSo(int length) {
            byte[] whole = gzip(withPacket(file(), 400).toBytes());
            var reading = CaptureBytes.read(Arrays.copyOf(whole, length));

            assertThat(reading.packets()).isEmpty();
            assertThat(reading.defect()).isNotNull();
        }

        @Test
        void isCountedAsItStandsInTheFile() throws IOException {
            byte[] packed = gzip(withPacket(file(), 60_000).toBytes());
            try (var files = Jimfs.newFileSystem(Configuration.unix())) {
                var path = files.getPath("/capture.gz");
                Files.write(path, packed);
                try (CaptureReader reader = CaptureReader.open(path)) {
                    while (reader.next() != null) {
                        assertThat(reader.fileBytesRead()).isLessThanOrEqualTo(packed.length);
                    }
                    assertThat(reader.fileBytesRead()).isEqualTo(packed.length);
                }
            }
        }
    }
}
