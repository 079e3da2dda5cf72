// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.LimitSettings;
import io.socks5tunnel.api.TunSettings.TcpAccept;
import io.socks5tunnel.api.TunSettings.TcpRefusal;
import io.socks5tunnel.api.TunnelConfig;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.stack.Refusal;
import io.socks5tunnel.threads.ShardCounters.Count;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class TcpSessionsTest {
    private static final int CLIENT = 0x0a000001;
    private static final long SECOND = 1_000_000_000L;

    @Nested
    class Opening {
        private final Side side = new Side(Fixtures.LIMITS, TcpAccept.AFTER_CONNECT, TcpRefusal.EXACT);

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
            var other = new Side(side.shared, 1);
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
            var other = new Side(side.shared, 1);
            side.open(CLIENT, 1);

            assertThat(other.sessions.open(FakeFlow.from(CLIENT, 1))).isFalse();

            assertThat(other.sessions.open(FakeFlow.from(CLIENT, 2))).isTrue();
            assertThat(side.shared.limits().halfOpen()).isEqualTo(2);
        }
    }

    @Nested
    class WaitingForTheClientsAcknowledgement {
        private final Side side = new Side(Fixtures.limits(1, 2, 100, 1), TcpAccept.AFTER_CONNECT, TcpRefusal.EXACT);

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
            var side = new Side(Fixtures.LIMITS, TcpAccept.AFTER_CONNECT, TcpRefusal.RESET);
            FakeFlow flow = side.open(CLIENT, 1);
            side.cycle();
            side.reactor.socket().fail("down");
            side.cycle();

            assertThat(flow.refusal).isEqualTo(Refusal.RESET);
        }
    }

    @Nested
    class AcceptingAtOnce {
        private final Side side = new Side(Fixtures.LIMITS, TcpAccept.IMMEDIATE, TcpRefusal.EXACT);

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
        private final Side side = new Side(Fixtures.LIMITS, TcpAccept.AFTER_CONNECT, TcpRefusal.EXACT);

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
        private final Side side = new Side(Fixtures.LIMITS, TcpAccept.AFTER_CONNECT, TcpRefusal.EXACT);
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

    @Nested
    class Limits {
        @Test
        @Tag("T-HS-11")
        void beyondTheHalfOpenLimitSynsAreIgnored() throws IOException {
            var side = new Side(Fixtures.limits(0, 3, 100, 100), TcpAccept.AFTER_CONNECT, TcpRefusal.EXACT);
            for (int port = 1; port <= 3; port++) {
                assertThat(side.sessions.open(FakeFlow.from(CLIENT + port, port)))
                        .isTrue();
            }
            assertThat(side.sessions.open(FakeFlow.from(CLIENT, 4))).isFalse();

            side.cycle();
            Fixtures.answerHandshake(side.reactor.sockets.getFirst());
            side.cycle();
            assertThat(side.sessions.open(FakeFlow.from(CLIENT, 4))).isTrue();
        }

        @Test
        @Tag("T-HS-11")
        void oneClientCannotTakeAllOfThem() {
            var side = new Side(Fixtures.limits(0, 100, 2, 100), TcpAccept.AFTER_CONNECT, TcpRefusal.EXACT);
            assertThat(side.sessions.open(FakeFlow.from(CLIENT, 1))).isTrue();
            assertThat(side.sessions.open(FakeFlow.from(CLIENT, 2))).isTrue();
            assertThat(side.sessions.open(FakeFlow.from(CLIENT, 3))).isFalse();
            assertThat(side.sessions.open(FakeFlow.from(CLIENT + 1, 3))).isTrue();
        }

        @Test
        void dialsAreLimitedToo() {
            var side = new Side(Fixtures.limits(0, 100, 100, 1), TcpAccept.AFTER_CONNECT, TcpRefusal.EXACT);
            assertThat(side.sessions.open(FakeFlow.from(CLIENT, 1))).isTrue();
            assertThat(side.sessions.open(FakeFlow.from(CLIENT, 2))).isFalse();
        }
    }

    @Nested
    class MaxSessionCount {
        private final Side first =
                new Side(Fixtures.limits(3, 100, 100, 100), TcpAccept.AFTER_CONNECT, TcpRefusal.EXACT);
        private final Side second = new Side(first.shared, 1);

        @Test
        void exactlySoManyLiveAndTheLongestIdleEndsFirst() throws IOException {
            List<FakeFlow> flows = new ArrayList<>();
            for (int port = 1; port <= 10; port++) {
                flows.add(first.establish(CLIENT, port));
                first.reactor.nowNanos += SECOND;
                assertThat(first.sessions.establishedCount()).isEqualTo(Math.min(port, 3));
            }
            assertThat(flows.subList(0, 7)).allMatch(flow -> flow.isAborted);
            assertThat(flows.subList(7, 10)).noneMatch(flow -> flow.isAborted);
            assertThat(first.shared.permits().live()).isEqualTo(3);
        }

        @Test
        void activitySaves() throws IOException {
            FakeFlow oldest = first.establish(CLIENT, 1);
            first.reactor.nowNanos += SECOND;
            FakeFlow idle = first.establish(CLIENT, 2);
            first.reactor.nowNanos += SECOND;
            first.establish(CLIENT, 3);
            first.reactor.nowNanos += SECOND;
            oldest.clientSends((byte) 1);
            first.cycle();

            first.establish(CLIENT, 4);

            assertThat(oldest.isAborted).isFalse();
            assertThat(idle.isAborted).isTrue();
        }

        @Test
        void theVictimMayBeOfAnotherShard() throws IOException {
            FakeFlow oldest = first.establish(CLIENT, 1);
            second.reactor.nowNanos += SECOND;
            for (int port = 2; port <= 4; port++) {
                second.establish(CLIENT, port);
            }
            assertThat(second.sessions.establishedCount()).isEqualTo(3);
            assertThat(first.mailbox.pollCommand()).isEqualTo(ShardCommand.EVICT);

            first.sessions.evictions().settle();

            assertThat(oldest.isAborted).isTrue();
            assertThat(first.shared.permits().live()).isEqualTo(3);
        }

        @Test
        void anEvictionThatIsNoLongerNeededEndsNobody() throws IOException {
            FakeFlow oldest = first.establish(CLIENT, 1);
            second.reactor.nowNanos += SECOND;
            List<FakeFlow> others = new ArrayList<>();
            for (int port = 2; port <= 4; port++) {
                others.add(second.establish(CLIENT, port));
            }
            others.getFirst().handler.onReset();
            second.cycle();

            first.sessions.evictions().settle();

            assertThat(oldest.isAborted).isFalse();
            assertThat(first.shared.permits().live()).isEqualTo(3);
        }

        @Test
        void theNewestGoesItselfIfAllOthersWereActiveLater() throws IOException {
            first.reactor.nowNanos += 10 * SECOND;
            first.cycle();
            first.sessions.tick(first.reactor.nowNanos);
            for (int port = 1; port <= 3; port++) {
                first.establish(CLIENT, port);
            }
            first.cycle();

            FakeFlow late = second.establish(CLIENT, 4);

            assertThat(late.isAborted).isTrue();
            assertThat(second.reactor.socket().isAborted).isTrue();
            assertThat(second.sessions.establishedCount()).isZero();
            assertThat(first.shared.permits().live()).isEqualTo(3);
        }

        @Test
        @Tag("T-HS-11")
        void halfOpenFlowsPushNobodyOut() throws IOException {
            for (int port = 1; port <= 3; port++) {
                first.establish(CLIENT, port);
            }
            for (int port = 10; port < 60; port++) {
                first.open(CLIENT, port);
            }
            first.cycle();

            assertThat(first.sessions.establishedCount()).isEqualTo(3);
            assertThat(first.sessions.openingCount()).isEqualTo(50);
        }
    }

    @Test
    void endAllEndsEverySession() throws IOException {
        var side = new Side(Fixtures.LIMITS, TcpAccept.AFTER_CONNECT, TcpRefusal.EXACT);
        side.establish(CLIENT, 1);
        side.open(CLIENT, 2);
        side.cycle();

        side.sessions.endAll();

        assertThat(side.reactor.sockets).hasSize(2).allMatch(socket -> socket.isAborted);
        side.expectNothingLeft();
    }

    /// The sessions of one shard, without its stack.
    private static final class Side {
        final FakeReactor reactor = new FakeReactor(false);
        final ShardCounters counters = new ShardCounters();
        final SharedState shared;
        final ShardMailbox mailbox = new ShardMailbox(reactor::wakeup);
        final TcpSessions sessions;

        Side(LimitSettings limits, TcpAccept accept, TcpRefusal refusal) {
            this(shared(Fixtures.config(2, limits, accept, refusal)), 0);
        }

        Side(SharedState shared, int shard) {
            this.shared = shared;
            shared.register(shard, mailbox);
            var dialer = new Dialer(shared.config().socks5(), reactor, shared.ownConnections(), new Slab());
            sessions = new TcpSessions(shard, shared, dialer, counters);
            sessions.tick(reactor.nowNanos);
        }

        private static SharedState shared(TunnelConfig config) {
            return new SharedState(config, 2, 1 << 20, new FakeReactor(false));
        }

        FakeFlow open(int client, int port) {
            FakeFlow flow = FakeFlow.from(client, port);
            assertThat(sessions.open(flow)).isTrue();
            return flow;
        }

        FakeFlow establish(int client, int port) throws IOException {
            FakeFlow flow = open(client, port);
            cycle();
            Fixtures.answerHandshake(reactor.socket());
            cycle();
            assertThat(flow.isAccepted).isTrue();
            return flow;
        }

        FakeFlow connectUnconfirmed(int port) throws IOException {
            FakeFlow flow = open(CLIENT, port);
            flow.isConfirmed = false;
            cycle();
            Fixtures.answerHandshake(reactor.socket());
            cycle();
            assertThat(flow.isAccepted).isTrue();
            return flow;
        }

        /// As often as a shard that is not starved runs while it waits for a client.
        void cycleOften() throws IOException {
            for (int i = 0; i < 32; i++) {
                cycle();
            }
        }

        void cycle() throws IOException {
            reactor.await(0);
            sessions.run(reactor.nowNanos);
        }

        void expectNothingLeft() {
            assertThat(sessions.openingCount()).isZero();
            assertThat(sessions.unconfirmedCount()).isZero();
            assertThat(sessions.establishedCount()).isZero();
            assertThat(shared.limits().halfOpen()).isZero();
            assertThat(shared.limits().dials()).isZero();
            assertThat(shared.limits().clients()).isZero();
            assertThat(shared.permits().live()).isZero();
            assertThat(counters.value(Count.TCP_OPEN)).isZero();
        }
    }
}
