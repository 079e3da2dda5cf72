// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.wire;

import static io.socks5tunnel.stack.fixture.PacketBytes.hex;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TcpOptionsTest {
    private final SegmentView view = new SegmentView();

    @Nested
    @Tag("T-HD-4")
    class WellFormed {
        @Test
        void noOptionsMeanNone() {
            parse("");
            assertNothing();
        }

        @Test
        void theSynOfLinuxIsUnderstood() {
            parse("020405b4 0402 080a 01020304 00000000 01 030307");
            assertThat(view.maxSegmentSize()).isEqualTo(1460);
            assertThat(view.isSackPermitted()).isTrue();
            assertThat(view.hasTimestamps()).isTrue();
            assertThat(view.tsVal()).isEqualTo(0x0102_0304);
            assertThat(view.tsEcr()).isZero();
            assertThat(view.windowScaleShift()).isEqualTo(7);
            assertThat(view.sackCount()).isZero();
        }

        @Test
        @Tag("T-HD-6")
        void optionsNeedNotBeAligned() {
            parse("01 080a 80000001 fffffffe 0204ffff 01");
            assertThat(view.tsVal()).isEqualTo(0x8000_0001);
            assertThat(view.tsEcr()).isEqualTo(-2);
            assertThat(view.maxSegmentSize()).isEqualTo(65_535);
        }

        @Test
        void nothingBehindTheEndIsRead() {
            parse("01 00 020405b4");
            assertNothing();
        }

        @Test
        void unknownOptionsArePassedOver() {
            // Fast Open cookie, MPTCP, the two experimental kinds, and a length of 2.
            parse("2206 01020304 1e04 0000 fd02 fe02 020405b4");
            assertThat(view.maxSegmentSize()).isEqualTo(1460);
        }

        @Test
        void theLastOfTwoCounts() {
            parse("020405b4 02040218");
            assertThat(view.maxSegmentSize()).isEqualTo(536);
        }

        @Test
        void upToFourSackBlocksAreRead() {
            parse("0522 00000001 00000002 00000003 00000004 00000005 00000006 fffffff7 00000008");
            assertThat(view.sackCount()).isEqualTo(4);
            assertThat(view.sackLeft(0)).isEqualTo(1);
            assertThat(view.sackRight(0)).isEqualTo(2);
            assertThat(view.sackLeft(3)).isEqualTo(-9);
            assertThat(view.sackRight(3)).isEqualTo(8);
        }

        @Test
        void optionsOfOneSegmentDoNotReachTheNext() {
            parse("020405b4 0402 080a 01020304 00000000 01 030307");
            parse("01");
            assertNothing();
        }
    }

    @Nested
    @Tag("T-TX-10")
    class OfTheWindowScale {
        @ParameterizedTest
        @ValueSource(ints = {14, 15, 128, 255})
        void moreThanFourteenIsFourteen(int offered) {
            parse("0303%02x".formatted(offered));
            assertThat(view.windowScaleShift()).isEqualTo(14);
        }

        @Test
        void zeroIsAnOfferToo() {
            parse("030300");
            assertThat(view.windowScaleShift()).isZero();
        }
    }

    @Nested
    @Tag("T-HD-5")
    class Malformed {
        @ParameterizedTest
        @ValueSource(strings = {"00", "01"})
        void lengthsThatCannotBeEndTheReading(String length) {
            parse("020405b4 08" + length + " 030307");
            assertThat(view.maxSegmentSize()).isEqualTo(1460);
            assertThat(view.hasTimestamps()).isFalse();
            assertThat(view.windowScaleShift()).isEqualTo(SegmentView.NONE);
        }

        @ParameterizedTest
        @ValueSource(strings = {"02", "0204", "020405", "03", "0303", "04", "080a01020304050607", "08ff01", "05ff"})
        void optionsPastTheHeaderAreNotRead(String cut) {
            parse(cut);
            assertNothing();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "0203b4",
                    "020505b400",
                    "030401 07",
                    "0403 00",
                    "0809 01020304050607",
                    "080b 010203040506070809"
                })
        void knownOptionsOfAWrongLengthArePassedOver(String wrong) {
            parse(wrong + "01 0402");
            assertThat(view.isSackPermitted()).isTrue();
            assertThat(view.maxSegmentSize()).isEqualTo(SegmentView.NONE);
            assertThat(view.windowScaleShift()).isEqualTo(SegmentView.NONE);
            assertThat(view.hasTimestamps()).isFalse();
        }

        @ParameterizedTest
        @ValueSource(strings = {"0502", "0503 00", "0509 00000001000002", "050b 000000010000000203"})
        void sackOfHalfABlockHasNone(String wrong) {
            parse(wrong);
            assertThat(view.sackCount()).isZero();
        }

        @Test
        void aFifthBlockIsLeftOut() {
            parse("0512 00000001 00000002 00000003 00000004"
                    + "051a 00000005 00000006 00000007 00000008 00000009 0000000a");
            assertThat(view.sackCount()).isEqualTo(4);
            assertThat(view.sackRight(3)).isEqualTo(8);
        }
    }

    @Nested
    @Tag("T-HD-6")
    class Written {
        private final ByteBuffer bytes = ByteBuffer.allocate(60).put(0, hex("ff".repeat(60)));

        @Test
        void eachOptionIsPaddedInFrontToWholeWords() {
            int next = TcpOptions.writeMaxSegmentSize(bytes, 0, 0xfff0);
            next = TcpOptions.writeWindowScale(bytes, next, 14);
            next = TcpOptions.writeSackPermitted(bytes, next);
            next = TcpOptions.writeTimestamps(bytes, next, 0x8102_0304, 0x8506_0708);

            assertThat(next).isEqualTo(24);
            assertThat(written(next)).isEqualTo(hex("0204fff0 01 03030e 0101 0402 0101 080a 81020304 85060708"));
        }

        @Test
        void sackBlocksFollowTimestamps() {
            int next = TcpOptions.writeTimestamps(bytes, 0, 1, 2);
            next = TcpOptions.writeSackBlocks(bytes, next, new int[] {-1, 5, 9, 12, 20, 30, 0, 0}, 3);

            assertThat(next).isEqualTo(12 + TcpOptions.sackLength(3)).isEqualTo(40);
            assertThat(written(next)).endsWith(hex("0101 051a ffffffff 00000005 00000009 0000000c 00000014 0000001e"));
        }

        @Test
        @Tag("T-RX-7")
        void asManySackBlocksFitAsThereIsRoom() {
            assertThat(TcpOptions.TIMESTAMPS_LENGTH + TcpOptions.sackLength(TcpOptions.maxSackBlocks(true)))
                    .isLessThanOrEqualTo(40);
            assertThat(TcpOptions.sackLength(TcpOptions.maxSackBlocks(false))).isLessThanOrEqualTo(40);
            assertThat(TcpOptions.TIMESTAMPS_LENGTH + TcpOptions.sackLength(TcpOptions.maxSackBlocks(true) + 1))
                    .isGreaterThan(40);
            assertThat(TcpOptions.sackLength(TcpOptions.maxSackBlocks(false) + 1))
                    .isGreaterThan(40);
        }

        @Test
        void noBlocksWriteNothing() {
            assertThat(TcpOptions.writeSackBlocks(bytes, 4, new int[8], 0)).isEqualTo(4);
            assertThat(written(8)).isEqualTo(hex("ff".repeat(8)));
        }

        @Test
        @Tag("T-TX-9")
        void synAckHoldsOnlyWhatWasNegotiated() {
            int next = TcpOptions.writeSynAck(bytes, 0, 1460, SegmentView.NONE, false);
            assertThat(written(next)).isEqualTo(hex("020405b4"));

            next = TcpOptions.writeSynAck(bytes, 0, 1460, 0, true);
            assertThat(written(next)).isEqualTo(hex("020405b4 01030300 01010402"));
        }

        private byte[] written(int length) {
            byte[] written = new byte[length];
            bytes.get(0, written);
            return written;
        }
    }

    private void parse(String hex) {
        byte[] options = hex(hex);
        view.clearOptions();
        // Exactly as long as the options: reading past them would throw.
        TcpOptions.parse(ByteBuffer.allocateDirect(options.length).put(0, options), 0, options.length, view);
    }

    private void assertNothing() {
        assertThat(view.maxSegmentSize()).isEqualTo(SegmentView.NONE);
        assertThat(view.windowScaleShift()).isEqualTo(SegmentView.NONE);
        assertThat(view.isSackPermitted()).isFalse();
        assertThat(view.hasTimestamps()).isFalse();
        assertThat(view.tsVal()).isZero();
        assertThat(view.tsEcr()).isZero();
        assertThat(view.sackCount()).isZero();
    }
}
