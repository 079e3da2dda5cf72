// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.LimitSettings;
import io.socks5tunnel.api.Socks5Settings;
import io.socks5tunnel.api.Socks5Settings.Udp;
import io.socks5tunnel.api.spi.PacketBurst;
import io.socks5tunnel.api.spi.Reactor;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.stack.DatagramRefusal;
import io.socks5tunnel.threads.ShardCounters.Count;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Life and limits of UDP sessions, whatever way their datagrams go.
class UdpSessionsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Optional<Udp> ASSOCIATE = Optional.of(Udp.UDP);

    private final UdpSide side = new UdpSide(ASSOCIATE);

    @Nested
    class Idle {
        @Test
        @Tag("T-UD-5")
        void endsAfterTheTimeOutAndClosesBothSockets() throws IOException {
            side.associate(1);
            assertThat(side.sessions.nextDeadlineNanos()).isEqualTo(side.reactor.nowNanos + 60 * SECOND);

            side.pass(60 * SECOND - 1);
            assertThat(side.sessions.size()).isEqualTo(1);
            side.pass(1);

            assertThat(side.reactor.datagramSockets.getFirst().isClosed).isTrue();
            assertThat(side.reactor.socket().isClosed).isTrue();
            assertThat(side.sessions.nextDeadlineNanos()).isEqualTo(Reactor.NO_DEADLINE);
            side.expectNothingLeft();
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void aDatagramEitherWayKeepsItAlive(boolean isUp) throws IOException {
            FakeDatagramSocket socket = side.associate(1);
            side.pass(59 * SECOND);
            if (isUp) {
                side.send(1, "more");
            } else {
                socket.deliver(UdpAssociationTest.datagram(UdpSide.DESTINATION, 53, "answer"));
            }
            side.cycle();
            side.pass(59 * SECOND);
            assertThat(side.sessions.size()).isEqualTo(1);

            side.pass(SECOND);
            side.expectNothingLeft();
        }

        @Test
        void bytesOnTheControlConnectionDoNot() throws IOException {
            side.associate(1);
            side.pass(59 * SECOND);
            side.reactor.socket().deliver((byte) 1);
            side.cycle();
            side.pass(SECOND);

            side.expectNothingLeft();
        }
    }

    @Nested
    class Refused {
        @ParameterizedTest
        @CsvSource({
            "1, PORT_UNREACHABLE",
            "2, ADMINISTRATIVELY_PROHIBITED",
            "3, HOST_UNREACHABLE",
            "4, HOST_UNREACHABLE",
            "5, PORT_UNREACHABLE",
            "6, HOST_UNREACHABLE",
            "7, PORT_UNREACHABLE",
            "8, PORT_UNREACHABLE",
            "200, PORT_UNREACHABLE"
        })
        void whatWaitsIsAnsweredAndTheNextDatagramsForASecond(int code, DatagramRefusal refusal) throws IOException {
            side.send(1, "one");
            side.send(1, "two");
            side.cycle();
            refuse(code);
            assertThat(side.dropped(DropReason.UDP_NOT_RELAYED)).isEqualTo(2);
            assertThat(side.counters.value(Count.UDP_REFUSED)).isEqualTo(1);
            assertThat(side.reactor.socket().isClosed).isTrue();

            side.send(1, "three");
            side.pass(SECOND - 1);
            side.send(1, "four");
            side.cycle();
            assertThat(side.refusals).hasSize(4).containsOnly(refusal);
            assertThat(side.dropped(DropReason.UDP_NOT_RELAYED)).isEqualTo(4);
            assertThat(side.reactor.sockets).hasSize(1);

            side.pass(1);
            side.expectNothingLeft();
            side.send(1, "five");
            side.cycle();
            assertThat(side.reactor.sockets).as("a new dial").hasSize(2);
        }

        @Test
        void aServerThatDoesNotAnswerIsUnreachableAfterTheTimeOut() throws IOException {
            side.send(1, "one");
            side.cycle();
            side.pass(10 * SECOND - 1);
            assertThat(side.counters.value(Count.UDP_REFUSED)).isZero();
            side.pass(1);
            side.send(1, "two");

            assertThat(side.refusals).hasSize(2).containsOnly(DatagramRefusal.HOST_UNREACHABLE);
            assertThat(side.reactor.socket().isAborted).isTrue();
            side.pass(SECOND);
            side.expectNothingLeft();
        }

        @Test
        void withoutAServerEveryDatagramIsAnsweredAtOnce() throws IOException {
            var none = new UdpSide(Socks5Settings.NONE);
            none.send(1, "one");
            none.cycle();

            assertThat(none.refusals).containsExactly(DatagramRefusal.HOST_UNREACHABLE);
            assertThat(none.drops).containsExactly(DropReason.UDP_NOT_RELAYED);
            none.expectNothingLeft();
        }
    }

    @Nested
    class Waiting {
        @Test
        @Tag("T-UD-7")
        void sixtyFourDatagramsWaitAndTheNewestAreDropped() throws IOException {
            for (int i = 0; i < 70; i++) {
                side.send(1, "number " + i);
                side.cycle();
            }
            assertThat(side.dropped(DropReason.UDP_QUEUE_FULL)).isEqualTo(6);
            side.grant();

            assertThat(UdpAssociationTest.texts(side.reactor.datagramSockets.getFirst()))
                    .hasSize(64)
                    .startsWith("number 0")
                    .endsWith("number 63");
        }

        @Test
        void aQuarterOfAMebibyteWaits() throws IOException {
            for (int i = 0; i < 6; i++) {
                side.send(1, UdpSide.DESTINATION, 53, new byte[60_000]);
                side.cycle();
            }
            assertThat(side.dropped(DropReason.UDP_QUEUE_FULL)).isEqualTo(2);
            side.grant();

            assertThat(side.reactor.datagramSockets.getFirst().sent).hasSize(4);
        }

        @Test
        void allTogetherHaveABudget() throws IOException {
            // an eighth of what slabs may take: 8 MiB, of which each takes 66 KiB
            for (int port = 1; port <= 200; port++) {
                side.send(port, UdpSide.DESTINATION, 53, new byte[60_000]);
                side.cycle();
            }

            assertThat(side.dropped(DropReason.UDP_QUEUE_FULL)).isEqualTo(200 - (8 << 20) / (66 * 1024));
            side.sessions.endAll();
            side.expectNothingLeft();
        }

        @Test
        void onlyHalfOfTheDialsAreForDatagramsAndTheRestWaitsItsTurn() throws IOException {
            var few = new UdpSide(ASSOCIATE, Optional.empty(), Fixtures.limits(0, 1024, 128, 4), 0);
            for (int port = 1; port <= 5; port++) {
                few.send(port, "hello");
            }
            few.cycle();
            assertThat(few.reactor.sockets).hasSize(2);
            assertThat(few.sessions.nextDeadlineNanos()).isEqualTo(few.reactor.nowNanos + Shard.RETRY_NANOS);

            few.grant(few.reactor.sockets.get(0), UdpSide.RELAY);
            few.grant(few.reactor.sockets.get(1), UdpSide.RELAY);
            few.cycle();
            assertThat(few.reactor.sockets).hasSize(4);
            few.grant(few.reactor.sockets.get(2), UdpSide.RELAY);
            few.grant(few.reactor.sockets.get(3), UdpSide.RELAY);
            few.cycle();
            few.grant();

            assertThat(few.reactor.datagramSockets).hasSize(5).allMatch(socket -> socket.sent.size() == 1);
            assertThat(few.shared.limits().dials()).isZero();
        }

        @Test
        void manyThousandSourcesAreServedInTurn() throws IOException {
            int sources = 3000;
            for (int port = 1; port <= sources; port++) {
                side.send(port, "from " + port);
                if (port % PacketBurst.MAX_PACKETS == 0) {
                    side.cycle();
                }
            }
            for (int next = 0; next < sources; next++) {
                side.cycle();
                side.grant(side.reactor.sockets.get(next), UdpSide.RELAY);
            }

            assertThat(side.reactor.datagramSockets).hasSize(sources);
            for (int i = 0; i < sources; i++) {
                assertThat(UdpAssociationTest.texts(side.reactor.datagramSockets.get(i)))
                        .containsExactly("from " + (i + 1));
            }
            assertThat(side.counters.value(Count.UDP_OPEN)).isEqualTo(sources);
            side.sessions.endAll();
            assertThat(side.reactor.datagramSockets).allMatch(socket -> socket.isClosed);
            side.expectNothingLeft();
        }
    }

    @Nested
    class Limits {
        @Test
        void exactlySoManyLiveAndTheLeastActiveGoesFirst() throws IOException {
            var three = new UdpSide(ASSOCIATE, Optional.empty(), Fixtures.limits(3, 1024, 128, 256), 0);
            for (int port = 1; port <= 3; port++) {
                three.associate(port);
                three.pass(SECOND);
            }
            three.send(1, "still here");
            three.cycle();
            three.associate(4);

            assertThat(three.counters.value(Count.UDP_OPEN)).isEqualTo(3);
            assertThat(three.reactor.datagramSockets)
                    .extracting(socket -> socket.isClosed)
                    .containsExactly(false, true, false, false);
            assertThat(three.shared.permits().live()).isEqualTo(3);
            assertThat(three.shared.datagramPermits().live()).isEqualTo(3);
        }

        @Test
        void theLeastActiveGoesOnWhicheverShardItIs() throws IOException {
            SharedState shared = UdpSide.shared(
                    UdpSide.server("192.0.2.1", ASSOCIATE, Optional.empty()), Fixtures.limits(2, 1024, 128, 256), 0);
            var first = new UdpSide(shared, 0);
            var second = new UdpSide(shared, 1);
            first.associate(1);
            first.cycle();
            second.reactor.nowNanos += SECOND;
            second.associate(2);
            second.associate(3);
            assertThat(first.mailbox.pollCommand()).isEqualTo(ShardCommand.EVICT);
            first.evictions.settle();

            assertThat(first.reactor.datagramSockets.getFirst().isClosed).isTrue();
            assertThat(second.reactor.datagramSockets).noneMatch(socket -> socket.isClosed);
            assertThat(shared.permits().live()).isEqualTo(2);
        }

        @Test
        void connectionsAndDatagramsAreCountedTogether() throws IOException {
            var two = new UdpSide(ASSOCIATE, Optional.empty(), Fixtures.limits(2, 1024, 128, 256), 0);
            two.associate(1);
            two.pass(SECOND);
            two.associate(2);
            two.shared.permits().acquire();
            two.evictions.settle();

            assertThat(two.counters.value(Count.UDP_OPEN)).isEqualTo(1);
            assertThat(two.reactor.datagramSockets.getFirst().isClosed).isTrue();
            assertThat(two.shared.permits().live()).isEqualTo(2);
            assertThat(two.shared.datagramPermits().live()).isEqualTo(1);
        }

        @Test
        void descriptorsLimitTheSourcesTooAndSetBothLimitsBack() throws IOException {
            // two each, and an eighth left over
            int limit = (65_535 - 65_535 / 8) / 2;
            for (int i = 0; i < limit; i++) {
                side.shared.datagramPermits().acquire();
            }
            side.associate(1);

            assertThat(side.reactor.datagramSockets.getFirst().isClosed).isTrue();
            assertThat(side.counters.value(Count.UDP_OPEN)).isZero();
            assertThat(side.shared.permits().live()).isZero();
            assertThat(side.shared.datagramPermits().live()).isEqualTo(limit);
            assertThat(side.sessions.size()).isZero();
        }
    }

    @Nested
    class Descriptors {
        @ParameterizedTest
        @CsvSource({"UDP, 20000, 8750", "TCP, 20000, 17500", "UDP, 1000000, 28672", "TCP, 1000000, 57344", "UDP, 1, 1"})
        void ofTheProcessOrTheConfigurationWhicheverAreFewer(Udp mode, long processLimit, int expected) {
            var reactor = new FakeReactor(false);
            reactor.maxDescriptors = processLimit;
            var shared = new SharedState(
                    Fixtures.config(
                            1, LimitSettings.DEFAULT, UdpSide.server("192.0.2.1", Optional.of(mode), Optional.empty())),
                    1,
                    1 << 20,
                    reactor);
            for (int i = 0; i < expected; i++) {
                shared.datagramPermits().acquire();
            }
            assertThat(shared.datagramPermits().isExceeded()).isFalse();

            shared.datagramPermits().acquire();
            assertThat(shared.datagramPermits().isExceeded()).isTrue();
        }
    }

    @Nested
    class SeveralShards {
        private final UdpSide other = new UdpSide(side.shared, 1);

        @Test
        void aDatagramGoesToTheShardThatOwnsItsSource() throws IOException {
            side.associate(1);
            other.send(1, "stray");
            other.cycle();

            assertThat(side.mailbox.pollParcel().packet(0).length()).isEqualTo(5);
            assertThat(other.counters.value(Count.STRAYS)).isEqualTo(1);
            assertThat(other.drops).isEmpty();
            assertThat(other.sessions.size()).isZero();
            assertThat(other.reactor.sockets).isEmpty();
        }

        @Test
        void aSourceBelongsToNobodyAfterItsEnd() throws IOException {
            side.associate(1);
            side.pass(60 * SECOND);
            other.associate(1);

            assertThat(other.reactor.datagramSockets).hasSize(1);
            side.send(1, "stray");
            assertThat(side.sessions.size()).isZero();
        }
    }

    @Nested
    class Loops {
        @Test
        void aDatagramOfOurOwnIsDroppedWhicheverShardItComesTo() throws IOException {
            var other = new UdpSide(side.shared, 1);
            FakeDatagramSocket socket = side.associate(1);
            other.sendOwn(socket.localAddress(), socket.relay);
            side.sendOwn(socket.localAddress(), socket.relay);

            assertThat(other.drops).containsExactly(DropReason.UDP_LOOP);
            assertThat(side.drops).containsExactly(DropReason.UDP_LOOP);
            assertThat(other.sessions.size()).isZero();
            assertThat(side.sessions.size()).isEqualTo(1);
        }

        @Test
        void theSameAddressesMeanNothingOnceTheSocketIsClosed() throws IOException {
            FakeDatagramSocket socket = side.associate(1);
            side.pass(60 * SECOND);
            side.sendOwn(socket.localAddress(), socket.relay);

            assertThat(side.drops).isEmpty();
        }
    }

    @Nested
    class ShortOfSlabs {
        @Test
        void answersWaitForASlab() throws IOException {
            FakeDatagramSocket socket = side.associate(1);
            List<Slab> taken = new ArrayList<>();
            for (Slab slab = side.slabs.tryTake(); slab != null; slab = side.slabs.tryTake()) {
                taken.add(slab);
            }
            socket.deliver(UdpAssociationTest.datagram(UdpSide.DESTINATION, 53, "answer"));
            side.cycle();
            assertThat(side.replies).isEmpty();
            assertThat(side.sessions.hasWork()).isFalse();
            assertThat(side.sessions.nextDeadlineNanos()).isEqualTo(side.reactor.nowNanos + Shard.RETRY_NANOS);

            side.slabs.give(taken.removeLast());
            side.slabs.give(taken.removeLast());
            side.cycle();

            assertThat(side.replies).hasSize(1);
        }

        @Test
        void roomForAnswersIsGivenBackWithTheLastSession() throws IOException {
            int before = side.slabs.available();
            FakeDatagramSocket socket = side.associate(1);
            socket.deliver(UdpAssociationTest.datagram(UdpSide.DESTINATION, 53, "answer"));
            side.cycle();
            assertThat(side.slabs.available()).isLessThanOrEqualTo(before - 10);

            side.pass(60 * SECOND);
            assertThat(side.slabs.available()).as("but for the burst's own").isGreaterThanOrEqualTo(before - 1);
        }
    }

    private void refuse(int code) throws IOException {
        side.reactor.socket().connected();
        side.reactor.socket().deliver(Fixtures.METHOD_NONE);
        side.reactor.socket().deliver((byte) 5, (byte) code);
        side.cycle();
    }
}
