// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.stack.Refusal;
import io.socks5tunnel.stack.TcpState;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// RFC 9293 §3.5 and §3.10.7.1 to §3.10.7.4 from the passive side: T-HS-1 to T-HS-13, T-AC-11, T-HD-8, T-HD-10.
class TcpHandshakeTest {
    private final TcpWorld world = new TcpWorld();

    @Nested
    class WithoutAFlow {
        @Test
        @Tag("T-HS-2")
        @Tag("T-HS-1")
        void ackIsAnsweredWithResetAtItsAckNumber() {
            world.serverIsn = 500;
            world.send(world.ack(7).seq(3));
            SentPacket reset = world.expectReset();
            assertThat(reset.flags()).isEqualTo(SentPacket.RST);
            assertThat(world.relativeSeq(reset)).isEqualTo(7);
        }

        @Test
        @Tag("T-HS-2")
        @Tag("T-AC-11")
        void dataWithoutAckIsAnsweredWithResetThatAcknowledgesIt() {
            world.send(world.data(0, "abc").noAck().flags(SentPacket.FIN));
            SentPacket reset = world.expectReset();
            assertThat(reset.flags()).isEqualTo(SentPacket.RST | SentPacket.ACK);
            assertThat(reset.seq()).isZero();
            assertThat(world.relativeAck(reset)).isEqualTo(4);
        }

        @Test
        @Tag("T-HS-1")
        @Tag("T-HS-2")
        @Tag("T-AC-8")
        void resetIsNeverAnswered() {
            world.send(world.segment().rst());
            world.send(world.segment().rst().noAck());
            world.expectNothing();
            assertThat(world.drops(DropReason.TCP_RESET_IGNORED)).isEqualTo(2);
        }

        @Test
        @Tag("T-AC-11")
        void synWithFinOpensNothing() {
            world.send(world.syn().fin());
            world.expectNothing();
            assertThat(world.requests).isZero();
            assertThat(world.stack().flowCount()).isZero();
        }

        @Test
        @Tag("T-HS-2")
        void synAckIsAnsweredWithReset() {
            world.send(world.segment().seq(-1).flags(SentPacket.SYN).ack(9));
            world.expectReset();
            assertThat(world.requests).isZero();
        }

        @Test
        @Tag("T-HD-10")
        void aSegmentToItselfIsDropped() {
            world.sendRaw(io.socks5tunnel.stack.fixture.PacketBytes.ipv4()
                    .source("10.0.0.2")
                    .destination("10.0.0.2")
                    .ports(443, 443)
                    .flags(SentPacket.SYN)
                    .bytes());
            world.expectNothing();
            assertThat(world.stack().flowCount()).isZero();
        }

        @Test
        @Tag("T-HS-11")
        void anUnwantedSynIsDroppedWithoutAnAnswer() {
            world.isWanted = false;
            world.send(world.syn());
            world.expectNothing();
            assertThat(world.stack().flowCount()).isZero();
            assertThat(world.drops(DropReason.TCP_HALF_OPEN_LIMIT)).isEqualTo(1);
            assertThat(world.forgotten).isEmpty();
        }
    }

    @Nested
    class WhileTheSynIsHeld {
        @Test
        @Tag("T-HS-1")
        void nothingIsSentUntilItIsAccepted() {
            world.send(world.syn());
            world.advanceMillis(100_000);
            world.expectNothing();
            world.accept();
            assertThat(world.only().flags()).isEqualTo(SentPacket.SYN | SentPacket.ACK);
        }

        @Test
        @Tag("T-HS-3")
        void repeatedSynsStartNoSecondDial() {
            world.send(world.syn());
            world.send(world.syn());
            world.send(world.syn());
            world.expectNothing();
            assertThat(world.requests).isEqualTo(1);
            assertThat(world.drops(DropReason.TCP_SYN_REPEATED)).isEqualTo(2);
        }

        @Test
        @Tag("T-HS-10")
        void theLastTimestampIsEchoed() {
            world.withTimestamps();
            world.send(world.syn());
            world.clientTs += 1_000;
            world.send(world.syn());
            world.accept();
            assertThat(world.only().tsEcr()).isEqualTo(world.clientTs);
        }

        @Test
        void aSynWithAnotherNumberIsTheOneThatIsAnswered() {
            world.send(world.syn());
            world.clientIsn += 77_777;
            world.send(world.syn());
            world.accept();
            assertThat(world.relativeAck(world.only())).isZero();
        }

        @Test
        @Tag("T-HS-8")
        void theClientsResetEndsIt() {
            world.send(world.syn());
            world.send(world.segment().rst().noAck());
            world.expectNothing();
            assertThat(world.resets).isEqualTo(1);
            assertThat(world.forgotten).hasSize(1);
            assertThat(world.stack().flowCount()).isZero();
            assertThatThrownBy(() -> world.request.accept(world.now)).isInstanceOf(IllegalStateException.class);
        }

        @Test
        @Tag("T-HS-8")
        void aForgedResetDoesNot() {
            world.send(world.syn());
            world.send(world.segment().seq(100).rst().noAck());
            assertThat(world.resets).isZero();
            assertThat(world.stack().flowCount()).isEqualTo(1);
        }

        @Test
        @Tag("T-HS-5")
        void anAckIsAnsweredWithReset() {
            world.send(world.syn());
            world.send(world.ack(5));
            world.expectReset();
            assertThat(world.stack().flowCount()).isEqualTo(1);
        }

        @Test
        @Tag("T-AC-11")
        @Tag("T-HS-1")
        void finAndNullAndXmasSegmentsAreDropped() {
            world.send(world.syn());
            world.send(world.segment().noAck());
            world.send(world.segment().noAck().fin());
            world.send(world.segment().noAck().flags(SentPacket.FIN | 0x28));
            world.expectNothing();
            assertThat(world.stack().flowCount()).isEqualTo(1);
        }

        @Test
        void itCanBeCompletedOnce() {
            world.send(world.syn());
            world.accept();
            assertThatThrownBy(() -> world.request.refuse(Refusal.RESET, world.now))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Nested
    class Refused {
        @Test
        void withResetThatTheClientBelieves() {
            world.send(world.syn());
            world.request.refuse(Refusal.RESET, world.now);
            SentPacket reset = world.expectReset();
            assertThat(reset.flags()).isEqualTo(SentPacket.RST | SentPacket.ACK);
            assertThat(world.relativeAck(reset)).isZero();
            assertThat(world.forgotten).hasSize(1);
            assertThat(world.stack().flowCount()).isZero();
        }

        @Test
        void withSilence() {
            world.send(world.syn());
            world.request.refuse(Refusal.SILENCE, world.now);
            world.expectNothing();
            assertThat(world.stack().flowCount()).isZero();
        }

        @ParameterizedTest
        @EnumSource(
                value = Refusal.class,
                names = {"NETWORK_UNREACHABLE", "HOST_UNREACHABLE", "ADMINISTRATIVELY_PROHIBITED", "TIME_EXCEEDED"})
        void withIcmp(Refusal refusal) {
            world.send(world.syn());
            world.request.refuse(refusal, world.now);
            assertThat(world.only().isTcp()).isFalse();
            assertThat(world.stack().flowCount()).isZero();
        }

        @Test
        void theNextSynIsANewRequest() {
            world.send(world.syn());
            world.request.refuse(Refusal.SILENCE, world.now);
            world.send(world.syn());
            assertThat(world.requests).isEqualTo(2);
        }
    }

    @Nested
    class InSynReceived {
        private void accepted() {
            world.send(world.syn());
            world.accept();
        }

        @Test
        @Tag("T-TS-1")
        @Tag("T-TX-9")
        @Tag("T-MT-1")
        void theSynAckAnswersEveryOffer() {
            world.withTimestamps();
            accepted();
            SentPacket synAck = world.only();
            assertThat(synAck.mss()).isEqualTo(1460);
            assertThat(synAck.scale()).isEqualTo(7);
            assertThat(synAck.isSackPermitted()).isTrue();
            assertThat(synAck.hasTimestamps()).isTrue();
            assertThat(synAck.tsEcr()).isEqualTo(world.clientTs);
            assertThat(synAck.window()).isEqualTo(65535);
            assertThat(world.relativeAck(synAck)).isZero();
        }

        @Test
        @Tag("T-TS-1")
        @Tag("T-TX-9")
        void theSynAckOffersNothingThatWasNotOffered() {
            world.withoutOptions();
            accepted();
            SentPacket synAck = world.only();
            assertThat(synAck.mss()).isEqualTo(1460);
            assertThat(synAck.scale()).isEqualTo(-1);
            assertThat(synAck.isSackPermitted()).isFalse();
            assertThat(synAck.hasTimestamps()).isFalse();
        }

        /// Classic, accurate, and halves of either (RFC 3168 §6.1.1, RFC 9768 §3.1).
        @ParameterizedTest
        @Tag("T-HD-8")
        @ValueSource(ints = {0x0c0, 0x1c0, 0x040, 0x080, 0x100, 0x180})
        void ecnOffersAreAnsweredWithoutEcn(int bits) {
            world.send(world.syn().flags(SentPacket.SYN | bits));
            world.accept();
            assertThat(world.only().flags()).isEqualTo(SentPacket.SYN | SentPacket.ACK);
            world.send(world.ack(0));
            world.send(world.data(0, "marked").flags(bits));
            assertThat(world.expectAck(6).flags()).isEqualTo(SentPacket.ACK);
            assertThat(world.readText()).isEqualTo("marked");
        }

        @Test
        @Tag("T-HS-3")
        void aRepeatedSynGetsTheSameSynAckAgain() {
            accepted();
            int isn = world.only().seq();
            world.send(world.syn());
            SentPacket again = world.only();
            assertThat(again.flags()).isEqualTo(SentPacket.SYN | SentPacket.ACK);
            assertThat(again.seq()).isEqualTo(isn);
            assertThat(world.requests).isEqualTo(1);
        }

        @Test
        @Tag("T-HS-10")
        void aRepeatedSynsLaterTimestampIsEchoed() {
            world.withTimestamps();
            accepted();
            world.sent.clear();
            world.clientTs += 1_000;
            world.send(world.syn());
            assertThat(world.only().tsEcr()).isEqualTo(world.clientTs);
        }

        @Test
        @Tag("T-HS-4")
        void theSynAckIsResentWithBackOffAndThenGivenUp() {
            accepted();
            world.sent.clear();
            for (int seconds = 1; seconds <= 16; seconds *= 2) {
                world.advanceMillis(1000L * seconds - 10);
                world.expectNothing();
                world.advanceMillis(20);
                assertThat(world.only().isSyn()).isTrue();
                world.now -= 10L * TcpWorld.MILLI;
            }
            world.advanceMillis(33_000);
            world.expectNothing();
            assertThat(world.resets).isEqualTo(1);
            assertThat(world.stack().flowCount()).isZero();
            assertThat(world.slabsOfFlows()).isZero();
        }

        @Test
        @Tag("T-HS-5")
        void aWrongAckIsAnsweredWithResetAndTheHandshakeGoesOn() {
            accepted();
            world.sent.clear();
            world.send(world.ack(1));
            assertThat(world.relativeSeq(world.expectReset())).isEqualTo(1);
            world.send(world.ack(-1));
            world.expectReset();
            world.send(world.ack(0));
            world.expectNothing();
            assertThat(world.connection().state()).isEqualTo(TcpState.ESTABLISHED);
        }

        @Test
        @Tag("T-HS-8")
        void resetOfTheExactNumberEndsIt() {
            accepted();
            world.sent.clear();
            world.send(world.segment().seq(5).rst());
            world.sent.clear();
            assertThat(world.resets).isZero();
            world.send(world.segment().rst());
            world.expectNothing();
            assertThat(world.resets).isEqualTo(1);
            assertThat(world.stack().flowCount()).isZero();
        }

        @Test
        @Tag("T-HS-9")
        void aSynAckFromTheClientDoesNotHarm() {
            accepted();
            world.sent.clear();
            world.send(world.segment().seq(-1).flags(SentPacket.SYN).ack(0));
            assertThat(world.only().flags()).isEqualTo(SentPacket.ACK);
            world.send(world.ack(0));
            assertThat(world.connection().state()).isEqualTo(TcpState.ESTABLISHED);
        }

        @Test
        @Tag("T-HS-7")
        void dataOnTheThirdSegmentIsTaken() {
            accepted();
            world.sent.clear();
            world.send(world.data(0, "abc"));
            world.expectAck(3);
            assertThat(world.readText()).isEqualTo("abc");
        }

        @Test
        @Tag("T-HS-7")
        void finOnTheThirdSegmentIsTaken() {
            accepted();
            world.sent.clear();
            world.send(world.data(0, "abc").fin());
            world.expectAck(4);
            assertThat(world.flow.isInputEnded()).isTrue();
            assertThat(world.connection().state()).isEqualTo(TcpState.CLOSE_WAIT);
        }

        @Test
        @Tag("T-HS-12")
        void dataAfterALostThirdAckEstablishes() {
            accepted();
            world.sent.clear();
            world.send(world.data(3, "def"));
            world.send(world.data(0, "abc"));
            assertThat(world.readText()).isEqualTo("abcdef");
            assertThat(world.connection().state()).isEqualTo(TcpState.ESTABLISHED);
            assertThat(world.confirmations).isEqualTo(1);
        }

        @Test
        void theOwnerIsToldOnceThatTheClientHasAnswered() {
            accepted();
            assertThat(world.flow.isConfirmed()).isFalse();
            assertThat(world.confirmations).isZero();

            world.send(world.ack(0));
            world.send(world.ack(0));
            assertThat(world.flow.isConfirmed()).isTrue();
            assertThat(world.confirmations).isEqualTo(1);
        }

        @Test
        @Tag("T-HS-13")
        void aThirdAckWithoutTheAgreedTimestampIsTaken() {
            world.withTimestamps();
            accepted();
            world.sent.clear();
            world.send(world.ack(0).withoutTimestamp());
            assertThat(world.connection().state()).isEqualTo(TcpState.ESTABLISHED);
            world.send(world.data(0, "abc").withoutTimestamp());
            world.expectAck(3);
        }

        @Test
        void whatWasWrittenLeavesWithTheThirdAck() {
            accepted();
            world.sent.clear();
            world.write("early".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            world.poll();
            world.expectNothing();
            world.send(world.ack(0));
            world.expectData(0, 5);
        }

        @ParameterizedTest
        @Tag("T-HS-6")
        @ValueSource(strings = {"", "22020101", "220a01020304050607080101"})
        void dataOnTheSynIsNotAcknowledgedWhateverFastOpenOffers(String fastOpen) {
            world.send(world.syn().options(fastOpen).payload(new byte[100]));
            world.accept();
            assertThat(world.relativeAck(world.only())).isZero();
            world.send(world.data(0, "abc"));
            assertThat(world.readText()).isEqualTo("abc");
        }
    }

    @Nested
    class SegmentSizes {
        @ParameterizedTest
        @Tag("T-TX-2")
        @ValueSource(ints = {0, 1, 47, 88, 536, 1460, 9000, 65535})
        void anyMssIsClampedToWhatMakesSense(int mss) {
            world.clientMss = mss;
            world.established();
            world.writeAndPoll(TcpWorld.pattern(3000));
            assertThat(world.next().length()).isEqualTo(Math.clamp(mss, 88, 1460));
        }

        @Test
        @Tag("T-TX-2")
        void withoutTheOptionItIs536OverIpv4() {
            world.withoutOptions().established();
            world.writeAndPoll(TcpWorld.pattern(3000));
            world.expectData(0, 536);
        }

        @Test
        @Tag("T-TX-2")
        void withoutTheOptionItIs1220OverIpv6() {
            world.ipv6().withoutOptions().established();
            world.writeAndPoll(TcpWorld.pattern(3000));
            world.expectData(0, 1220);
        }

        @Test
        @Tag("T-TX-1")
        void timestampsAreTakenOff() {
            world.withTimestamps().established();
            world.writeAndPoll(TcpWorld.pattern(3000));
            world.expectData(0, 1448);
        }
    }
}
