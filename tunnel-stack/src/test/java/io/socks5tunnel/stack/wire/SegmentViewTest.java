// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.wire;

import static io.socks5tunnel.stack.fixture.PacketBytes.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socks5tunnel.api.DropReason;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SegmentViewTest {
    private static final int AT = 12;
    private static final String START = "c350 01bb fffffffe 89abcdef";
    private static final String END = "fffe 0000 8002";

    private final SegmentView view = new SegmentView();

    @Nested
    class OfAWholeSegment {
        @Test
        @Tag("T-HD-3")
        void everyFieldIsThere() {
            assertThat(read(START + "60ff" + END + "01010402" + "6869")).isNull();
            assertThat(view.clientPort()).isEqualTo(50_000);
            assertThat(view.destinationPort()).isEqualTo(443);
            assertThat(view.seq()).isEqualTo(-2);
            assertThat(view.ack()).isEqualTo(0x89ab_cdef);
            assertThat(view.flags()).isEqualTo(0xff);
            assertThat(view.window()).isEqualTo(65_534);
            assertThat(view.urgentPointer()).isEqualTo(0x8002);
            assertThat(view.tcpOffset()).isEqualTo(AT);
            assertThat(view.payloadOffset()).isEqualTo(AT + 24);
            assertThat(view.payloadLength()).isEqualTo(2);
            assertThat(view.isSackPermitted()).isTrue();
        }

        @Test
        void predicatesLookAtTheirFlagOnly() {
            for (int bit = 0; bit < 9; bit++) {
                read(START + "5%03x".formatted(1 << bit) + END);
                assertThat(new boolean[] {
                            view.isFin(), view.isSyn(), view.isRst(), view.isPsh(),
                            view.isAck(), view.isUrg(), view.isEce(), view.isCwr()
                        })
                        .isEqualTo(new boolean[] {
                            bit == 0, bit == 1, bit == 2, bit == 3, bit == 4, bit == 5, bit == 6, bit == 7
                        });
            }
        }

        @Test
        void synAndFinHaveALengthOfOneEach() {
            read(START + "5003" + END + "6869");
            assertThat(view.segmentLength()).isEqualTo(4);
            assertThat(view.endSeq()).isEqualTo(2);
        }

        @Test
        void anAckHasNoLength() {
            read(START + "5010" + END);
            assertThat(view.segmentLength()).isZero();
            assertThat(view.endSeq()).isEqualTo(view.seq());
        }
    }

    @Nested
    @Tag("T-AC-12")
    class OfTheNextSegment {
        @Test
        void nothingOfTheOneBeforeIsLeft() {
            read(START + "f0ff" + END + "020405b4 030307 0402 080a 01020304 05060708 050a 00000001 00000002"
                    + "00".repeat(11));
            assertThat(view.sackCount()).isEqualTo(1);
            read(START + "5010" + END);
            assertThat(view.maxSegmentSize()).isEqualTo(SegmentView.NONE);
            assertThat(view.windowScaleShift()).isEqualTo(SegmentView.NONE);
            assertThat(view.isSackPermitted()).isFalse();
            assertThat(view.hasTimestamps()).isFalse();
            assertThat(view.tsVal()).isZero();
            assertThat(view.tsEcr()).isZero();
            assertThat(view.sackCount()).isZero();
            assertThat(view.flags()).isEqualTo(0x10);
            assertThat(view.payloadLength()).isZero();
        }
    }

    @Nested
    @Tag("T-HD-2")
    class OfAMalformedSegment {
        @Test
        void nineteenBytesAreNoHeader() {
            assertThat(view.readTcp(ByteBuffer.allocate(19), 0, 19)).isEqualTo(DropReason.TCP_HEADER_MALFORMED);
            assertThat(view.readTcp(ByteBuffer.allocate(0), 0, 0)).isEqualTo(DropReason.TCP_HEADER_MALFORMED);
        }

        @Test
        void aDataOffsetBelowFiveWordsIsRefused() {
            assertThat(read(START + "4010" + END)).isEqualTo(DropReason.TCP_HEADER_MALFORMED);
            assertThat(read(START + "0010" + END)).isEqualTo(DropReason.TCP_HEADER_MALFORMED);
        }

        @Test
        void aDataOffsetPastTheSegmentIsRefused() {
            assertThat(read(START + "6010" + END + "010101")).isEqualTo(DropReason.TCP_HEADER_MALFORMED);
            assertThat(read(START + "6010" + END + "01010101")).isNull();
        }
    }

    @Nested
    @Tag("T-AC-3")
    class Trimmed {
        @Test
        void inFrontLosesSynThenPayloadThenFin() {
            read(START + "5003" + END + "6869");
            view.trimFront(1);
            assertThat(view.isSyn()).isFalse();
            assertThat(view.seq()).isEqualTo(-1);
            assertThat(view.payloadLength()).isEqualTo(2);

            view.trimFront(1);
            assertThat(view.payloadOffset()).isEqualTo(AT + 21);
            assertThat(view.payloadLength()).isEqualTo(1);
            assertThat(view.isFin()).isTrue();

            view.trimFront(2);
            assertThat(view.isFin()).isFalse();
            assertThat(view.segmentLength()).isZero();
            assertThat(view.seq()).isEqualTo(2);
        }

        @Test
        void behindLosesFinThenPayloadThenSyn() {
            read(START + "5003" + END + "6869");
            view.trimBack(1);
            assertThat(view.isFin()).isFalse();
            assertThat(view.payloadLength()).isEqualTo(2);

            view.trimBack(2);
            assertThat(view.payloadLength()).isZero();
            assertThat(view.isSyn()).isTrue();

            view.trimBack(1);
            assertThat(view.isSyn()).isFalse();
            assertThat(view.seq()).isEqualTo(-2);
        }

        @Test
        void byNothingStaysAsItIs() {
            read(START + "5003" + END + "6869");
            view.trimFront(0);
            view.trimBack(0);
            assertThat(view.segmentLength()).isEqualTo(4);
            assertThat(view.seq()).isEqualTo(-2);
        }

        @Test
        void ofMoreThanThereIsIsABug() {
            read(START + "5010" + END + "6869");
            assertThatThrownBy(() -> view.trimFront(3)).isInstanceOf(AssertionError.class);
            assertThatThrownBy(() -> view.trimBack(-1)).isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void thereIsNoPacketBeforeTheFirst() {
        assertThatThrownBy(view::packet).isInstanceOf(IllegalStateException.class);
    }

    private DropReason read(String hex) {
        byte[] segment = hex(hex);
        ByteBuffer bytes = ByteBuffer.allocateDirect(AT + segment.length).put(AT, segment);
        return view.readTcp(bytes, AT, segment.length);
    }
}
