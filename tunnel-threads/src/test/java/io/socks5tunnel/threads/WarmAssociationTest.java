// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.LimitSettings;
import io.socks5tunnel.api.Socks5Settings.Udp;
import io.socks5tunnel.api.spi.Reactor;
import io.socks5tunnel.threads.ShardCounters.Count;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Associations that are opened before a flow needs them.
class WarmAssociationTest {
    private static final long SECOND = 1_000_000_000L;

    private final UdpSide side = side(4);

    @Test
    void theSecondFlowFindsOneReady() throws IOException {
        warmUp();
        int sockets = side.reactor.sockets.size();
        side.send(2, "query");
        side.cycle();

        assertThat(UdpAssociationTest.texts(side.reactor.datagramSockets.get(1)))
                .containsExactly("query");
        assertThat(side.counters.value(Count.UDP_OPENED)).isEqualTo(2);
        assertThat(side.reactor.sockets).as("one is opened in its place").hasSizeGreaterThan(sockets);
    }

    @Test
    void itIsReleasedAfterTenSecondsAndAnIdleShardSleeps() throws IOException {
        warmUp();
        FakeSocket control = side.reactor.socket();
        side.pass(10 * SECOND - 1);
        assertThat(control.isClosed).isFalse();
        side.pass(1);
        assertThat(control.isClosed).isTrue();
        assertThat(side.reactor.datagramSockets.get(1).isClosed).isTrue();

        side.pass(60 * SECOND);
        assertThat(side.sessions.nextDeadlineNanos()).isEqualTo(Reactor.NO_DEADLINE);
        assertThat(side.reactor.sockets).hasSize(2);
        side.expectNothingLeft();
    }

    @Test
    void noneIsOpenedWhereTheyAreOff() throws IOException {
        UdpSide off = side(0);
        off.associate(1);
        off.cycle();

        assertThat(off.reactor.sockets).hasSize(1);
    }

    @Test
    void aServerThatIsAwayIsNotAskedAgainAndAgain() throws IOException {
        side.send(1, "hello");
        side.cycle();
        assertThat(side.reactor.sockets).hasSize(2);
        for (FakeSocket socket : List.copyOf(side.reactor.sockets)) {
            socket.fail("refused");
        }
        side.cycle();
        side.cycle();

        assertThat(side.reactor.sockets).hasSize(2);
        side.pass(SECOND);
        side.expectNothingLeft();
    }

    @Test
    void oneThatIsNeverAnsweredIsGivenUp() throws IOException {
        side.send(1, "hello");
        side.cycle();
        side.grant(side.reactor.sockets.getFirst(), UdpSide.RELAY);
        side.pass(10 * SECOND);

        assertThat(side.reactor.socket().isAborted).isTrue();
        assertThat(side.shared.limits().dials()).isZero();
        assertThat(side.sessions.size()).isEqualTo(1);
    }

    @Test
    void endingAllEndsThemToo() throws IOException {
        warmUp();
        side.send(2, "query");
        side.cycle();
        side.sessions.endAll();

        assertThat(side.reactor.sockets).allMatch(socket -> socket.isClosed);
        assertThat(side.reactor.datagramSockets).allMatch(socket -> socket.isClosed);
        side.expectNothingLeft();
    }

    /// The server ends a warm association at every moment at which it can. The client gets its answer each time.
    @Nested
    class ClosedByTheServer {
        @ParameterizedTest
        @EnumSource
        void theClientNoticesNothing(Moment moment) throws IOException {
            warmUp();
            FakeSocket control = side.reactor.socket();
            if (moment == Moment.LONG_BEFORE) {
                control.endInput();
                side.cycle();
            }
            if (moment == Moment.JUST_BEFORE) {
                control.endInput();
                control.tell();
            }
            if (moment == Moment.IN_THE_SAME_CYCLE) {
                control.endInput();
            }
            side.send(2, "query");
            if (moment == Moment.BEFORE_IT_IS_SENT) {
                control.endInput();
                control.tell();
            }
            if (moment == Moment.RESET_BEFORE_IT_IS_SENT) {
                control.fail("reset");
            }
            side.cycle();
            if (moment == Moment.AFTER_THE_FIRST_DATAGRAM) {
                control.endInput();
                side.cycle();
            }
            side.send(2, "more");
            side.cycle();
            if (moment == Moment.AFTER_THE_SECOND_DATAGRAM) {
                control.endInput();
                side.cycle();
            }
            grantAll();

            FakeDatagramSocket last = socketWith("query", "more");
            last.deliver(UdpAssociationTest.datagram(UdpSide.DESTINATION, 53, "answer"));
            side.cycle();
            assertThat(side.replies).extracting(UdpSide.Reply::text).containsExactly("answer");
            assertThat(side.refusals).isEmpty();
            assertThat(side.counters.value(Count.UDP_REFUSED)).isZero();
            assertThat(side.counters.value(Count.UDP_OPEN)).isEqualTo(2);
            assertThat(side.counters.value(Count.UDP_OPENED)).isEqualTo(2);
            assertThat(side.shared.permits().live()).isEqualTo(2);
            assertThat(side.shared.copyBudget().usedBytes()).isZero();
        }

        @Test
        void afterTheFirstAnswerItIsTheFlowsEnd() throws IOException {
            warmUp();
            FakeSocket control = side.reactor.socket();
            side.send(2, "query");
            side.cycle();
            side.reactor.datagramSockets.get(1).deliver(UdpAssociationTest.datagram(UdpSide.DESTINATION, 53, "answer"));
            side.cycle();
            assertThat(side.shared.copyBudget().usedBytes()).isZero();
            control.endInput();
            side.cycle();

            assertThat(side.counters.value(Count.UDP_OPEN)).isEqualTo(1);
            assertThat(side.sessions.size()).isEqualTo(1);
        }

        @Test
        void itIsReplacedOnceOnly() throws IOException {
            warmUp();
            FakeSocket control = side.reactor.socket();
            side.send(2, "query");
            side.cycle();
            int before = side.reactor.sockets.size();
            control.endInput();
            side.cycle();
            FakeSocket fresh = side.reactor.sockets.get(before);
            side.grant(fresh, UdpSide.RELAY);
            fresh.endInput();
            side.cycle();

            assertThat(side.counters.value(Count.UDP_OPEN)).isEqualTo(1);
            assertThat(side.sessions.size()).isEqualTo(1);
        }

        @Test
        void aRefusalOfTheReplacementIsTold() throws IOException {
            warmUp();
            FakeSocket control = side.reactor.socket();
            side.send(2, "query");
            side.cycle();
            int before = side.reactor.sockets.size();
            control.endInput();
            side.cycle();
            FakeSocket fresh = side.reactor.sockets.get(before);
            fresh.connected();
            fresh.deliver(Fixtures.METHOD_NONE);
            fresh.deliver((byte) 5, (byte) 7);
            side.cycle();
            side.send(2, "more");

            assertThat(side.counters.value(Count.UDP_REFUSED)).isEqualTo(1);
            assertThat(side.refusals).hasSize(2);
            assertThat(side.shared.copyBudget().usedBytes()).isZero();
        }

        @Test
        void aFlowThatNobodyAnswersStopsKeepingCopies() throws IOException {
            warmUp();
            FakeSocket control = side.reactor.socket();
            for (int i = 0; i < 100; i++) {
                side.send(2, "number " + i);
                side.cycle();
            }
            assertThat(side.reactor.datagramSockets.get(1).sent).hasSize(100);
            assertThat(side.shared.copyBudget().usedBytes()).isZero();
            control.endInput();
            side.cycle();

            assertThat(side.sessions.size()).as("it ended like any other").isEqualTo(1);
        }

        private FakeDatagramSocket socketWith(String... texts) {
            return side.reactor.datagramSockets.stream()
                    .filter(socket -> !socket.isClosed)
                    .filter(socket -> UdpAssociationTest.texts(socket).equals(List.of(texts)))
                    .findFirst()
                    .orElseThrow();
        }
    }

    enum Moment {
        NEVER,
        LONG_BEFORE,
        JUST_BEFORE,
        IN_THE_SAME_CYCLE,
        BEFORE_IT_IS_SENT,
        RESET_BEFORE_IT_IS_SENT,
        AFTER_THE_FIRST_DATAGRAM,
        AFTER_THE_SECOND_DATAGRAM
    }

    @Nested
    class InAStream {
        private final UdpSide stream = new UdpSide(
                UdpSide.shared(
                        UdpSide.server("192.0.2.1", Optional.of(Udp.TCP), Optional.empty()), LimitSettings.DEFAULT, 4),
                0);

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void aStreamThatTheServerEndsIsReplacedToo(boolean isReset) throws IOException {
            stream.send(1, "hello");
            stream.cycle();
            stream.grant(stream.reactor.sockets.get(0), UdpSide.RELAY);
            stream.grant(stream.reactor.sockets.get(1), UdpSide.RELAY);
            FakeSocket warm = stream.reactor.sockets.get(1);
            stream.send(2, "query");
            stream.cycle();
            assertThat(UdpSide.frames(warm)).hasSize(1);
            int before = stream.reactor.sockets.size();
            if (isReset) {
                warm.fail("reset");
            } else {
                warm.endInput();
            }
            stream.cycle();
            FakeSocket fresh = stream.reactor.sockets.get(before);
            stream.grant(fresh, UdpSide.RELAY);
            fresh.deliver(UdpStreamTest.frame(UdpSide.DESTINATION, 53, "answer"));
            stream.cycle();

            assertThat(UdpSide.frames(fresh)).hasSize(1);
            assertThat(stream.replies).extracting(UdpSide.Reply::text).containsExactly("answer");
        }

        @Test
        void aStreamThatSpeaksUnaskedIsNotUsed() throws IOException {
            stream.send(1, "hello");
            stream.cycle();
            stream.grant(stream.reactor.sockets.get(0), UdpSide.RELAY);
            FakeSocket warm = stream.reactor.sockets.get(1);
            stream.grant(warm, UdpSide.RELAY);
            warm.deliver((byte) 1);
            stream.cycle();

            assertThat(warm.isClosed).isTrue();
            assertThat(stream.sessions.warmCount()).isZero();
        }
    }

    /// One flow has an association, and a second association waits.
    private void warmUp() throws IOException {
        side.send(1, "hello");
        side.cycle();
        assertThat(side.reactor.sockets).hasSize(2);
        side.grant(side.reactor.sockets.get(0), UdpSide.RELAY);
        side.grant(side.reactor.sockets.get(1), UdpSide.RELAY);
        assertThat(side.sessions.warmCount()).isEqualTo(1);
        assertThat(UdpAssociationTest.texts(side.reactor.datagramSockets.get(0)))
                .containsExactly("hello");
    }

    private void grantAll() throws IOException {
        for (int i = 2; i < side.reactor.sockets.size(); i++) {
            FakeSocket socket = side.reactor.sockets.get(i);
            if (!socket.isClosed) {
                side.grant(socket, UdpSide.RELAY);
            }
        }
    }

    private static UdpSide side(int warm) {
        return new UdpSide(Optional.of(Udp.UDP), Optional.empty(), LimitSettings.DEFAULT, warm);
    }
}
