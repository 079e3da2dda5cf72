// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.ip;

import static io.socks5tunnel.stack.fixture.PacketBytes.hex;
import static io.socks5tunnel.stack.fixture.PacketBytes.naiveSum;
import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.spi.GsoType;
import io.socks5tunnel.api.spi.OutboundPacket;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.stack.fixture.Inbound;
import io.socks5tunnel.stack.fixture.PacketBytes;
import io.socks5tunnel.stack.fixture.TcpCheck;
import io.socks5tunnel.stack.tcp.FlowTable;
import io.socks5tunnel.stack.wire.SegmentView;
import io.socks5tunnel.stack.wire.TcpHeader;
import java.util.Arrays;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ResetsTest {
    private final OutboundPacket packet = new OutboundPacket(dirtySlab());
    private final SegmentView view = new SegmentView();

    @Nested
    @Tag("T-HS-2")
    class AsAnswer {
        @Test
        void toASegmentWithAckTakesItsSequenceNumberFromThere() {
            assertThat(answer(PacketBytes.ipv4()
                            .flags(TcpHeader.ACK)
                            .seq(1_000)
                            .ack(0x8765_4321)
                            .payload("data")))
                    .isTrue();
            assertTcp("01bb 9c40 87654321 00000000 5004 0000");
        }

        @Test
        void toASegmentWithoutAckAcknowledgesAllOfIt() {
            assertThat(answer(PacketBytes.ipv4()
                            .flags(TcpHeader.SYN | TcpHeader.FIN)
                            .seq(-2)
                            .payload("data")))
                    .isTrue();
            assertTcp("01bb 9c40 00000000 00000004 5014 0000");
        }

        @Test
        void toANullSegmentAcknowledgesNothingMore() {
            assertThat(answer(PacketBytes.ipv4().flags(0).seq(7))).isTrue();
            assertTcp("01bb 9c40 00000000 00000007 5014 0000");
        }

        @Test
        @Tag("T-AC-8")
        void toAResetThereIsNone() {
            packet.headerLength(99);
            assertThat(answer(PacketBytes.ipv4().flags(TcpHeader.RST))).isFalse();
            assertThat(answer(PacketBytes.ipv4().flags(TcpHeader.RST | TcpHeader.ACK | TcpHeader.SYN)))
                    .isFalse();
            assertThat(packet.headerLength()).isEqualTo(99);
        }

        @Test
        void goesBackTheWayTheSegmentCame() {
            answer(PacketBytes.ipv4().flags(TcpHeader.SYN));
            assertThat(Arrays.copyOf(bytes(), 10)).isEqualTo(hex("4500 0028 0000 4000 4006"));
            assertThat(Arrays.copyOfRange(bytes(), 12, 20)).isEqualTo(hex("c0000207 0a000002"));
            assertThat(naiveSum(Arrays.copyOf(bytes(), 20))).isEqualTo(0xffff);
        }

        @Test
        void goesBackOverIpv6() {
            answer(PacketBytes.ipv6().flags(TcpHeader.SYN).seq(9));
            assertThat(Arrays.copyOf(bytes(), 40))
                    .isEqualTo(hex("60000000 0014 0640 20010db8 00000000 00000000 00000007"
                            + "fd000000 00000000 00000000 00000002"));
            assertTcp("01bb 9c40 00000000 0000000a 5014 0000");
        }
    }

    @Nested
    class OfAFlow {
        @Test
        @Tag("T-CL-4")
        void carriesTheSequenceNumberGiven() {
            Resets.write(key(PacketBytes.ipv4()), 0x8765_4321, packet);
            assertTcp("01bb 9c40 87654321 00000000 5004 0000");
        }

        @Test
        void mayAcknowledge() {
            Resets.writeWithAck(key(PacketBytes.ipv6()), 0, 0x8000_0001, packet);
            assertTcp("01bb 9c40 00000000 80000001 5014 0000");
        }
    }

    @Test
    void nothingIsLeftOfThePacketBefore() {
        packet.partialChecksum(20, 16);
        packet.superSegment(GsoType.TCP_V4, 1_000);
        packet.payload().add(new Slab(), 0, 5);
        answer(PacketBytes.ipv4().flags(TcpHeader.SYN));
        assertThat(packet.hasPartialChecksum()).isFalse();
        assertThat(packet.gsoType()).isEqualTo(GsoType.NONE);
        assertThat(packet.totalBytes()).isEqualTo(40);
    }

    private boolean answer(PacketBytes segment) {
        assertThat(new TcpCheck().check(new Inbound().packet(segment.bytes()), view))
                .isNull();
        return Resets.answer(view, packet);
    }

    private FlowKey key(PacketBytes segment) {
        assertThat(new TcpCheck().check(new Inbound().packet(segment.bytes()), view))
                .isNull();
        return FlowTable.keyOf(view);
    }

    private void assertTcp(String untilWindow) {
        byte[] bytes = bytes();
        byte[] tcp = Arrays.copyOfRange(bytes, bytes.length - 20, bytes.length);
        assertThat(Arrays.copyOf(tcp, 16)).isEqualTo(hex(untilWindow));
        assertThat(Arrays.copyOfRange(tcp, 18, 20)).isEqualTo(new byte[2]);
        assertThat(PacketBytes.isTransportChecksumRight(bytes)).isTrue();
    }

    private byte[] bytes() {
        byte[] bytes = new byte[packet.totalBytes()];
        packet.headerSlab().bytes().get(packet.headerOffset(), bytes);
        return bytes;
    }

    private static Slab dirtySlab() {
        Slab slab = new Slab();
        for (int i = 0; i < 2_000; i++) {
            slab.bytes().put(i, (byte) 0xa5);
        }
        return slab;
    }
}
