// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.stack.TcpState;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Close, half-close, abort and TIME-WAIT (RFC 9293 §3.6): T-CL-1 to T-CL-10, T-AC-4, T-AC-8.
class TcpCloseTest {
    private final TcpWorld world = new TcpWorld().established();

    private TcpState state() {
        return world.connection().state();
    }

    private void expectFin(int seq) {
        SentPacket fin = world.only();
        assertThat(fin.isFin()).isTrue();
        assertThat(world.relativeSeq(fin)).isEqualTo(seq);
    }

    private void expectGone() {
        assertThat(world.stack().flowCount()).isZero();
        assertThat(world.forgotten).hasSize(1);
        assertThat(world.slabsOfFlows()).isZero();
    }

    @Nested
    class TheClientFirst {
        @Test
        @Tag("T-CL-1")
        void theOtherDirectionGoesOnForAnyTime() {
            world.send(world.segment().fin());
            world.expectAck(1);
            assertThat(world.flow.isInputEnded()).isTrue();
            world.advanceMillis(3_600_000L * 24);
            world.expectNothing();
            byte[] much = TcpWorld.pattern(4000);
            world.writeAndPoll(much);
            world.expectData(0, 1460);
            world.expectData(1460, 1460);
            world.expectData(2920, 1080);
            world.send(world.ack(4000).seq(1));
            world.shutdownOutput();
            expectFin(4000);
            assertThat(state()).isEqualTo(TcpState.LAST_ACK);
            world.send(world.ack(4001).seq(1));
            assertThat(world.closes).isEqualTo(1);
            expectGone();
        }

        @Test
        @Tag("T-RX-3")
        void aRepeatedFinIsAcknowledgedAgain() {
            world.send(world.segment().fin());
            world.expectAck(1);
            world.send(world.segment().fin());
            world.expectAck(1);
        }

        @Test
        @Tag("T-CL-3")
        @Tag("T-CL-9")
        void aLostFinOfOursIsResent() {
            world.send(world.segment().fin());
            world.sent.clear();
            world.shutdownOutput();
            expectFin(0);
            world.advanceMillis(250);
            expectFin(0);
            world.send(world.ack(1).seq(1));
            expectGone();
        }

        @Test
        void whatWasNotReadStaysReadableAfterTheLastAck() {
            world.isReading = false;
            world.send(world.data(0, "unread").fin());
            world.shutdownOutput();
            world.sent.clear();
            world.send(world.ack(1).seq(7));
            assertThat(world.closes).isZero();
            assertThat(world.flow.isInputEnded()).isFalse();
            world.readAll();
            assertThat(world.readText()).isEqualTo("unread");
            assertThat(world.flow.isInputEnded()).isTrue();
            world.poll();
            assertThat(world.closes).isEqualTo(1);
            expectGone();
        }

        @Test
        @Tag("T-RX-3")
        void dataBehindTheFinIsNotTaken() {
            world.send(world.data(0, "abc").fin());
            world.sent.clear();
            world.send(world.data(4, "xyz"));
            world.expectAck(4);
            assertThat(world.readText()).isEqualTo("abc");
            assertThat(world.drops(DropReason.TCP_DATA_AFTER_CLOSE)).isEqualTo(1);
        }

        @Test
        @Tag("T-RX-3")
        void finWaitsForTheDataBeforeIt() {
            world.send(world.data(3, "def").fin());
            world.expectAck(0);
            assertThat(world.flow.isInputEnded()).isFalse();
            assertThat(state()).isEqualTo(TcpState.ESTABLISHED);
            world.send(world.data(0, "abc"));
            world.expectAck(7);
            assertThat(world.readText()).isEqualTo("abcdef");
            assertThat(world.flow.isInputEnded()).isTrue();
        }
    }

    @Nested
    class TheServerFirst {
        @Test
        @Tag("T-CL-2")
        void finComesAfterAllData() {
            world.write("last words".getBytes(StandardCharsets.US_ASCII));
            world.shutdownOutput();
            SentPacket packet = world.expectData(0, 10);
            assertThat(packet.isFin()).isTrue();
            assertThat(state()).isEqualTo(TcpState.FIN_WAIT_1);
            assertThat(world.flow.sendSpaceBytes()).isZero();
        }

        @Test
        @Tag("T-CL-2")
        void theClientGoesOnSendingForAnyTime() {
            world.shutdownOutput();
            expectFin(0);
            world.send(world.ack(1));
            assertThat(state()).isEqualTo(TcpState.FIN_WAIT_2);
            world.advanceMillis(3_600_000L * 24);
            world.send(world.data(0, "still here").ack(1));
            assertThat(world.readText()).isEqualTo("still here");
            world.expectAck(10);
            world.send(world.segment().seq(10).ack(1).fin());
            world.expectAck(11);
            assertThat(world.closes).isEqualTo(1);
            assertThat(world.slabsOfFlows()).isZero();
        }

        @Test
        @Tag("T-CL-9")
        void withoutAReaderFinWait2IsBounded() {
            world.shutdownOutput();
            world.flow.shutdownInput();
            world.poll();
            world.sent.clear();
            world.send(world.ack(1));
            world.advanceMillis(61_000);
            world.expectReset();
            assertThat(world.resets).isEqualTo(1);
            expectGone();
        }

        @Test
        @Tag("T-CL-3")
        void finWithTheAckOfOursClosesAtOnce() {
            world.shutdownOutput();
            world.sent.clear();
            world.send(world.segment().ack(1).fin());
            world.expectAck(1);
            assertThat(world.closes).isEqualTo(1);
            assertThat(world.stack().flowCount()).isEqualTo(1);
        }
    }

    @Nested
    class BothAtOnce {
        @Test
        @Tag("T-CL-3")
        void finsThatCrossLeadThroughClosing() {
            world.shutdownOutput();
            expectFin(0);
            world.send(world.segment().fin());
            world.expectAck(1);
            assertThat(state()).isEqualTo(TcpState.CLOSING);
            assertThat(world.closes).isZero();
            world.send(world.ack(1).seq(1));
            world.expectNothing();
            assertThat(world.closes).isEqualTo(1);
            assertThat(world.stack().flowCount()).isEqualTo(1);
        }
    }

    @Nested
    class Resets {
        @Test
        @Tag("T-CL-6")
        void theClientsResetEndsEverythingAtOnce() {
            world.isReading = false;
            world.send(world.data(0, "unread"));
            world.write(TcpWorld.pattern(5000));
            world.poll();
            world.sent.clear();
            world.send(world.segment().seq(6).rst());
            world.expectNothing();
            assertThat(world.resets).isEqualTo(1);
            assertThat(world.flow.readableBytes()).isZero();
            assertThat(world.flow.sendSpaceBytes()).isZero();
            expectGone();
        }

        @Test
        void callsOnAFlowThatIsGoneDoNothing() {
            world.isReading = false;
            world.send(world.data(0, "unread").fin());
            world.sent.clear();
            world.send(world.segment().seq(7).rst());
            world.flow.consume(6);
            world.flow.commit(1);
            world.flow.shutdownOutput();
            world.flow.shutdownInput();
            world.flow.abort();
            world.poll();
            world.expectNothing();
            assertThat(world.flow.isInputEnded()).isFalse();
            assertThat(world.resets).isEqualTo(1);
            expectGone();
        }

        @Test
        @Tag("T-AC-4")
        void aResetElsewhereInTheWindowIsChallenged() {
            world.send(world.segment().seq(1).rst());
            world.expectAck(0);
            assertThat(world.resets).isZero();
        }

        @Test
        @Tag("T-AC-4")
        @Tag("T-AC-8")
        void aResetOutsideTheWindowIsIgnored() {
            world.send(world.segment().seq(-1).rst());
            world.send(world.segment().seq(100_000_000).rst());
            world.expectNothing();
            assertThat(world.resets).isZero();
        }

        @Test
        @Tag("T-CL-4")
        void abortSendsResetWithTheNextNumber() {
            world.writeAndPoll(TcpWorld.pattern(100));
            world.sent.clear();
            world.flow.abort();
            assertThat(world.slabsOfFlows()).isZero();
            world.expectNothing();
            world.poll();
            assertThat(world.relativeSeq(world.expectReset())).isEqualTo(100);
            assertThat(world.resets).isZero();
            expectGone();
        }

        @Test
        @Tag("T-CL-4")
        void abortAfterTheWindowShrankStaysInsideIt() {
            world.writeAndPoll(TcpWorld.pattern(1000));
            world.sent.clear();
            world.send(world.ack(0).window(1));
            world.flow.abort();
            world.poll();
            assertThat(world.relativeSeq(world.expectReset())).isEqualTo(128);
        }

        @Test
        @Tag("T-CL-5")
        void unreadDataAtShutdownOfTheInputResets() {
            world.isReading = false;
            world.send(world.data(0, "unread"));
            world.sent.clear();
            world.flow.shutdownInput();
            world.poll();
            world.expectReset();
            assertThat(world.resets).isEqualTo(1);
            expectGone();
        }

        @Test
        @Tag("T-CL-5")
        void dataAfterShutdownOfTheInputResets() {
            world.flow.shutdownInput();
            world.poll();
            world.expectNothing();
            world.send(world.data(0, "unwanted"));
            world.expectReset();
            assertThat(world.resets).isEqualTo(1);
        }

        @Test
        void finAfterShutdownOfTheInputIsFine() {
            world.flow.shutdownInput();
            world.shutdownOutput();
            world.sent.clear();
            world.send(world.segment().ack(1).fin());
            world.expectAck(1);
            assertThat(world.closes).isEqualTo(1);
        }

        @Test
        void aNewSynRightBehindAResetOpensANewFlow() {
            world.send(world.segment().rst(), world.syn());
            assertThat(world.requests).isEqualTo(2);
            assertThat(world.forgotten).hasSize(1);
        }

        @Test
        void abortAllTellsEveryHandler() {
            world.stack().abortAll(world.now);
            world.expectReset();
            assertThat(world.resets).isEqualTo(1);
            expectGone();
        }
    }

    @Nested
    class InTimeWait {
        private void closedByUs() {
            world.shutdownOutput();
            world.send(world.segment().ack(1).fin());
            world.sent.clear();
            assertThat(world.stack().flowCount()).isEqualTo(1);
        }

        @Test
        @Tag("T-CL-7")
        void itLastsSixtySecondsAndHoldsNoBuffer() {
            closedByUs();
            assertThat(world.slabsOfFlows()).isZero();
            world.advanceMillis(59_900);
            assertThat(world.stack().flowCount()).isEqualTo(1);
            world.advanceMillis(200);
            expectGone();
            assertThat(world.stack().nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
        }

        @Test
        @Tag("T-CL-7")
        void aRepeatedFinIsAcknowledgedAndRestartsIt() {
            closedByUs();
            world.advanceMillis(50_000);
            world.send(world.segment().ack(1).fin());
            world.expectAck(1);
            world.advanceMillis(50_000);
            assertThat(world.stack().flowCount()).isEqualTo(1);
            world.advanceMillis(11_000);
            expectGone();
        }

        @Test
        @Tag("T-CL-7")
        void resetDoesNotEndIt() {
            closedByUs();
            world.send(world.segment().seq(1).rst());
            world.expectNothing();
            assertThat(world.stack().flowCount()).isEqualTo(1);
        }

        @Test
        @Tag("T-CL-8")
        @Tag("T-IS-2")
        void aSynWithAHigherNumberOpensANewFlow() {
            closedByUs();
            world.clientIsn += 1000;
            world.send(world.syn());
            assertThat(world.requests).isEqualTo(2);
            assertThat(world.forgotten).hasSize(1);
            int oldIsn = world.serverIsn;
            world.accept();
            assertThat(world.only().isSyn()).isTrue();
            assertThat(world.serverIsn - oldIsn).isPositive();
        }

        @Test
        @Tag("T-CL-8")
        void aSynWithALowerNumberIsAcknowledgedOnly() {
            closedByUs();
            world.clientIsn -= 1000;
            world.send(world.syn());
            assertThat(world.requests).isEqualTo(1);
            assertThat(world.only().flags()).isEqualTo(SentPacket.ACK);
        }

        @Test
        void aFloodOfSynsIsAnsweredTenTimesASecond() {
            closedByUs();
            world.clientIsn -= 1000;
            for (int i = 0; i < 100; i++) {
                world.send(world.syn());
            }
            assertThat(world.sent).hasSize(10);
            world.advanceMillis(1_000);
            world.sent.clear();
            world.send(world.syn());
            assertThat(world.sent).hasSize(1);
        }

        @Test
        void plainAcksGetNoAnswer() {
            closedByUs();
            world.send(world.ack(1).seq(1));
            world.send(world.ack(1).seq(5));
            world.expectNothing();
        }
    }

    @Nested
    class InTimeWaitWithTimestamps {
        private final TcpWorld timed = new TcpWorld().withTimestamps().established();

        @Test
        @Tag("T-CL-8")
        void aSynWithALowerNumberAndANewerTimestampOpensANewFlow() {
            timed.shutdownOutput();
            timed.send(timed.segment().ack(1).fin());
            timed.sent.clear();
            timed.clientIsn -= 1000;
            timed.clientTs += 1;
            timed.send(timed.syn());
            assertThat(timed.requests).isEqualTo(2);
        }

        @Test
        @Tag("T-CL-8")
        void anOldDuplicateOfTheSynDoesNot() {
            timed.shutdownOutput();
            timed.send(timed.segment().ack(1).fin());
            timed.sent.clear();
            timed.clientTs -= 1;
            timed.send(timed.syn());
            assertThat(timed.requests).isEqualTo(1);
        }
    }
}
