// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.LimitSettings;
import io.socks5tunnel.api.Socks5Settings.Udp;
import io.socks5tunnel.threads.ShardCounters.Count;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Which replies leave in one packet.
class ReplyGroupTest {
    private static final String SERVER = UdpSide.DESTINATION;

    private final UdpSide side = new UdpSide(Optional.of(Udp.UDP));

    private FakeDatagramSocket taking(int together) throws IOException {
        side.together = together;
        return side.associate(1);
    }

    private static void deliver(FakeDatagramSocket socket, String... payloads) {
        for (String payload : payloads) {
            socket.deliver(UdpAssociationTest.datagram(SERVER, 53, payload));
        }
    }

    private List<String> texts() {
        return side.replies.stream().map(UdpSide.Reply::text).toList();
    }

    @Nested
    class Together {
        @Test
        void goDatagramsOfOneLength() throws IOException {
            deliver(taking(64), "aaa", "bbb", "ccc");
            side.cycle();

            assertThat(side.groups).containsExactly(List.of(3, 3));
            assertThat(texts()).containsExactly("aaa", "bbb", "ccc");
            assertThat(side.counters.value(Count.UDP_DATAGRAMS_DOWN)).isEqualTo(3);
            assertThat(side.counters.value(Count.UDP_BYTES_DOWN)).isEqualTo(9);
        }

        @Test
        void goesAShorterOneAtTheEnd() throws IOException {
            deliver(taking(64), "aaa", "bbb", "c", "d", "e");
            side.cycle();

            assertThat(side.groups).containsExactly(List.of(3, 3), List.of(2, 1));
            assertThat(texts()).containsExactly("aaa", "bbb", "c", "d", "e");
        }

        @Test
        void goNoMoreThanTheDeviceTakes() throws IOException {
            deliver(taking(4), "0", "1", "2", "3", "4", "5", "6", "7", "8");
            side.cycle();

            assertThat(side.groups).containsExactly(List.of(4, 1), List.of(4, 1));
            assertThat(texts()).containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8");
        }

        @Test
        void goThoseAroundOneThatIsWrong() throws IOException {
            FakeDatagramSocket socket = taking(64);
            deliver(socket, "aa");
            socket.deliver((byte) 1, (byte) 2);
            deliver(socket, "bb");
            side.cycle();

            assertThat(side.groups).containsExactly(List.of(2, 2));
            assertThat(side.dropped(DropReason.UDP_REPLY_MALFORMED)).isEqualTo(1);
        }
    }

    @Nested
    class Apart {
        @Test
        void goesALongerOne() throws IOException {
            deliver(taking(64), "a", "bb", "cc");
            side.cycle();

            assertThat(side.groups).containsExactly(List.of(2, 2));
            assertThat(texts()).containsExactly("a", "bb", "cc");
        }

        @Test
        void goEmptyOnes() throws IOException {
            deliver(taking(64), "aa", "bb", "", "", "cc");
            side.cycle();

            assertThat(side.groups).containsExactly(List.of(2, 2));
            assertThat(texts()).containsExactly("aa", "bb", "", "", "cc");
        }

        @Test
        void goThoseOfDifferentSources() throws IOException {
            FakeDatagramSocket socket = taking(64);
            deliver(socket, "aa");
            socket.deliver(UdpAssociationTest.datagram("198.19.0.2", 53, "bb"));
            socket.deliver(UdpAssociationTest.datagram("198.19.0.2", 54, "cc"));
            deliver(socket, "dd");
            side.cycle();

            assertThat(side.groups).isEmpty();
            assertThat(texts()).containsExactly("aa", "bb", "cc", "dd");
            assertThat(side.replies)
                    .extracting(UdpSide.Reply::from)
                    .containsExactly(SERVER, "198.19.0.2", "198.19.0.2", SERVER);
        }

        @Test
        void goThoseOfDifferentClients() throws IOException {
            FakeDatagramSocket one = taking(64);
            FakeDatagramSocket other = side.associate(2);
            deliver(one, "aa", "bb");
            deliver(other, "cc", "dd");
            side.cycle();

            assertThat(side.groups).containsExactly(List.of(2, 2), List.of(2, 2));
            assertThat(side.replies).extracting(reply -> reply.to().port()).containsExactlyInAnyOrder(1, 1, 2, 2);
        }

        @Test
        void goThoseOfDifferentReads() throws IOException {
            FakeDatagramSocket socket = taking(64);
            for (int i = 0; i < LimitSettings.DEFAULT.udpBatchDatagrams() + 2; i++) {
                deliver(socket, "aa");
            }
            side.cycle();

            assertThat(side.groups).containsExactly(List.of(16, 2), List.of(2, 2));
        }

        @Test
        void goAllWhereTheDeviceTakesNoPacketOfMany() throws IOException {
            deliver(taking(1), "aa", "bb");
            side.cycle();

            assertThat(side.groups).isEmpty();
            assertThat(texts()).containsExactly("aa", "bb");
        }
    }

    @Nested
    class Refused {
        @Test
        void onceAndForAllTheyGoOneByOne() throws IOException {
            FakeDatagramSocket socket = taking(64);
            side.refusesTogether = true;
            deliver(socket, "aa", "bb", "c");
            side.cycle();

            assertThat(texts()).containsExactly("aa", "bb", "c");
            assertThat(side.counters.value(Count.UDP_DATAGRAMS_DOWN)).isEqualTo(3);
            assertThat(side.dropped(DropReason.UDP_REPLY_UNDELIVERABLE)).isZero();
        }

        @Test
        void forNowEachIsCounted() throws IOException {
            FakeDatagramSocket socket = taking(64);
            side.losesTogether = true;
            deliver(socket, "aa", "bb", "c");
            side.cycle();

            assertThat(side.replies).isEmpty();
            assertThat(side.counters.value(Count.UDP_DATAGRAMS_DOWN)).isZero();
            assertThat(side.dropped(DropReason.UDP_REPLY_UNDELIVERABLE)).isEqualTo(3);
        }
    }
}
