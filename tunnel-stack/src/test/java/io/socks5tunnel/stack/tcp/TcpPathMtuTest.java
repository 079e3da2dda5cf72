// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import static io.socks5tunnel.stack.fixture.IpBytes.ip;
import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.stack.StackConfig;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// ICMP messages that a segment was too big (RFC 1191, RFC 8201, RFC 5927 §7).
class TcpPathMtuTest {
    private static final int MSS = 1460;

    private final TcpWorld world = new TcpWorld().established();

    @Nested
    class OfTheDevice {
        @ParameterizedTest
        @Tag("T-MT-1")
        @Tag("T-MT-2")
        @CsvSource({
            "true, 576, false",
            "true, 1500, false",
            "true, 1500, true",
            "true, 9000, true",
            "true, 65535, true",
            "false, 1280, false",
            "false, 1500, true",
            "false, 65535, false"
        })
        void ourSegmentSizeIsItsMtuLessTheHeadersWhateverTheOptions(boolean isIpv4, int mtu, boolean isTimestamps) {
            TcpWorld plain = isIpv4 ? new TcpWorld() : new TcpWorld().ipv6();
            plain.config = StackConfig.forMtu(mtu);
            plain.isTimestamps = isTimestamps;
            plain.clientMss = 65_535;
            plain.send(plain.syn());
            plain.accept();
            assertThat(plain.next().mss()).isEqualTo(mtu - (isIpv4 ? 40 : 60));

            plain.send(plain.ack(0));
            plain.writeAndPoll(TcpWorld.pattern(200_000));
            assertThat(plain.next().bytes()).hasSizeBetween(mtu - 12, mtu);
        }
    }

    @Nested
    @Tag("T-MT-5")
    class AtTheBeginning {
        @Test
        void whatWasSentGoesAgainAtOnceInSmallerSegments() {
            world.writeAndPoll(TcpWorld.pattern(4 * MSS));
            byte[] first = drain().getFirst().bytes();
            int window = world.connection().sender().congestion().windowBytes();

            world.sendRaw(tooBig(first, 1_000));

            List<SentPacket> again = drain();
            assertThat(again).hasSize(Math.ceilDiv(MSS, 960) * 4);
            assertThat(again).allSatisfy(packet -> assertThat(packet.length()).isLessThanOrEqualTo(960));
            assertThat(joined(again)).isEqualTo(TcpWorld.pattern(4 * MSS));
            assertThat(world.connection().sender().congestion().windowBytes()).isEqualTo(window);

            world.send(world.ack(4 * MSS));
            world.writeAndPoll(TcpWorld.pattern(4 * MSS, 2_000));
            assertThat(drain()).extracting(SentPacket::length).containsExactly(960, 960, 80);
        }

        @Test
        void anotherLinkMayBeSmallerYet() {
            world.writeAndPoll(TcpWorld.pattern(2 * MSS));
            world.sendRaw(tooBig(drain().getFirst().bytes(), 1_000));
            world.sendRaw(tooBig(drain().getFirst().bytes(), 600));
            // The segments of 500 bytes between them fitted.
            assertThat(drain()).extracting(SentPacket::length).containsExactly(560, 400, 560, 400);
            assertThat(world.connection().sender().segmentBytes()).isEqualTo(560);
        }

        @Test
        void aSuperSegmentIsCutSmaller() {
            TcpWorld offloaded = new TcpWorld().withOffload().established();
            offloaded.writeAndPoll(TcpWorld.pattern(5 * MSS));
            SentPacket first = offloaded.next();
            assertThat(first.gsoSize()).isEqualTo(MSS);
            offloaded.sent.clear();
            offloaded.sendRaw(tooBig(first.bytes(), 1_000));
            assertThat(offloaded.next().gsoSize()).isEqualTo(960);
        }

        @Test
        void overIpv6TheHeaderIsLonger() {
            TcpWorld ipv6 = new TcpWorld().ipv6().withTimestamps().established();
            ipv6.writeAndPoll(TcpWorld.pattern(3_000));
            SentPacket first = ipv6.next();
            ipv6.sent.clear();
            ipv6.sendRaw(tooBig(first.bytes(), 1_300));
            assertThat(ipv6.connection().sender().segmentBytes()).isEqualTo(1_300 - 40 - 20 - 12);
            assertThat(ipv6.next().length()).isEqualTo(1_228);
        }

        @ParameterizedTest
        @Tag("T-MT-7")
        @CsvSource({"1500, 1492", "1492, 1006", "576, 508", "296, 68", "100, 68"})
        void aRouterThatSaysNoMtuMeansTheNextPlateau(int quotedLength, int mtu) {
            world.writeAndPoll(TcpWorld.pattern(MSS));
            byte[] quoted = drain().getFirst().bytes();
            quoted[2] = (byte) (quotedLength >> 8);
            quoted[3] = (byte) quotedLength;
            world.sendRaw(tooBig(quoted, 0));
            assertThat(world.connection().sender().segmentBytes()).isEqualTo(mtu - 40);
        }
    }

    @Nested
    class Doubtful {
        @Test
        @Tag("T-MT-3")
        void aSegmentThatIsNotUnderWaySaysNothing() {
            world.writeAndPoll(TcpWorld.pattern(2 * MSS));
            byte[] first = drain().getFirst().bytes();
            int seq = ByteBuffer.wrap(first).getInt(24);
            for (int wrong : new int[] {seq - 1, seq + 2 * MSS, seq + 1_000_000, seq - 1_000_000_000}) {
                ByteBuffer.wrap(first).putInt(24, wrong);
                world.sendRaw(tooBig(first, 600));
            }
            assertThat(world.drops(DropReason.ICMP_NOT_OURS)).isEqualTo(4);
            world.expectNothing();
            assertThat(world.connection().sender().segmentBytes()).isEqualTo(MSS);

            ByteBuffer.wrap(first).putInt(24, seq + 2 * MSS - 1);
            world.sendRaw(tooBig(first, 600));
            assertThat(world.connection().sender().segmentBytes()).isEqualTo(560);
        }

        @Test
        @Tag("T-MT-3")
        void anotherFlowsSegmentSaysNothing() {
            world.writeAndPoll(TcpWorld.pattern(MSS));
            byte[] first = drain().getFirst().bytes();
            first[23] ^= 1;
            world.sendRaw(tooBig(first, 600));
            assertThat(world.drops(DropReason.ICMP_NOT_OURS)).isOne();
            assertThat(world.connection().sender().segmentBytes()).isEqualTo(MSS);
        }

        @Test
        void anMtuThatIsNoSmallerChangesNothing() {
            world.writeAndPoll(TcpWorld.pattern(MSS));
            byte[] first = drain().getFirst().bytes();
            world.sendRaw(tooBig(first, 1_500));
            world.sendRaw(tooBig(first, 9_000));
            assertThat(world.drops(DropReason.ICMP_IGNORED)).isEqualTo(2);
            world.expectNothing();
        }

        @Test
        void onceFullSizeArrivedOnlyATimeoutMakesItTrue() {
            world.writeAndPoll(TcpWorld.pattern(2 * MSS));
            drain();
            world.send(world.ack(2 * MSS));
            world.writeAndPoll(TcpWorld.pattern(2 * MSS, 2 * MSS));
            byte[] first = drain().getFirst().bytes();

            world.sendRaw(tooBig(first, 1_000));
            world.expectNothing();
            assertThat(world.connection().sender().segmentBytes()).isEqualTo(MSS);

            world.advanceMillis(3_000);
            assertThat(world.connection().sender().segmentBytes()).isEqualTo(960);
            assertThat(drain())
                    .extracting(SentPacket::length)
                    .startsWith(MSS)
                    .contains(960)
                    .endsWith(500);
        }

        @Test
        void oneFullSegmentThatArrivedIsEnoughForDoubt() {
            world.writeAndPoll(TcpWorld.pattern(3 * MSS));
            byte[] second = drain().get(1).bytes();
            world.send(world.ack(MSS));
            world.sendRaw(tooBig(second, 1_000));
            world.expectNothing();
            assertThat(world.connection().sender().segmentBytes()).isEqualTo(MSS);
        }

        @Test
        void onceItWasTrueTheNextIsBelievedAtOnce() {
            world.writeAndPoll(TcpWorld.pattern(2 * MSS));
            drain();
            world.send(world.ack(2 * MSS));
            world.writeAndPoll(TcpWorld.pattern(2 * MSS, 2 * MSS));
            world.sendRaw(tooBig(drain().getFirst().bytes(), 1_000));
            world.advanceMillis(3_000);
            assertThat(world.connection().sender().segmentBytes()).isEqualTo(960);
            world.sendRaw(tooBig(drain().getLast().bytes(), 600));
            assertThat(world.connection().sender().segmentBytes()).isEqualTo(560);
        }

        @Test
        void aConnectionThatHasEndedSaysNothing() {
            world.writeAndPoll(TcpWorld.pattern(MSS));
            byte[] first = drain().getFirst().bytes();
            world.shutdownOutput();
            world.send(world.segment().ack(MSS + 1).fin());
            drain();
            world.sendRaw(tooBig(first, 600));
            assertThat(world.drops(DropReason.ICMP_NOT_OURS)).isOne();
        }

        @Test
        void onceFullSizeArrivedALieIsForgottenWhenTheSegmentArrives() {
            world.writeAndPoll(TcpWorld.pattern(2 * MSS));
            drain();
            world.send(world.ack(2 * MSS));
            world.writeAndPoll(TcpWorld.pattern(2 * MSS, 2 * MSS));
            byte[] first = drain().getFirst().bytes();
            world.sendRaw(tooBig(first, 1_000));
            world.send(world.ack(4 * MSS));
            world.writeAndPoll(TcpWorld.pattern(4 * MSS, 2 * MSS));
            drain();
            world.advanceMillis(1_000);
            assertThat(world.connection().sender().segmentBytes()).isEqualTo(MSS);
        }
    }

    /// A link that takes packets up to some size, and says nothing about others.
    @Nested
    @Tag("T-MT-6")
    class BlackHoles {
        private int acknowledged;

        /// Lets what fits arrive, for as long as something comes.
        private void runThrough(TcpWorld sending, int linkBytes, int seconds) {
            for (int i = 0; i < 20 * seconds; i++) {
                sending.advanceMillis(50);
                boolean isProgress = false;
                while (!sending.sent.isEmpty()) {
                    SentPacket packet = sending.next();
                    boolean isFitting = packet.bytes().length <= linkBytes;
                    if (isFitting && sending.relativeSeq(packet) <= acknowledged) {
                        acknowledged = Math.max(acknowledged, sending.relativeSeq(packet) + packet.length());
                        isProgress = true;
                    }
                }
                if (isProgress) {
                    sending.send(sending.ack(acknowledged));
                }
            }
        }

        @ParameterizedTest
        @CsvSource({"true, 1400", "true, 1280", "true, 600", "true, 576", "false, 1400", "false, 1280"})
        void areGotThrough(boolean isIpv4, int linkBytes) {
            TcpWorld sending = isIpv4 ? new TcpWorld() : new TcpWorld().ipv6();
            sending.established();
            sending.writeAndPoll(TcpWorld.pattern(40 * MSS));
            runThrough(sending, linkBytes, 120);
            assertThat(acknowledged).isEqualTo(40 * MSS);
            assertThat(sending.resets).isZero();
        }

        @Test
        void areRememberedWhenTheyAreMetAgain() {
            world.writeAndPoll(TcpWorld.pattern(40 * MSS));
            runThrough(world, 1_400, 60);
            world.writeAndPoll(TcpWorld.pattern(40 * MSS));
            runThrough(world, 1_400, 60);
            assertThat(acknowledged).isEqualTo(80 * MSS);
            assertThat(world.connection().sender().segmentBytes()).isEqualTo(1_240);
            world.writeAndPoll(TcpWorld.pattern(10 * MSS));
            assertThat(drain()).allMatch(packet -> packet.bytes().length <= 1_280);
        }

        @Test
        void aClientThatWasAwayGetsFullSegmentsAgain() {
            world.writeAndPoll(TcpWorld.pattern(10 * MSS));
            world.advanceMillis(10_000);
            assertThat(world.connection().sender().segmentBytes()).isLessThan(MSS);
            drain();
            world.send(world.ack(10 * MSS));
            world.writeAndPoll(TcpWorld.pattern(MSS));
            assertThat(world.only().length()).isEqualTo(MSS);
        }

        /// RFC 8200 §5: every link takes 1280 bytes.
        @Test
        void areNoSmallerThanWhatEveryLinkOfIpv6Takes() {
            var ipv6 = new TcpWorld().ipv6().established();
            ipv6.writeAndPoll(TcpWorld.pattern(10 * MSS));
            ipv6.advanceMillis(60_000);
            assertThat(ipv6.connection().sender().segmentBytes()).isEqualTo(1_280 - 40 - 20);
        }

        @Test
        void areNotSuspectedAnyMoreOnceTheLinkIsNamed() {
            world.writeAndPoll(TcpWorld.pattern(10 * MSS));
            world.advanceMillis(10_000);
            assertThat(world.connection().sender().segmentBytes()).isLessThan(MSS);
            world.sendRaw(tooBig(drain().getLast().bytes(), 500));
            assertThat(world.connection().sender().segmentBytes()).isEqualTo(460);
            world.send(world.ack(10 * MSS));
            assertThat(world.connection().sender().segmentBytes()).isEqualTo(460);
        }

        @Test
        void smallSegmentsThatAreLostSayNothing() {
            world.writeAndPoll(TcpWorld.pattern(MSS - 1));
            world.advanceMillis(30_000);
            assertThat(world.connection().sender().segmentBytes()).isEqualTo(MSS);
        }
    }

    @Test
    @Tag("T-IC-8")
    void unreachableIsNoReasonToEndWhatIsEstablished() {
        world.writeAndPoll(TcpWorld.pattern(MSS));
        byte[] quoted = Arrays.copyOf(drain().getFirst().bytes(), 28);
        for (int code : new int[] {0, 1, 2, 3, 5, 9, 10, 13}) {
            world.sendRaw(ip(true).icmp(3, code, 0, quoted).whole());
        }
        world.expectNothing();
        assertThat(world.resets).isZero();
        assertThat(world.drops(DropReason.ICMP_IGNORED)).isEqualTo(8);
        world.send(world.ack(MSS));
        assertThat(world.connection().sender().una()).isEqualTo(MSS);
    }

    private List<SentPacket> drain() {
        List<SentPacket> packets = List.copyOf(world.sent);
        world.sent.clear();
        return packets;
    }

    private byte[] joined(List<SentPacket> packets) {
        byte[] all = new byte[64 * MSS];
        int end = 0;
        for (SentPacket packet : packets) {
            int at = world.relativeSeq(packet);
            System.arraycopy(packet.payload(), 0, all, at, packet.length());
            end = Math.max(end, at + packet.length());
        }
        return Arrays.copyOf(all, end);
    }

    private static byte[] tooBig(byte[] packet, int mtu) {
        boolean ipv4 = packet[0] >> 4 == 4;
        byte[] quoted = Arrays.copyOf(packet, Math.min(packet.length, ipv4 ? 28 : 1_232));
        return ip(ipv4).source(ipv4 ? "10.0.0.1" : "fd00::1")
                .icmp(ipv4 ? 3 : 2, ipv4 ? 4 : 0, mtu, quoted)
                .whole();
    }
}
