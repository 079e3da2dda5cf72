// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.capture;

import static io.socks5tunnel.sim.capture.CaptureBytes.counting;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PcapngReaderTest {
    private static final int RAW = 101;
    private static final int ETHERNET = 1;
    private static final int NAMES = 4;
    private static final int STATISTICS = 5;
    private static final int SECRETS = 10;
    private static final int CUSTOM = 0xbad;

    private static CaptureBytes section() {
        return CaptureBytes.littleEndian().section();
    }

    private static CaptureBytes oneInterface() {
        return section().describe(RAW, 0);
    }

    @Nested
    class Sections {
        @Test
        void areReadInBothByteOrdersWithinOneFile() {
            var big = CaptureBytes.in(ByteOrder.BIG_ENDIAN).section().describe(ETHERNET, 0);
            big.enhanced(0, 7, counting(5), 5);
            var reading = oneInterface()
                    .enhanced(0, 6, counting(4), 4)
                    .bytes(big.toBytes())
                    .read();

            assertThat(reading.defect()).isNull();
            assertThat(reading.packets()).extracting(CapturedPacket::nanos).containsExactly(6_000L, 7_000L);
            assertThat(reading.packets()).extracting(CapturedPacket::linkType).containsExactly(RAW, ETHERNET);
            assertThat(reading.packets()).extracting(CapturedPacket::bytes).containsExactly(counting(4), counting(5));
        }

        @Test
        void haveInterfacesOfTheirOwnWhichAreNumberedOn() {
            var second = section().describe(ETHERNET, 0).enhanced(0, 0, counting(1), 1);
            var reading = oneInterface()
                    .describe(RAW, 0)
                    .enhanced(1, 0, counting(1), 1)
                    .bytes(second.toBytes())
                    .read();

            assertThat(reading.packets())
                    .extracting(CapturedPacket::interfaceIndex)
                    .containsExactly(1, 2);
        }

        @Test
        void doNotKnowTheInterfacesOfTheSectionBefore() {
            var reading = oneInterface()
                    .bytes(section().enhanced(0, 0, counting(1), 1).toBytes())
                    .read();

            assertThat(reading.packets()).isEmpty();
            assertThat(reading.defect().text()).isEqualTo("packet 1 names interface 0, and 0 are described");
        }

        @Test
        void ofALaterMinorVersionAreRead() {
            var header = CaptureBytes.littleEndian();
            header.block(0x0a0d0d0a, header.body().u32(0x1a2b3c4d).u16(1).u16(2).u64(-1));

            assertThat(header.describe(RAW, 0)
                            .enhanced(0, 0, counting(3), 3)
                            .read()
                            .packets())
                    .hasSize(1);
        }

        @Test
        void ofAnotherMajorVersionAreRefused() {
            var header = CaptureBytes.littleEndian();
            header.block(0x0a0d0d0a, header.body().u32(0x1a2b3c4d).u16(2).u16(0).u64(-1));

            assertThat(header.read().defect()).isEqualTo(new CaptureDefect(0, "pcapng version 2.0 is not known"));
        }

        @Test
        void withoutAByteOrderAreRefused() {
            var header = CaptureBytes.littleEndian();
            header.block(0x0a0d0d0a, header.body().u32(0x11223344).u16(1).u16(0).u64(-1));

            assertThat(header.read().defect())
                    .isEqualTo(new CaptureDefect(0, "the section has no byte order: 44332211"));
        }

        @Test
        void mayHaveOptions() {
            var header = CaptureBytes.littleEndian();
            header.block(
                    0x0a0d0d0a,
                    header.body()
                            .u32(0x1a2b3c4d)
                            .u16(1)
                            .u16(0)
                            .u64(-1)
                            .bytes(header.comment("made by hand"))
                            .bytes(header.endOfOptions()));

            assertThat(header.describe(RAW, 0)
                            .enhanced(0, 0, counting(3), 3)
                            .read()
                            .packets())
                    .hasSize(1);
        }
    }

    @Nested
    class Packets {
        @Test
        void tellTheirTimeInMicrosecondsUnlessSaidOtherwise() {
            var reading = oneInterface()
                    .enhanced(0, 1_700_000_000_000_123L, counting(4), 90)
                    .read();

            assertThat(reading.packets()).singleElement().satisfies(packet -> {
                assertThat(packet.nanos()).isEqualTo(1_700_000_000_000_123_000L);
                assertThat(packet.originalLength()).isEqualTo(90);
                assertThat(packet.bytes()).isEqualTo(counting(4));
            });
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1, 2, 3, 4, 5})
        void arePaddedToFourBytes(int length) {
            var file = oneInterface();
            var reading = file.enhanced(0, 0, counting(length), length, file.comment("x"), file.endOfOptions())
                    .enhanced(0, 0, counting(1), 1)
                    .read();

            assertThat(reading.packets()).hasSize(2);
            assertThat(reading.packets().getFirst().bytes()).isEqualTo(counting(length));
            assertThat(reading.packets().getFirst().comments()).containsExactly("x");
        }

        @Test
        void mayHaveSeveralCommentsAmongOtherOptions() {
            var file = oneInterface();
            var reading = file.enhanced(
                            0,
                            0,
                            counting(3),
                            3,
                            file.option(2, new byte[] {1, 0, 0, 0}),
                            file.comment("first, with ünïcode"),
                            file.option(0x8001, counting(6)),
                            file.comment(""),
                            file.comment("third"),
                            file.endOfOptions(),
                            file.comment("behind the end"))
                    .read();

            assertThat(reading.packets().getFirst().comments()).containsExactly("first, with ünïcode", "", "third");
        }

        @Test
        void areKeptWhereTheirOptionsAreBroken() {
            var file = oneInterface();
            byte[] tooLong = file.body().u16(1).u16(400).u32(0).toBytes();
            var reading = file.enhanced(0, 0, counting(3), 3, file.comment("good"), tooLong)
                    .read();

            assertThat(reading.packets().getFirst().comments()).containsExactly("good");
            assertThat(reading.defect()).isNull();
        }

        @Test
        void ofTheSimpleKindBelongToTheFirstInterfaceAndHaveTheTimeBefore() {
            var file = section().describe(ETHERNET, 0).describe(RAW, 0).enhanced(1, 5, counting(1), 1);
            var reading =
                    file.block(3, file.body().u32(6).bytes(counting(6)).pad()).read();

            assertThat(reading.packets()).hasSize(2);
            assertThat(reading.packets().getLast()).satisfies(packet -> {
                assertThat(packet.nanos()).isEqualTo(5_000);
                assertThat(packet.linkType()).isEqualTo(ETHERNET);
                assertThat(packet.interfaceIndex()).isZero();
                assertThat(packet.bytes()).isEqualTo(counting(6));
            });
        }

        @Test
        void ofTheSimpleKindAreCutAtTheSnapLength() {
            var file = section().describe(RAW, 5);
            var reading =
                    file.block(3, file.body().u32(100).bytes(counting(5)).pad()).read();

            assertThat(reading.packets().getFirst().bytes()).isEqualTo(counting(5));
            assertThat(reading.packets().getFirst().originalLength()).isEqualTo(100);
        }

        @Test
        void ofTheObsoleteKindAreRead() {
            var file = section().describe(ETHERNET, 0).describe(RAW, 0);
            var body = file.body()
                    .u16(1)
                    .u16(0xffff)
                    .u32(0)
                    .u32(77)
                    .u32(3)
                    .u32(40)
                    .bytes(counting(3))
                    .pad()
                    .bytes(file.comment("old"));
            var reading = file.block(2, body).read();

            assertThat(reading.packets()).singleElement().satisfies(packet -> {
                assertThat(packet.interfaceIndex()).isEqualTo(1);
                assertThat(packet.nanos()).isEqualTo(77_000);
                assertThat(packet.originalLength()).isEqualTo(40);
                assertThat(packet.comments()).containsExactly("old");
            });
        }

        @Test
        void areFoundBetweenBlocksThatHoldNone() {
            var file = section();
            var other = file.body().bytes(counting(200));
            var reading = file.block(NAMES, other)
                    .block(SECRETS, other)
                    .describe(RAW, 0)
                    .block(STATISTICS, other)
                    .enhanced(0, 1, counting(1), 1)
                    .block(CUSTOM, other)
                    .block(0x80000000, file.body())
                    .enhanced(0, 2, counting(2), 2)
                    .block(STATISTICS, other)
                    .read();

            assertThat(reading.packets()).hasSize(2);
            assertThat(reading.defect()).isNull();
        }

        @Test
        void areFoundBehindABlockOfManyMegabytes() {
            var file = oneInterface();
            var reading = file.block(SECRETS, file.body().bytes(new byte[5_000_000]))
                    .enhanced(0, 2, counting(2), 2)
                    .read();

            assertThat(reading.packets()).hasSize(1);
        }
    }

    @Nested
    class Clocks {
        @ParameterizedTest
        @CsvSource({
            // resolution, ticks, nanoseconds
            "0, 3, 3000000000",
            "3, 1700000000123, 1700000000123000000",
            "6, 5, 5000",
            "9, 1700000000123456789, 1700000000123456789",
            "12, 1999, 1",
            "127, 9223372036854775807, 0",
            "128, 3, 3000000000",
            "138, 512, 500000000",
            "158, 1, 0",
            "158, 1073741824, 1000000000",
            "191, -1, 1999999999",
            "192, -1, 999999999",
            "255, -1, 0",
            // more than a long holds
            "0, 9223372037, 9223372036854775807",
            "6, -1, 9223372036854775807",
            "128, -1, 9223372036854775807"
        })
        void countInPowersOfTenOrTwo(int resolution, long ticks, long nanos) {
            var file = section();
            file.describe(RAW, 0, file.option(9, new byte[] {(byte) resolution}), file.endOfOptions());

            assertThat(file.enhanced(0, ticks, counting(1), 1)
                            .read()
                            .packets()
                            .getFirst()
                            .nanos())
                    .isEqualTo(nanos);
        }

        @ParameterizedTest
        @CsvSource({
            "1700000000, 1700000000000001000",
            "-1, -999999000",
            "9223372036854775807, 9223372036854775807",
            "-9223372036854775808, -9223372036854774808"
        })
        void mayBeginAtAMomentOfTheirOwn(long offsetSeconds, long nanos) {
            var file = section();
            byte[] offset = file.body().u64(offsetSeconds).toBytes();
            file.describe(RAW, 0, file.option(14, offset), file.endOfOptions());

            assertThat(file.enhanced(0, 1, counting(1), 1)
                            .read()
                            .packets()
                            .getFirst()
                            .nanos())
                    .isEqualTo(nanos);
        }

        @Test
        void belongToTheirInterface() {
            var file = section();
            file.describe(RAW, 0, file.option(9, new byte[] {9})).describe(RAW, 0, file.option(9, new byte[] {3}));
            var reading = file.enhanced(0, 4, counting(1), 1)
                    .enhanced(1, 4, counting(1), 1)
                    .read();

            assertThat(reading.packets()).extracting(CapturedPacket::nanos).containsExactly(4L, 4_000_000L);
        }

        @Test
        void areNotSetByAnOptionOfTheWrongLength() {
            var file = section();
            file.describe(RAW, 0, file.option(9, new byte[] {9, 9}), file.option(14, new byte[4]));

            assertThat(file.enhanced(0, 1, counting(1), 1)
                            .read()
                            .packets()
                            .getFirst()
                            .nanos())
                    .isEqualTo(1_000);
        }
    }

    @Nested
    class ABrokenFile {
        private static final List<CapturedPacket> ONE_PACKET =
                List.of(new CapturedPacket(0, 0, RAW, counting(8), 8, List.of()));

        private final CaptureBytes file = oneInterface().enhanced(0, 0, counting(8), 8);
        private final int brokenAt = file.length();

        private void assertBroken(String text) {
            var reading = file.read();
            assertThat(reading.packets()).usingRecursiveComparison().isEqualTo(ONE_PACKET);
            assertThat(reading.defect()).isEqualTo(new CaptureDefect(brokenAt, text));
        }

        @ParameterizedTest
        @CsvSource({"0, 0", "8, 8", "13, 13", "-1, 4294967295"})
        void mayHaveABlockOfAnImpossibleLength(int length, String said) {
            file.u32(6).u32(length).bytes(new byte[40]);

            assertBroken("a block claims a length of " + said + " bytes");
        }

        @Test
        void mayEndWithinTheHeaderOfABlock() {
            file.u32(6).u32(60);

            assertBroken("the file ends within the header of a block");
        }

        @Test
        void mayEndWithinAPacket() {
            file.u32(6).u32(60).bytes(new byte[42]);

            assertBroken("packet 2 claims a block of 60 bytes, and 50 are left in the file");
        }

        @Test
        void mayClaimABlockThatNoPacketNeeds() {
            file.u32(6).u32(1_048_580).bytes(new byte[2_000_000]);

            assertBroken("packet 2 claims a block of 1048580 bytes, 1048576 are the most");
        }

        @Test
        void mayClaimMoreBytesThanTheBlockHas() {
            file.block(6, file.body().u32(0).u64(0).u32(9).u32(9).bytes(new byte[8]));

            assertBroken("packet 2 claims 9 bytes, and its block has 8");
        }

        @Test
        void mayClaimMoreBytesThanAPacketHas() {
            file.block(6, file.body().u32(0).u64(0).u32(262_148).u32(262_148).bytes(new byte[262_148]));

            assertBroken("packet 2 claims 262148 bytes, 262144 are the most");
        }

        @Test
        void mayClaimANegativeNumberOfBytes() {
            file.block(6, file.body().u32(0).u64(0).u32(-1).u32(9).bytes(new byte[8]));

            assertBroken("packet 2 claims 4294967295 bytes, and its block has 8");
        }

        @ParameterizedTest
        @CsvSource({"2, 20", "3, 4", "6, 20"})
        void mayHaveABlockTooShortForItsHeader(int type, int needed) {
            file.block(type, file.body().bytes(new byte[needed - 4]));

            assertBroken("packet 2 is too short: its block has " + (needed + 8) + " bytes");
        }

        @Test
        void mayNameAnInterfaceThatIsNotDescribed() {
            file.enhanced(-1, 0, counting(4), 4);

            assertBroken("packet 2 names interface 4294967295, and 1 are described");
        }

        @Test
        void mayEndABlockOtherwiseThanItBegan() {
            file.u32(6).u32(36).u32(0).u64(0).u32(4).u32(4).u32(0).u32(32);

            assertBroken("packet 2 begins with a length of 36 bytes and ends with 32");
        }

        @Test
        void mayEndAnUnknownBlockOtherwiseThanItBegan() {
            file.u32(NAMES).u32(16).u32(0).u32(12);

            assertBroken("a block of type 4 begins with a length of 16 bytes and ends with 12");
        }

        @Test
        void mayEndWithinABlockThatIsPassedOver() {
            file.u32(NAMES).u32(0xffff_fffc).bytes(new byte[1_000]);

            assertBroken("a block of type 4 claims 4294967292 bytes, and the file ends before");
        }

        @Test
        void mayDescribeAnInterfaceTooShortly() {
            file.block(1, file.body().u32(0));

            assertBroken("the description of an interface is too short: its block has 16 bytes");
        }

        @Test
        void mayHaveASectionHeaderTooShort() {
            file.block(0x0a0d0d0a, file.body().u32(0x1a2b3c4d));

            assertBroken("the section header is too short: its block has 16 bytes");
        }

        @Test
        void mayDescribeInterfacesWithoutEnd() {
            var many = section();
            for (int i = 0; i < 65_536; i++) {
                many.describe(RAW, 0);
            }
            int offset = many.length();

            assertThat(many.describe(RAW, 0).read().defect())
                    .isEqualTo(new CaptureDefect(offset, "the section has more than 65536 interfaces"));
        }
    }
}
