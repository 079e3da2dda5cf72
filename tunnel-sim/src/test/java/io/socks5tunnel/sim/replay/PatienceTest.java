// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.socks5tunnel.sim.PacketBuilder;
import io.socks5tunnel.sim.ParsedPacket;
import io.socks5tunnel.sim.TcpSegmentBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PatienceTest {
    private static final InetSocketAddress CLIENT = new InetSocketAddress(InetAddress.ofLiteral("198.18.0.1"), 40_000);
    private static final InetSocketAddress SERVER = new InetSocketAddress(InetAddress.ofLiteral("198.19.0.1"), 80);
    private static final int WINDOW_BYTES = 1_000;
    private static final long MILLI = 1_000_000;

    private final FlowStage stage = mock();
    private final StackSide stack = new StackSide();
    private final Patience patience = new Patience(stage, stack);
    private final ReplayPacket within = packet(1, WINDOW_BYTES);
    private final ReplayPacket beyond = packet(1, WINDOW_BYTES + 1);

    private static ReplayPacket packet(int seq, int length) {
        byte[] bytes =
                segment(CLIENT, SERVER).seq(seq).payload("x".repeat(length)).build();
        return ReplayPacket.captured(1, 0, bytes, 0);
    }

    private static TcpSegmentBuilder segment(InetSocketAddress from, InetSocketAddress to) {
        return PacketBuilder.between(from, to).tcp().ack(1);
    }

    @BeforeEach
    void openWindow() {
        byte[] answer =
                segment(SERVER, CLIENT).seq(0).flags("S").window(WINDOW_BYTES).build();
        stack.onSegment(ParsedPacket.parse(answer));
    }

    /// Lets a packet wait from now, 0, until its time is over, ms.
    private long waitMillis(ReplayPacket head) {
        patience.hold(0);
        long millis = 0;
        while (!patience.isOver(head, millis * MILLI)) {
            millis++;
        }
        return millis;
    }

    @Nested
    class ForARealServer {
        @BeforeEach
        void serverIsReal() {
            when(stage.isServerReal()).thenReturn(true);
        }

        @Test
        void anAnswerIsWaitedForOnce() {
            assertThat(waitMillis(within)).isEqualTo(300);
            patience.end(within, true);
            assertThat(waitMillis(within)).isEqualTo(5);
            patience.end(within, false);
            assertThat(waitMillis(within)).isEqualTo(5);
        }

        @Test
        void roomIsWaitedForAlsoAfterAnAnswerThatDidNotCome() {
            waitMillis(within);
            patience.end(within, true);

            assertThat(waitMillis(beyond)).isEqualTo(5_000);
        }

        @Test
        void roomIsWaitedForOnce() {
            waitMillis(beyond);
            patience.end(beyond, true);

            assertThat(waitMillis(beyond)).isEqualTo(5);
        }
    }

    @Nested
    class ForTheCapturedServer {
        @Test
        void afterAWaitInVainTheNextIsShorterUntilSomethingComes() {
            assertThat(waitMillis(beyond)).isEqualTo(5_000);
            patience.end(beyond, true);
            assertThat(waitMillis(within)).isEqualTo(205);
            patience.end(within, false);
            assertThat(waitMillis(within)).isEqualTo(5_000);
        }
    }

    @Test
    void waitingBeginsOnceAndEndsByRest() {
        assertThat(patience.hold(7)).isTrue();
        assertThat(patience.hold(8)).isFalse();
        assertThat(patience.hasLasted(3, 9)).isFalse();
        assertThat(patience.hasLasted(3, 10)).isTrue();

        patience.rest();

        assertThat(patience.hasLasted(3, 10)).isFalse();
        assertThat(patience.hold(11)).isTrue();
    }
}
