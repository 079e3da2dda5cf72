// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.TunSettings.TcpAccept;
import io.socks5tunnel.api.TunSettings.TcpRefusal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// How many TCP sessions there may be, and who makes room.
class TcpSessionLimitsTest {
    private static final int CLIENT = TcpSide.CLIENT;
    private static final long SECOND = 1_000_000_000L;

    @Nested
    class Limits {
        @Test
        @Tag("T-HS-11")
        void beyondTheHalfOpenLimitSynsAreIgnored() throws IOException {
            var side = new TcpSide(Fixtures.limits(0, 3, 100, 100), TcpAccept.AFTER_CONNECT, TcpRefusal.EXACT);
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
            var side = new TcpSide(Fixtures.limits(0, 100, 2, 100), TcpAccept.AFTER_CONNECT, TcpRefusal.EXACT);
            assertThat(side.sessions.open(FakeFlow.from(CLIENT, 1))).isTrue();
            assertThat(side.sessions.open(FakeFlow.from(CLIENT, 2))).isTrue();
            assertThat(side.sessions.open(FakeFlow.from(CLIENT, 3))).isFalse();
            assertThat(side.sessions.open(FakeFlow.from(CLIENT + 1, 3))).isTrue();
        }

        @Test
        void dialsAreLimitedToo() {
            var side = new TcpSide(Fixtures.limits(0, 100, 100, 1), TcpAccept.AFTER_CONNECT, TcpRefusal.EXACT);
            assertThat(side.sessions.open(FakeFlow.from(CLIENT, 1))).isTrue();
            assertThat(side.sessions.open(FakeFlow.from(CLIENT, 2))).isFalse();
        }
    }

    @Nested
    class MaxSessionCount {
        private final TcpSide first =
                new TcpSide(Fixtures.limits(3, 100, 100, 100), TcpAccept.AFTER_CONNECT, TcpRefusal.EXACT);
        private final TcpSide second = new TcpSide(first.shared, 1);

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
}
