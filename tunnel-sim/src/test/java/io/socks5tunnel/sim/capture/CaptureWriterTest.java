// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.capture;

import static io.socks5tunnel.sim.capture.CaptureBytes.counting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class CaptureWriterTest {
    private final FileSystem files = Jimfs.newFileSystem(Configuration.unix());
    private final Path path = files.getPath("/capture");

    @AfterEach
    void closeFiles() throws IOException {
        files.close();
    }

    @Nested
    class Pcapng {
        @Test
        void isWrittenAsTheFormatDemands() throws IOException {
            try (CaptureWriter writer = CaptureWriter.pcapng(path)) {
                assertThat(writer.addInterface("tun0", LinkType.RAW)).isZero();
                writer.write(0, 0x1_0000_0002L, counting(5));
                assertThat(writer.addInterface("lan", LinkType.ETHERNET)).isEqualTo(1);
                writer.write(1, 7, counting(4), 90, List.of("reset", "by peer"));
            }

            var expected = CaptureBytes.littleEndian().section();
            byte[] nanoseconds = expected.option(9, new byte[] {9});
            expected.describe(
                            101,
                            0,
                            expected.option(2, "tun0".getBytes(StandardCharsets.UTF_8)),
                            nanoseconds,
                            new byte[4])
                    .enhanced(0, 0x1_0000_0002L, counting(5), 5)
                    .describe(
                            1, 0, expected.option(2, "lan".getBytes(StandardCharsets.UTF_8)), nanoseconds, new byte[4])
                    .enhanced(
                            1, 7, counting(4), 90, expected.comment("reset"), expected.comment("by peer"), new byte[4]);
            assertThat(Files.readAllBytes(path)).isEqualTo(expected.toBytes());
        }

        @Test
        void withoutAnythingIsAValidFile() throws IOException {
            CaptureWriter.pcapng(path).close();

            assertThat(CaptureBytes.read(path)).isEqualTo(new CaptureBytes.Reading(List.of(), null));
        }

        @Test
        void takesPacketsOfTheGreatestLength() throws IOException {
            byte[] longest = counting(CaptureReader.MAX_PACKET_BYTES);
            try (CaptureWriter writer = CaptureWriter.pcapng(path)) {
                int number = writer.addInterface("tun0", LinkType.RAW);
                writer.write(number, 1, counting(3));
                writer.write(number, 2, longest, "ä".repeat(40_000));
                writer.write(number, 3, counting(3));
            }

            var reading = CaptureBytes.read(path);
            assertThat(reading.defect()).isNull();
            assertThat(reading.packets()).hasSize(3);
            assertThat(reading.packets().get(1).bytes()).isEqualTo(longest);
            // 65535 bytes hold 32767 of them; the half one at the end shows as what stands for broken text
            assertThat(reading.packets().get(1).comments().getFirst()).isEqualTo("ä".repeat(32_767) + "\uFFFD");
        }

        @Test
        void refusesCommentsThatItsOwnReaderWouldNotTake() throws IOException {
            try (CaptureWriter writer = CaptureWriter.pcapng(path)) {
                writer.addInterface("tun0", LinkType.RAW);
                List<String> tooMuch = Collections.nCopies(17, "x".repeat(65_000));

                assertThatThrownBy(() -> writer.write(0, 0, counting(1), 1, tooMuch))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("comments");
            }
        }
    }

    @Nested
    class Pcap {
        @Test
        void isWrittenWithNanoseconds() throws IOException {
            try (CaptureWriter writer = CaptureWriter.pcap(path, LinkType.LINUX_SLL2)) {
                writer.write(0, 1_700_000_000_123_456_789L, counting(5), "left out");
                writer.write(0, 0, counting(1), 70, List.of());
            }

            byte[] expected = CaptureBytes.littleEndian()
                    .u32(0xa1b23c4d)
                    .u16(2)
                    .u16(4)
                    .u64(0)
                    .u32(262_144)
                    .u32(276)
                    .u32(1_700_000_000)
                    .u32(123_456_789)
                    .u32(5)
                    .u32(5)
                    .bytes(counting(5))
                    .u64(0)
                    .u32(1)
                    .u32(70)
                    .bytes(counting(1))
                    .toBytes();
            assertThat(Files.readAllBytes(path)).isEqualTo(expected);
        }

        @Test
        void hasOneInterface() throws IOException {
            try (CaptureWriter writer = CaptureWriter.pcap(path, LinkType.RAW)) {
                assertThatThrownBy(() -> writer.addInterface("eth0", LinkType.RAW))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("a pcap file has one interface, number 0");
                assertThatThrownBy(() -> writer.write(1, 0, counting(1))).isInstanceOf(IllegalArgumentException.class);
            }
        }

        @Test
        void takesThePlaceOfAFileOfThatName() throws IOException {
            Files.write(path, new byte[1_000]);
            CaptureWriter.pcap(path, LinkType.RAW).close();

            assertThat(Files.readAllBytes(path))
                    .isEqualTo(CaptureBytes.in(ByteOrder.LITTLE_ENDIAN)
                            .u32(0xa1b23c4d)
                            .u16(2)
                            .u16(4)
                            .u64(0)
                            .u32(262_144)
                            .u32(101)
                            .toBytes());
        }
    }

    @Nested
    class AWriterThatIsStillOpen {
        @Test
        void leavesWholePacketsAfterAFlush() throws IOException {
            try (CaptureWriter writer = CaptureWriter.pcapng(path)) {
                writer.addInterface("tun0", LinkType.RAW);
                writer.write(0, 1, counting(9));
                writer.flush();
                writer.write(0, 2, counting(9));

                assertThat(CaptureBytes.read(path).packets()).hasSize(1);
                assertThat(CaptureBytes.read(path).defect()).isNull();
            }
            assertThat(CaptureBytes.read(path).packets()).hasSize(2);
        }

        @Test
        void neverLeavesAPartOfAPacket() throws IOException {
            try (CaptureWriter writer = CaptureWriter.pcap(path, LinkType.RAW)) {
                for (int i = 0; i < 2_000; i++) {
                    writer.write(0, i, counting(i));
                    // the file grows by a full buffer at a time; before the first there is nothing
                    if (i % 50 == 0 && Files.size(path) > 0) {
                        assertThat(CaptureBytes.read(path).defect()).isNull();
                    }
                }
            }
            assertThat(CaptureBytes.read(path).packets()).hasSize(2_000);
        }
    }

    @Nested
    class APacketThatCannotBeWritten {
        @Test
        void isRefusedWithoutATrace() throws IOException {
            try (CaptureWriter writer = CaptureWriter.pcapng(path)) {
                int number = writer.addInterface("tun0", LinkType.RAW);
                assertThatThrownBy(() -> writer.write(number + 1, 0, counting(1)))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("interface 1 of 1");
                assertThatThrownBy(() -> writer.write(-1, 0, counting(1))).isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> writer.write(number, -1, counting(1)))
                        .isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> writer.write(number, 0, counting(8), 7, List.of()))
                        .isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> writer.write(number, 0, new byte[CaptureReader.MAX_PACKET_BYTES + 1]))
                        .isInstanceOf(IllegalArgumentException.class);
            }
            assertThat(CaptureBytes.read(path)).isEqualTo(new CaptureBytes.Reading(List.of(), null));
        }
    }
}
