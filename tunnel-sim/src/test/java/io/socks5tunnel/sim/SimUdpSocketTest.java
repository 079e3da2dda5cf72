// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Two hosts and whatever a test does to the packets between them.
class SimUdpSocketTest {
    private final VirtualClock clock = new VirtualClock(5);
    private final List<SimPacket> underWay = new ArrayList<>();
    private final SimHost near = new SimHost(clock, new SeededRandom(1), underWay::add);
    private final SimHost far = new SimHost(clock, new SeededRandom(2), underWay::add);

    private static InetSocketAddress socket(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    private void deliverTo(SimHost host) {
        List<SimPacket> packets = List.copyOf(underWay);
        underWay.clear();
        packets.forEach(host::receive);
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @Nested
    class Datagrams {
        @ParameterizedTest
        @CsvSource({
            "198.18.0.1, 198.18.0.2, 0, 1", "198.18.0.1, 198.18.0.2, 1472, 1",
            "198.18.0.1, 198.18.0.2, 1473, 2", "198.18.0.1, 198.18.0.2, 65507, 45",
            "fc00::1, fc00::2, 1452, 1", "fc00::1, fc00::2, 1453, 2",
            "fc00::1, fc00::2, 65527, 46"
        })
        void ofAnySizeArriveWholeInAsManyPiecesAsTheMtuAsksFor(String from, String to, int length, int pieces) {
            SimUdpSocket sender = near.openUdp(socket(from, 1000));
            SimUdpSocket receiver = far.openUdp(socket(to, 53));
            sender.send(receiver.local(), bytes(length));

            assertThat(underWay).hasSize(pieces).allMatch(packet -> packet.length() <= 1500);
            // the last piece first: order must not matter
            Collections.reverse(underWay);
            deliverTo(far);
            assertThat(receiver.received()).hasSize(1);
            assertThat(receiver.received().getFirst().payload()).isEqualTo(bytes(length));
            assertThat(receiver.received().getFirst().source()).isEqualTo(sender.local());
            assertThat(far.damagedPackets()).isZero();
        }

        @Test
        void areCutForTheHostsMtu() {
            near.mtu(1280);
            near.openUdp(socket("fc00::1", 1)).send(socket("fc00::2", 2), bytes(3000));

            assertThat(underWay).hasSize(3).allMatch(packet -> packet.length() <= 1280);
        }

        @Test
        void areShownToAnObserver() {
            SimUdpSocket receiver = far.openUdp(socket("198.18.0.2", 53));
            List<InetSocketAddress> seen = new ArrayList<>();
            receiver.onDatagram(datagram -> seen.add(datagram.source()));
            near.openUdp(socket("198.18.0.1", 9)).send(receiver.local(), bytes(3));
            deliverTo(far);

            assertThat(seen).containsExactly(socket("198.18.0.1", 9));
        }
    }

    @Nested
    class Fragments {
        private SimUdpSocket receiver;

        private void sendInThree() {
            receiver = far.openUdp(socket("198.18.0.2", 53));
            near.openUdp(socket("198.18.0.1", 9)).send(receiver.local(), bytes(4000));
            assertThat(underWay).hasSize(3);
        }

        @Test
        void thatComeTwiceDoNoHarm() {
            sendInThree();
            underWay.add(1, underWay.getFirst());
            deliverTo(far);

            assertThat(receiver.received()).hasSize(1);
        }

        @Test
        void thatOverlapSpoilTheirPacket() {
            sendInThree();
            ParsedPacket second = ParsedPacket.parse(underWay.get(1));
            underWay.add(
                    2,
                    SimPacket.of(PacketBuilder.between(
                                    new InetSocketAddress(second.source(), 0),
                                    new InetSocketAddress(second.destination(), 0))
                            .identification(second.identification())
                            .fragment(second.fragmentOffset() + 8, true)
                            .wrap(IpProtocol.UDP, new byte[16])));
            deliverTo(far);

            assertThat(receiver.received()).isEmpty();
            assertThat(far.fragmentsGivenUp()).isEqualTo(1);
        }

        @Test
        void thatDoNotAllComeAreGivenUp() {
            sendInThree();
            underWay.remove(1);
            deliverTo(far);
            assertThat(far.fragments()).isEqualTo(2);
            while (clock.runNext()) {}

            assertThat(receiver.received()).isEmpty();
            assertThat(far.fragmentsGivenUp()).isEqualTo(1);
        }
    }

    @Nested
    class Errors {
        @ParameterizedTest
        @CsvSource({"198.18.0.1, 198.18.0.2, 3, 3, 100", "fc00::1, fc00::2, 1, 4, 100", "fc00::1, fc00::2, 1, 4, 3000"})
        void comeFromAPortThatNobodyUses(String from, String to, int type, int code, int length) {
            SimUdpSocket sender = near.openUdp(socket(from, 1000));
            sender.send(socket(to, 53), bytes(length));
            deliverTo(far);
            deliverTo(near);

            assertThat(sender.errors()).containsExactly(new SimUdpSocket.Unreachable(socket(to, 53), type, code));
        }

        @Test
        void comeFromAClosedSocketToo() {
            SimUdpSocket sender = near.openUdp(socket("198.18.0.1", 1000));
            SimUdpSocket receiver = far.openUdp(socket("198.18.0.2", 53));
            receiver.close();
            sender.send(receiver.local(), bytes(10));
            deliverTo(far);
            deliverTo(near);

            assertThat(sender.errors()).hasSize(1);
            assertThat(receiver.received()).isEmpty();
        }

        @Test
        void doNotLetTwoSocketsHaveOneAddress() {
            near.openUdp(socket("198.18.0.1", 1000));
            assertThatThrownBy(() -> near.openUdp(socket("198.18.0.1", 1000))).hasMessageEndingWith("in use");
        }
    }
}
