// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.DropReason;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Whatever segment of a connection is dropped is counted once, under its reason and no other.
class TcpDropCountTest {
    private final TcpWorld world = new TcpWorld().withTimestamps().established();

    @Test
    void aSegmentBeyondTheWindow() {
        world.send(world.data(1 << 29, "late"));
        assertOnly(DropReason.TCP_OUT_OF_WINDOW);
    }

    @Test
    void anOldTimestamp() {
        world.send(world.data(0, "old").tsVal(world.clientTs - 1_000));
        assertOnly(DropReason.TCP_PAWS);
    }

    @Test
    void noAcknowledgement() {
        world.send(world.data(0, "bare").noAck());
        assertOnly(DropReason.TCP_FLAGS_INVALID);
    }

    @Test
    void aResetInsideTheWindow() {
        world.send(world.segment().seq(5).rst());
        assertOnly(DropReason.TCP_RESET_IGNORED);
    }

    @Test
    void aResetOutsideTheWindow() {
        world.send(world.segment().seq(-5).rst());
        assertOnly(DropReason.TCP_RESET_IGNORED);
    }

    @Test
    void aSynOfAnEstablishedConnection() {
        world.send(world.syn().seq(3));
        assertOnly(DropReason.TCP_SYN_UNEXPECTED);
    }

    @Test
    void anAcknowledgementOfWhatWasNotSent() {
        world.send(world.ack(1));
        assertOnly(DropReason.TCP_ACK_UNACCEPTABLE);
    }

    @Test
    void anAcknowledgementOfLongAgo() {
        world.send(world.ack(-(1 << 28)));
        assertOnly(DropReason.TCP_ACK_UNACCEPTABLE);
    }

    @Test
    void aSynThatIsRepeatedAfterItsAnswer() {
        var opening = new TcpWorld();
        opening.send(opening.syn());
        opening.accept();
        opening.send(opening.syn());
        assertOnly(opening, DropReason.TCP_SYN_REPEATED);
    }

    @Test
    void aThirdAcknowledgementOfSomethingElse() {
        var opening = new TcpWorld();
        opening.send(opening.syn());
        opening.accept();
        opening.sent.clear();
        opening.send(opening.ack(77));
        assertOnly(opening, DropReason.TCP_ACK_UNACCEPTABLE);
    }

    @Nested
    class InTimeWait {
        @BeforeEach
        void close() {
            world.shutdownOutput();
            world.sent.clear();
            world.send(world.ack(1));
            world.send(world.ack(1).fin());
            world.sent.clear();
            assertThat(world.stack().inspect().timeWaits()).hasSize(1);
        }

        @Test
        void aReset() {
            world.send(world.segment().seq(1).rst());
            assertOnly(DropReason.TCP_RESET_IGNORED);
            world.expectNothing();
            assertThat(world.stack().inspect().timeWaits()).hasSize(1);
        }

        @Test
        void dataIsAcknowledgedToo() {
            world.send(world.data(1, "more").ack(2));
            assertOnly(DropReason.TCP_DATA_AFTER_CLOSE);
            assertThat(world.expectAck(1).hasTimestamps()).isTrue();
        }

        @Test
        void dataWithAnOldTimestampIsAcknowledgedToo() {
            world.send(world.data(1, "old").ack(2).tsVal(world.clientTs - 1_000));
            assertOnly(DropReason.TCP_PAWS);
            world.expectAck(1);
        }

        @Test
        void anEmptySegmentWithAnOldTimestampIsAnsweredToo() {
            world.send(world.ack(2).seq(1).tsVal(world.clientTs - 1_000));
            assertOnly(DropReason.TCP_PAWS);
            world.expectAck(1);
        }

        @Test
        void aKeepAliveIsAnsweredToo() {
            world.send(world.ack(2).seq(0));
            assertOnly(DropReason.TCP_OUT_OF_WINDOW);
            world.expectAck(1);
        }

        @Test
        void anyOtherEmptySegmentIsNotAnswered() {
            world.send(world.ack(2).seq(7));
            assertOnly(DropReason.TCP_OUT_OF_WINDOW);
            world.expectNothing();
        }

        @Test
        void anOldSynIsChallenged() {
            world.send(world.syn().seq(-1).tsVal(world.clientTs - 1));
            assertOnly(DropReason.TCP_SYN_UNEXPECTED);
            world.expectAck(1);
        }
    }

    @Nested
    class WithoutMemory {
        private static final int MSS = 1400;

        /// What lies in the burst's slab has to be copied to be kept, and no slab is left for that.
        @Test
        void dataOutOfOrderThatCannotBeKept() {
            world.isReading = false;
            world.pool.limit(world.pool.outCount());
            world.send(world.segment().seq(MSS).payload(TcpWorld.pattern(MSS, MSS)));
            assertOnly(DropReason.BUFFERS_EXHAUSTED);
            world.sent.clear();
            world.pool.limit(Integer.MAX_VALUE);
            world.isReading = true;
            world.send(world.segment().seq(MSS).payload(TcpWorld.pattern(MSS, MSS)));
            world.send(world.segment().seq(0).payload(TcpWorld.pattern(0, MSS)));
            assertThat(world.read.toByteArray()).isEqualTo(TcpWorld.pattern(2 * MSS));
            assertThat(world.slabsOfFlows()).isZero();
        }
    }

    private void assertOnly(DropReason reason) {
        assertOnly(world, reason);
    }

    private static void assertOnly(TcpWorld world, DropReason expected) {
        for (DropReason reason : DropReason.values()) {
            assertThat(world.drops(reason)).as(reason.name()).isEqualTo(reason == expected ? 1 : 0);
        }
    }
}
