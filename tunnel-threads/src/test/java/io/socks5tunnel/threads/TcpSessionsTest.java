// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.TunSettings.TcpAccept;
import io.socks5tunnel.api.TunSettings.TcpRefusal;
import io.socks5tunnel.stack.Refusal;
import io.socks5tunnel.threads.ShardCounters.Count;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class TcpSessionsTest {
    private static final int CLIENT = TcpSide.CLIENT;
    private static final long SECOND = 1_000_000_000L;

    @Nested
    class Opening {
        private final TcpSide side = new TcpSide(Fixtures.LIMITS, TcpAccept.AFTER_CONNECT, TcpRefusal.EXACT);

        @Test
        void holdsTheSynUntilTheServerHasConnected() throws IOException {
            FakeFlow flow = side.open(CLIENT, 1);
            side.cycle();
            assertThat(flow.isAccepted).isFalse();

            Fixtures.answerHandshake(side.reactor.socket());
            side.cycle();

            assertThat(flow.isAccepted).isTrue();
            assertThat(side.counters.value(Count.TCP_OPENED)).isEqualTo(1);
            assertThat(side.shared.limits().halfOpen()).isZero();
        }

        @Test
        void passesTheServersRefusalOn() throws IOException {
            FakeFlow flow = side.open(CLIENT, 1);
            side.cycle();
            side.reactor.socket().connected();
            side.reactor.socket().deliver(Fixtures.METHOD_NONE);
            side.reactor.socket().deliver((byte) 5, (byte) 3);
            side.cycle();

            assertThat(flow.refusal).isEqualTo(Refusal.NETWORK_UNREACHABLE);
            assertThat(side.counters.value(Count.TCP_REFUSED)).isEqualTo(1);
            assertThat(side.reactor.socket().isClosed).isTrue();
            side.expectNothingLeft();
        }

        @Test
        void endsWithTheConnectTimeoutWhateverItWaitsFor() throws IOException {
            FakeFlow silent = side.open(CLIENT, 1);
            FakeFlow halfWay = side.open(CLIENT, 2);
            side.cycle();
            side.reactor.socket().connected();
            side.cycle();
            assertThat(side.sessions.nextDeadlineNanos()).isEqualTo(side.reactor.nowNanos + 10 * SECOND);

            side.reactor.nowNanos += 10 * SECOND - 1;
            side.cycle();
            assertThat(silent.refusal).isNull();

            side.reactor.nowNanos += 1;
            side.cycle();
            assertThat(List.of(silent.refusal, halfWay.refusal)).containsOnly(Refusal.HOST_UNREACHABLE);
            assertThat(side.reactor.sockets).allMatch(socket -> socket.isAborted);
            side.expectNothingLeft();
        }

        @Test
        @Tag("T-HS-8")
        void aClientThatGivesUpEndsTheDial() throws IOException {
            FakeFlow flow = side.open(CLIENT, 1);
            side.cycle();

            flow.handler.onReset();
            side.cycle();

            assertThat(side.reactor.socket().isAborted).isTrue();
            assertThat(flow.refusal).isNull();
            assertThat(flow.isAccepted).isFalse();
            side.expectNothingLeft();
        }

        @Test
        void aClientThatGivesUpAtTheLastMomentIsNotRefusedAsWell() throws IOException {
            FakeFlow flow = side.open(CLIENT, 1);
            side.cycle();

            side.reactor.nowNanos += 10 * SECOND;
            flow.handler.onReset();
            side.cycle();

            assertThat(flow.refusal).isNull();
            assertThat(side.reactor.socket().isAborted).isTrue();
            side.expectNothingLeft();
        }

        @Test
        void aConnectionOfTheTunnelItselfIsRefusedWhicheverShardItComesTo() throws IOException {
            var other = new TcpSide(side.shared, 1);
            side.open(CLIENT, 1);
            side.cycle();
            FakeSocket upstream = side.reactor.socket();

            FakeFlow loop = FakeFlow.of(upstream.localAddress(), upstream.address);

            assertThat(other.sessions.open(loop)).isTrue();
            assertThat(loop.refusal).isEqualTo(Refusal.RESET);
            assertThat(other.reactor.sockets).isEmpty();

            Fixtures.answerHandshake(upstream);
            side.cycle();
            FakeFlow later = FakeFlow.of(upstream.localAddress(), upstream.address);
            assertThat(side.sessions.open(later)).isTrue();
            assertThat(later.refusal).isNull();
        }

        @Test
        @Tag("T-HS-3")
        void aSynAtTwoShardsStartsOneDial() throws IOException {
            var other = new TcpSide(side.shared, 1);
            side.open(CLIENT, 1);

            assertThat(other.sessions.open(FakeFlow.from(CLIENT, 1))).isFalse();

            assertThat(other.sessions.open(FakeFlow.from(CLIENT, 2))).isTrue();
            assertThat(side.shared.limits().halfOpen()).isEqualTo(2);
        }
    }

    @Nested
    class WaitingForTheClientsAcknowledgement {
        private final TcpSide side =
                new TcpSide(Fixtures.limits(1, 2, 100, 1), TcpAccept.AFTER_CONNECT, TcpRefusal.EXACT);

        @Test
        void staysHalfOpenWithoutADial() throws IOException {
            side.connectUnconfirmed(1);

            assertThat(side.sessions.unconfirmedCount()).isEqualTo(1);
            assertThat(side.shared.limits().halfOpen()).isEqualTo(1);
            assertThat(side.shared.limits().dials()).isZero();
            assertThat(side.counters.value(Count.TCP_OPENED)).isZero();
            assertThat(side.shared.permits().live()).isZero();
        }

        @Test
        void readsNothingFromTheServerForAClientThatMayNotExist() throws IOException {
            FakeFlow flow = side.connectUnconfirmed(1);
            side.reactor.socket().deliver(Fixtures.bytes("220 ready"));
            side.cycle();
            assertThat(flow.sent.size()).isZero();

            flow.clientConfirms();
            side.cycle();
            assertThat(flow.sent).hasToString("220 ready");
            assertThat(side.shared.limits().halfOpen()).isZero();
            assertThat(side.sessions.establishedCount()).isEqualTo(1);
        }

        @Test
        @Tag("T-HS-11")
        void pushesNoEstablishedSessionOut() throws IOException {
            FakeFlow established = side.establish(CLIENT, 1);
            side.connectUnconfirmed(2);
            assertThat(established.isAborted).isFalse();
        }

        @Test
        @Tag("T-HS-4")
        void endsWithTheStacksPatience() throws IOException {
            FakeFlow flow = side.connectUnconfirmed(1);
            flow.handler.onReset();
            side.cycle();

            assertThat(side.reactor.socket().isAborted).isTrue();
            side.expectNothingLeft();
        }

        @Test
        @Tag("T-HS-11")
        void theLongestWaitingMakesRoomAfterASecond() throws IOException {
            FakeFlow first = side.connectUnconfirmed(1);
            side.connectUnconfirmed(2);
            side.reactor.nowNanos += SECOND - 1;
            side.cycleOften();
            assertThat(side.sessions.open(FakeFlow.from(CLIENT, 3))).isFalse();

            side.reactor.nowNanos += 1;
            side.cycle();
            side.sessions.tick(side.reactor.nowNanos);
            assertThat(side.sessions.open(FakeFlow.from(CLIENT, 3))).isTrue();
            assertThat(first.isAborted).isTrue();
            assertThat(side.shared.limits().halfOpen()).isEqualTo(2);
        }

        @Test
        void aShardThatDidNotRunEvictsNobody() throws IOException {
            FakeFlow first = side.connectUnconfirmed(1);
            side.connectUnconfirmed(2);
            side.reactor.nowNanos += 5 * SECOND;
            side.cycle();

            assertThat(side.sessions.open(FakeFlow.from(CLIENT, 3))).isFalse();
            assertThat(first.isAborted).isFalse();
        }

        @Test
        void endAllEndsItToo() throws IOException {
            side.connectUnconfirmed(1);
            side.sessions.endAll();

            assertThat(side.reactor.socket().isAborted).isTrue();
            side.expectNothingLeft();
        }
    }

    @Nested
    class WithRefusalByReset {
        @Test
        void everyRefusalIsAReset() throws IOException {
            var side = new TcpSide(Fixtures.LIMITS, TcpAccept.AFTER_CONNECT, TcpRefusal.RESET);
            FakeFlow flow = side.open(CLIENT, 1);
            side.cycle();
            side.reactor.socket().fail("down");
            side.cycle();

            assertThat(flow.refusal).isEqualTo(Refusal.RESET);
        }
    }

    @Nested
    class AcceptingAtOnce {
        private final TcpSide side = new TcpSide(Fixtures.LIMITS, TcpAccept.IMMEDIATE, TcpRefusal.EXACT);

        @Test
        void dialsAfterTheAccept() throws IOException {
            FakeFlow flow = side.open(CLIENT, 1);
            side.cycle();
            assertThat(flow.isAccepted).isTrue();
            flow.clientSends(Fixtures.bytes("early"));
            Fixtures.answerHandshake(side.reactor.socket());
            side.cycle();

            assertThat(Fixtures.text(side.reactor.socket().written)).endsWith("early");
        }

        @Test
        void aRefusalIsAnAbort() throws IOException {
            FakeFlow flow = side.open(CLIENT, 1);
            side.cycle();
            side.reactor.socket().fail("down");
            side.cycle();

            assertThat(flow.isAborted).isTrue();
            assertThat(flow.refusal).isNull();
            side.expectNothingLeft();
        }
    }

    @Nested
    class Established {
        private final TcpSide side = new TcpSide(Fixtures.LIMITS, TcpAccept.AFTER_CONNECT, TcpRefusal.EXACT);

        @Test
        @Tag("T-KA-3")
        @Tag("T-TX-7")
        @Tag("T-CL-10")
        void endsWhenIdleWithResetsBothWays() throws IOException {
            FakeFlow flow = side.establish(CLIENT, 1);
            side.reactor.nowNanos += 300 * SECOND;
            side.cycle();

            assertThat(flow.isAborted).isTrue();
            assertThat(side.reactor.socket().isAborted).isTrue();
            side.expectNothingLeft();
        }

        @Test
        @Tag("T-CL-10")
        void anyByteOrAcknowledgementRestartsTheTimeOut() throws IOException {
            FakeFlow flow = side.establish(CLIENT, 1);
            side.reactor.nowNanos += 299 * SECOND;
            flow.clientSends((byte) 1);
            side.cycle();
            side.reactor.nowNanos += 299 * SECOND;
            side.reactor.socket().deliver((byte) 1);
            side.cycle();
            side.reactor.nowNanos += 299 * SECOND;
            flow.handler.onWritable();
            side.cycle();
            side.reactor.nowNanos += 299 * SECOND;
            side.cycle();
            assertThat(flow.isAborted).isFalse();

            side.reactor.nowNanos += SECOND;
            side.cycle();
            assertThat(flow.isAborted).isTrue();
        }

        @Test
        @Tag("T-CL-6")
        void aResetOfTheClientResetsTheServer() throws IOException {
            FakeFlow flow = side.establish(CLIENT, 1);
            flow.handler.onReset();
            side.cycle();

            assertThat(side.reactor.socket().isAborted).isTrue();
            side.expectNothingLeft();
        }

        @Test
        @Tag("T-CL-4")
        void aResetOfTheServerResetsTheClient() throws IOException {
            FakeFlow flow = side.establish(CLIENT, 1);
            side.reactor.socket().fail("reset by peer");
            side.cycle();

            assertThat(flow.isAborted).isTrue();
            side.expectNothingLeft();
        }

        @Test
        void aCloseInGoodOrderResetsNobody() throws IOException {
            FakeFlow flow = side.establish(CLIENT, 1);
            flow.clientEnds();
            side.reactor.socket().endInput();
            side.cycle();
            flow.handler.onClosed();
            side.cycle();

            assertThat(flow.isAborted).isFalse();
            assertThat(side.reactor.socket().isClosed).isTrue();
            assertThat(side.reactor.socket().isAborted).isFalse();
            side.expectNothingLeft();
        }

        @Test
        void hungerEndsWhenSlabsAreFree() throws IOException {
            FakeFlow flow = side.establish(CLIENT, 1);
            flow.hasSlabs = false;
            side.reactor.socket().deliver(Fixtures.bytes("hello"));
            side.cycle();
            assertThat(side.sessions.hasWork()).isFalse();
            assertThat(side.sessions.nextDeadlineNanos()).isEqualTo(side.reactor.nowNanos + Shard.RETRY_NANOS);

            flow.hasSlabs = true;
            side.sessions.feedHungry();
            side.cycle();
            assertThat(flow.sent).hasToString("hello");
        }
    }

    @Nested
    class Hungry {
        private final TcpSide side = new TcpSide(Fixtures.LIMITS, TcpAccept.AFTER_CONNECT, TcpRefusal.EXACT);
        private final FakeFlow flow;

        Hungry() throws IOException {
            flow = side.establish(CLIENT, 1);
            flow.hasSlabs = false;
            side.reactor.socket().deliver(Fixtures.bytes("hello"));
            side.cycle();
        }

        @Test
        void stillPassesOnWhatTheClientSends() throws IOException {
            flow.clientSends(Fixtures.bytes("more"));
            side.cycle();

            assertThat(Fixtures.text(side.reactor.socket().written)).endsWith("more");
        }

        @Test
        void stillEndsWithTheClientsReset() throws IOException {
            flow.handler.onReset();
            side.cycle();

            assertThat(side.reactor.socket().isAborted).isTrue();
            side.expectNothingLeft();
        }
    }

    @Test
    void endAllEndsEverySession() throws IOException {
        var side = new TcpSide(Fixtures.LIMITS, TcpAccept.AFTER_CONNECT, TcpRefusal.EXACT);
        side.establish(CLIENT, 1);
        side.open(CLIENT, 2);
        side.cycle();

        side.sessions.endAll();

        assertThat(side.reactor.sockets).hasSize(2).allMatch(socket -> socket.isAborted);
        side.expectNothingLeft();
    }
}
