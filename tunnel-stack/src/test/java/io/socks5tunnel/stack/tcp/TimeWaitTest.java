// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.DropReason;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What a connection that we closed first still answers (RFC 9293 §3.6.1, RFC 1337, RFC 6191): T-CL-7, T-CL-8. The
/// client has sent 3 bytes and FIN, so the next number is 4; the server 5 and FIN.
class TimeWaitTest {
    private static final int NEXT = 4;
    private static final int ACKNOWLEDGED = 6;

    private static TcpWorld quiet(TcpWorld world) {
        world.established();
        world.send(world.data(0, "abc"));
        world.write(TcpWorld.pattern(5));
        world.shutdownOutput();
        world.clientTs += 10;
        world.send(world.segment().seq(3).ack(ACKNOWLEDGED).fin());
        world.sent.clear();
        assertThat(world.stack().inspect().timeWaits()).hasSize(1);
        return world;
    }

    private static void expectQuiet(TcpWorld world) {
        assertThat(world.stack().inspect().timeWaits()).hasSize(1);
        assertThat(world.requests).isOne();
    }

    /// A SYN with this number, relative as all others.
    private static ClientSegment syn(TcpWorld world, int seq) {
        return world.syn().seq(seq);
    }

    @Nested
    @Tag("T-CL-8")
    class ASynWithoutTimestamps {
        private final TcpWorld world = quiet(new TcpWorld());

        @Test
        void rightAboveTheLastNumberOpens() {
            world.send(syn(world, NEXT + 1));
            assertThat(world.requests).isEqualTo(2);
            assertThat(world.stack().inspect().timeWaits()).isEmpty();
            assertThat(world.forgotten).hasSize(1);
        }

        @Test
        void atTheNextNumberDoesNot() {
            world.send(syn(world, NEXT));
            world.expectAck(NEXT);
            expectQuiet(world);
        }

        @Test
        void withAckDoesNot() {
            world.send(syn(world, NEXT + 100).flags(SentPacket.SYN | SentPacket.ACK));
            world.expectAck(NEXT);
            expectQuiet(world);
        }

        @Test
        void withFinDoesNot() {
            world.send(syn(world, NEXT + 100).flags(SentPacket.SYN | SentPacket.FIN));
            world.expectAck(NEXT);
            expectQuiet(world);
        }
    }

    @Nested
    @Tag("T-CL-8")
    class ASynWithTimestamps {
        private final TcpWorld world = quiet(new TcpWorld().withTimestamps());

        @Test
        void thatIsNewerOpensAtAnyNumber() {
            world.send(syn(world, -5_000).tsVal(world.clientTs + 1));
            assertThat(world.requests).isEqualTo(2);
        }

        @Test
        void thatIsTheSameOpensAtAHigherNumber() {
            world.send(syn(world, NEXT + 1));
            assertThat(world.requests).isEqualTo(2);
        }

        @Test
        void thatIsTheSameDoesNotOpenAtTheNextNumber() {
            world.send(syn(world, NEXT));
            world.expectAck(NEXT);
            expectQuiet(world);
        }

        @Test
        void thatIsOlderDoesNotOpenAtAHigherNumber() {
            world.send(syn(world, NEXT + 100).tsVal(world.clientTs - 1));
            world.expectAck(NEXT);
            expectQuiet(world);
        }

        @Test
        void thatItLacksOpensAtAHigherNumberOnly() {
            world.send(syn(world, NEXT).withoutTimestamp());
            expectQuiet(world);
            world.send(syn(world, NEXT + 1).withoutTimestamp());
            assertThat(world.requests).isEqualTo(2);
        }
    }

    @Nested
    @Tag("T-CL-7")
    class AnAnswer {
        @Test
        void carriesTheLastNumbersTheWindowAndTheTimestamps() {
            TcpWorld world = quiet(new TcpWorld().withTimestamps());
            world.now += 5L * TcpWorld.MILLI;
            world.send(world.segment().seq(3).ack(ACKNOWLEDGED).fin());
            SentPacket answer = world.expectAck(NEXT);
            assertThat(world.relativeSeq(answer)).isEqualTo(ACKNOWLEDGED);
            assertThat(answer.window()).isPositive();
            assertThat(answer.tsEcr()).isEqualTo(world.clientTs);
            int before = answer.tsVal();
            world.now += 7L * TcpWorld.MILLI;
            world.send(world.segment().seq(3).ack(ACKNOWLEDGED).fin());
            assertThat(world.expectAck(NEXT).tsVal()).isEqualTo(before + 7);
        }

        @Test
        void hasNoTimestampsWhereNoneWereAgreed() {
            TcpWorld world = quiet(new TcpWorld());
            world.send(world.segment().seq(3).ack(ACKNOWLEDGED).fin());
            assertThat(world.expectAck(NEXT).hasTimestamps()).isFalse();
        }

        @Test
        void comesToEveryRepeatedFin() {
            TcpWorld world = quiet(new TcpWorld());
            for (int i = 0; i < 50; i++) {
                world.send(world.segment().seq(3).ack(ACKNOWLEDGED).fin());
                world.expectAck(NEXT);
            }
        }

        @Test
        void comesToAllDataButToTenKeepAlivesASecond() {
            TcpWorld world = quiet(new TcpWorld());
            for (int i = 0; i < 50; i++) {
                world.send(world.data(0, "abc").ack(ACKNOWLEDGED));
                world.expectAck(NEXT);
            }
            for (int i = 0; i < 50; i++) {
                world.send(world.ack(ACKNOWLEDGED).seq(NEXT - 1));
            }
            assertThat(world.sent).hasSize(10);
        }

        @Test
        void comesToAllOldDataButToTenOldEmptySegmentsASecond() {
            TcpWorld world = quiet(new TcpWorld().withTimestamps());
            int old = world.clientTs - 1;
            for (int i = 0; i < 50; i++) {
                world.send(world.data(0, "abc").ack(ACKNOWLEDGED).tsVal(old));
                world.expectAck(NEXT);
            }
            for (int i = 0; i < 50; i++) {
                world.send(world.ack(ACKNOWLEDGED).seq(NEXT).tsVal(old));
            }
            assertThat(world.sent).hasSize(10);
        }

        @Test
        void isNotGivenToAnAcknowledgementThatSaysNothing() {
            TcpWorld world = quiet(new TcpWorld());
            world.send(world.ack(ACKNOWLEDGED).seq(NEXT));
            world.expectNothing();
            assertThat(world.drops(DropReason.TCP_OUT_OF_WINDOW)).isZero();
        }
    }

    @Nested
    @Tag("T-CL-7")
    class TheQuietTime {
        @Test
        void doesNotBeginAnewWithAnOldFin() {
            TcpWorld world = quiet(new TcpWorld().withTimestamps());
            world.advanceMillis(50_000);
            world.send(world.segment().seq(3).ack(ACKNOWLEDGED).fin().tsVal(world.clientTs - 1));
            world.expectAck(NEXT);
            world.advanceMillis(10_100);
            assertThat(world.stack().flowCount()).isZero();
        }

        @Test
        void doesNotBeginAnewWithData() {
            TcpWorld world = quiet(new TcpWorld());
            world.advanceMillis(50_000);
            world.send(world.data(0, "abc").ack(ACKNOWLEDGED));
            world.advanceMillis(10_100);
            assertThat(world.stack().flowCount()).isZero();
            assertThat(world.forgotten).hasSize(1);
        }

        @Test
        void endsWhenAllIsAborted() {
            TcpWorld world = quiet(new TcpWorld());
            world.stack().abortAll(world.now);
            assertThat(world.stack().flowCount()).isZero();
            assertThat(world.forgotten).hasSize(1);
            assertThat(world.stack().nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
            world.expectNothing();
        }
    }
}
