// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.sim.PacketBuilder;
import io.socks5tunnel.sim.ParsedPacket;
import io.socks5tunnel.sim.SimPacket;
import io.socks5tunnel.sim.TcpSegmentBuilder;
import io.socks5tunnel.sim.VirtualClock;
import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.stack.TcpState;
import io.socks5tunnel.stack.inspect.FlowView;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// A tunnel that answers wrongly, played by hand: each rule must notice.
class FlowAuditTest {
    private static final InetSocketAddress CLIENT = new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), 4000);
    private static final InetSocketAddress SERVER = new InetSocketAddress(InetAddress.ofLiteral("10.9.0.1"), 80);
    private static final FlowKey KEY = FlowKeys.of(CLIENT, SERVER);
    private static final int MTU = 1500;

    private final VirtualClock clock = new VirtualClock(1);
    private final Trace trace = new Trace(clock, 100);
    private FlowAudit audit = new FlowAudit(trace, KEY, MTU, new FlowConduct(false));

    @BeforeEach
    void handshake() {
        in(client().seq(100)
                .flags("S")
                .mss(1460)
                .windowScale(0)
                .sackPermitted()
                .timestamps(7, 0)
                .window(1000));
        out(server().seq(500)
                .ack(101)
                .flags("S")
                .mss(1460)
                .windowScale(2)
                .sackPermitted()
                .timestamps(70, 7)
                .window(2000));
        in(client().seq(101).ack(501).timestamps(8, 70).window(1000));
        assertThat(trace.isBroken()).isFalse();
    }

    @Test
    void honestAnswersPass() {
        in(client().seq(101).ack(501).timestamps(9, 70).window(1000).payload("hello"));
        out(server().seq(501).ack(106).timestamps(71, 9).window(600));
        out(server().seq(501).ack(106).timestamps(72, 9).window(600).payload("goodbye"));
        assertThat(trace.isBroken()).isFalse();
    }

    @Test
    void anAcknowledgementOfWhatWasNeverSentIsNoticed() {
        out(server().seq(501).ack(102).timestamps(71, 8).window(600));
        expect(Invariant.I5, "never sent");
    }

    @Test
    void aRightEdgeThatGoesBackIsNoticed() {
        out(server().seq(501).ack(101).timestamps(71, 8).window(499));
        expect(Invariant.I2, "right edge");
    }

    @Test
    void dataBeyondTheClientsWindowIsNoticed() {
        out(server().seq(501).ack(101).timestamps(71, 8).window(600).payload(new byte[1000]));
        assertThat(trace.isBroken()).isFalse();
        out(server().seq(1501).ack(101).timestamps(71, 8).window(600).payload(new byte[1]));
        expect(Invariant.I3, "beyond the client's window by 1");
    }

    @Test
    void aSegmentLargerThanTheClientsIsNoticed() {
        in(client().seq(101).ack(501).timestamps(9, 70).window(60_000));
        out(server().seq(501).ack(101).timestamps(71, 9).window(600).payload(new byte[1449]));
        expect(Invariant.I5, "MSS");
    }

    @Test
    void timestampsThatGoBackOrEchoTheFutureAreNoticed() {
        out(server().seq(501).ack(101).timestamps(69, 8).window(600).payload("x"));
        expect(Invariant.I5, "TSval goes back");
    }

    @Test
    void anEchoOfATimestampThatNeverCameIsNoticed() {
        out(server().seq(501).ack(101).timestamps(71, 9).window(600).payload("x"));
        expect(Invariant.I5, "TSecr");
    }

    @Test
    void aSackBlockOfWhatWasNeverSentIsNoticed() {
        in(client().seq(111).ack(501).timestamps(9, 70).window(1000).payload("hello"));
        out(server().seq(501)
                .ack(101)
                .nop()
                .nop()
                .timestamps(71, 8)
                .sack(111, 117)
                .window(600));
        expect(Invariant.I5, "SACKs");
    }

    @Test
    void repeatedAnswersWithoutAnyQuestionAreNoticed() {
        out(server().seq(501).ack(101).timestamps(71, 8).window(500));
        for (int i = 0; i < 5; i++) {
            out(server().seq(501).ack(101).timestamps(71, 8).window(500));
        }
        expect(Invariant.I6, "more answers");
    }

    @Test
    void anAnswerToResetsIsNoticed() {
        FlowAudit other = new FlowAudit(trace, KEY, MTU, new FlowConduct(false));
        other.onInjected(ParsedPacket.parse(client().seq(5).flags("R").packet()), 1);
        SimPacket reset = server().seq(0).flags("R").packet();
        other.onEmitted(ParsedPacket.parse(reset), reset);
        other.onEmitted(ParsedPacket.parse(reset), reset);
        expect(Invariant.I6, "more answers");
    }

    @Test
    void optionsThatTheClientDidNotOfferAreNoticed() {
        in(client().seq(9_000).flags("S").mss(1460).window(1000));
        out(server().seq(800).ack(9_001).flags("S").mss(1460).windowScale(2).window(2000));
        expect(Invariant.I5, "scale not offered");
    }

    @Test
    void aSillyOpeningOfTheWindowIsNoticed() {
        out(server().seq(501).ack(101).timestamps(71, 8).window(600));
        out(server().seq(501).ack(101).timestamps(72, 8).window(965));
        assertThat(trace.isBroken()).as("a whole segment").isFalse();
        out(server().seq(501).ack(101).timestamps(73, 8).window(1014));
        expect(Invariant.C1, "opens the window by 196");
    }

    @Test
    void bytesTakenFromBeyondTheWindowAreNoticed() {
        out(server().seq(501).ack(101).timestamps(71, 8).window(500));
        in(client().seq(2102).ack(501).timestamps(9, 71).window(1000).payload("x"));
        out(server().seq(501).ack(2103).timestamps(72, 9).window(500));
        expect(Invariant.C1, "beyond the window by 2");
    }

    @Test
    void resendsAreNoticedWhereNothingIsLost() {
        beCalm();
        out(server().seq(501).ack(101).timestamps(71, 8).window(600).payload("hello"));
        assertThat(trace.isBroken()).isFalse();
        out(server().seq(501).ack(101).timestamps(72, 8).window(600).payload("hello"));
        expect(Invariant.C1, "nobody lost");
    }

    @Test
    void whatTheClientMustSendAgainIsNoticedWhereNothingIsLost() {
        beCalm();
        in(client().seq(101).ack(501).timestamps(9, 70).window(1000).payload("hello"));
        in(client().seq(101).ack(501).timestamps(10, 70).window(1000).payload("hello"));
        expect(Invariant.C1, "had to send bytes again");
    }

    @Test
    void aSmallSegmentThatEndsNothingIsNoticed() {
        beCalm();
        in(client().seq(101).ack(501).timestamps(9, 70).window(9000));
        out(server().seq(501).ack(101).flags("P").timestamps(71, 9).window(600).payload("the end of a write"));
        assertThat(trace.isBroken()).isFalse();
        out(server().seq(519).ack(101).timestamps(72, 9).window(600).payload("there is more"));
        expect(Invariant.C1, "a small segment of 13 bytes");
    }

    /// RFC 7323 §4.3.
    @Nested
    class Echoes {
        @Test
        void thatOfASegmentBeyondAHoleIsNoticed() {
            in(client().seq(201).ack(501).timestamps(20, 70).window(1000).payload("early"));
            out(server().seq(501).ack(101).timestamps(71, 20).window(500));
            expect(Invariant.I5, "TSecr is not");
        }

        @Test
        void anOldOneIsNoticedWhenNewDataHasCome() {
            in(client().seq(101).ack(501).timestamps(20, 70).window(1000).payload("hello"));
            pass(1);
            out(server().seq(501).ack(106).timestamps(71, 8).window(500));
            expect(Invariant.I5, "TSecr is not");
        }

        @Test
        void thatOfTheSegmentThatFillsTheHoleIsRight() {
            in(client().seq(106).ack(501).timestamps(20, 70).window(1000).payload("early"));
            out(server().seq(501).ack(101).timestamps(71, 8).window(500));
            pass(1);
            in(client().seq(101).ack(501).timestamps(30, 70).window(1000).payload("first"));
            out(server().seq(501).ack(111).timestamps(72, 30).window(498));
            assertThat(trace.isBroken()).isFalse();
        }

        @Test
        void theOldOneWillDoWhileTheNewSegmentMayStillWait() {
            in(client().seq(101).ack(501).timestamps(20, 70).window(1000).payload("hello"));
            out(server().seq(501).ack(101).timestamps(71, 8).window(500));
            assertThat(trace.isBroken()).isFalse();
        }
    }

    /// RFC 9293 §3.8.6 and §3.10.7.4.
    @Nested
    class TheClientsWindow {
        @Test
        void whatWasTakenBackMayNotBeUsed() {
            in(client().seq(101).ack(501).timestamps(9, 70).window(100));
            out(server().seq(501).ack(101).timestamps(71, 9).window(600).payload(new byte[100]));
            assertThat(trace.isBroken()).isFalse();
            pass(1);
            out(server().seq(601).ack(101).timestamps(72, 9).window(600).payload(new byte[1]));
            expect(Invariant.I3, "took back");
        }

        @Test
        void theOldOneMayBeUsedWhileTheNewSegmentMayStillWait() {
            in(client().seq(101).ack(501).timestamps(9, 70).window(100));
            out(server().seq(501).ack(101).timestamps(71, 8).window(600).payload(new byte[1000]));
            assertThat(trace.isBroken()).isFalse();
        }

        @Test
        void oneThatWasOvertakenDoesNotCount() {
            in(client().seq(102).ack(501).timestamps(9, 70).window(100).payload("b"));
            out(server().seq(501).ack(101).timestamps(71, 8).window(600));
            pass(1);
            in(client().seq(101).ack(501).timestamps(9, 70).window(1000).payload("a"));
            out(server().seq(501).ack(103).timestamps(72, 9).window(600).payload(new byte[101]));
            expect(Invariant.I3, "took back");
        }

        @Test
        void whatTheTunnelTakesForItMustBeIt() {
            audit.onStep(view(TcpState.ESTABLISHED, 1000));
            assertThat(trace.isBroken()).isFalse();
            in(client().seq(101).ack(501).timestamps(9, 70).window(2000));
            audit.onStep(view(TcpState.ESTABLISHED, 1000));
            audit.onStep(view(TcpState.ESTABLISHED, 2000));
            assertThat(trace.isBroken()).as("at the same instant").isFalse();
            pass(1);
            audit.onStep(view(TcpState.ESTABLISHED, 1000));
            expect(Invariant.I3, "not that of its newest segment");
        }

        private FlowView view(TcpState state, long windowRight) {
            return new FlowView(
                    KEY, state, 0, 0, windowRight, 0, 0, 2000, 0, 0, 10_000, 0, 0, 0, 1000, 0, false, false);
        }
    }

    /// RFC 5681 §4.2 and RFC 9293 §3.8.6.3.
    @Nested
    class OwedAnswersAreNoticed {
        @Test
        void ifASegmentOutOfOrderGetsNoneAtOnce() {
            in(client().seq(201).ack(501).timestamps(20, 70).window(1000).payload("early"));
            pass(1);
            in(client().seq(101).ack(501).timestamps(20, 70).window(1000));
            expect(Invariant.C1, "out of order was not answered at once");
        }

        @Test
        void ifDataWaitsForMoreThanHalfASecond() {
            in(client().seq(101).ack(501).timestamps(20, 70).window(1000).payload("hello"));
            pass(500_000_000);
            out(server().seq(501).ack(101).timestamps(71, 20).window(500));
            assertThat(trace.isBroken()).isFalse();
            pass(1);
            in(client().seq(106).ack(501).timestamps(20, 70).window(1000));
            expect(Invariant.C1, "more than half a second");
        }

        @Test
        void ifWhatWasSackedIsForgotten() {
            in(client().seq(201).ack(501).timestamps(20, 70).window(1000).payload("early"));
            out(server().seq(501)
                    .ack(101)
                    .nop()
                    .nop()
                    .timestamps(71, 8)
                    .sack(201, 206)
                    .window(500));
            assertThat(trace.isBroken()).isFalse();
            in(client().seq(101).ack(501).timestamps(20, 70).window(1000).payload(new byte[100]));
            out(server().seq(501).ack(201).timestamps(72, 20).window(475));
            expect(Invariant.C1, "less than it reported");
        }

        @Test
        void ifAFinIsForgotten() {
            in(client().seq(106).ack(501).flags("F").timestamps(20, 70).window(1000));
            out(server().seq(501).ack(101).timestamps(71, 8).window(500));
            pass(1);
            in(client().seq(101).ack(501).timestamps(20, 70).window(1000).payload("hello"));
            out(server().seq(501).ack(106).timestamps(72, 20).window(499));
            expect(Invariant.C1, "but a FIN");
        }

        @Test
        void unlessTheConnectionWasReset() {
            in(client().seq(101).ack(501).timestamps(20, 70).window(1000).payload("hello"));
            out(server().seq(501).ack(106).flags("R").window(0));
            pass(600_000_000);
            in(client().seq(106).ack(501).timestamps(20, 70).window(1000));
            assertThat(trace.isBroken()).isFalse();
        }
    }

    /// RFC 6298 §5.5 and RFC 5961 §7.
    @Nested
    class ImpatienceIsNoticed {
        @Test
        void ifATimerDoesNotBackOff() {
            for (int i = 0; i < 3; i++) {
                out(server().seq(501).ack(101).timestamps(71, 8).window(500).payload("hello"));
                assertThat(trace.isBroken()).isFalse();
                pass(200_000_000);
            }
            out(server().seq(501).ack(101).timestamps(71, 8).window(500).payload("hello"));
            expect(Invariant.C1, "without waiting longer");
        }

        @Test
        void unlessItDoublesOrTheClientSaysSomething() {
            for (int i = 0; i < 10; i++) {
                out(server().seq(501).ack(101).timestamps(71, 8).window(500).payload("hello"));
                pass(200_000_000L << Math.min(i, 8));
            }
            in(client().seq(101).ack(501).timestamps(8, 70).window(1000));
            for (int i = 0; i < 3; i++) {
                out(server().seq(501).ack(101).timestamps(71, 8).window(500).payload("hello"));
                pass(200_000_000);
            }
            assertThat(trace.isBroken()).isFalse();
        }

        @Test
        void ifAFloodIsAnswered() {
            out(server().seq(501).ack(101).timestamps(71, 8).window(500));
            for (int i = 0; i < 19; i++) {
                pass(1_000_000);
                in(client().seq(50_000).ack(501).timestamps(8, 70).window(1000));
                out(server().seq(501).ack(101).timestamps(71, 8).window(500));
                assertThat(trace.isBroken()).isFalse();
            }
            in(client().seq(50_000).ack(501).timestamps(8, 70).window(1000));
            out(server().seq(501).ack(101).timestamps(71, 8).window(500));
            expect(Invariant.I6, "flood");
        }
    }

    @Test
    void aSackBlockBeyondTheWindowIsNoticed() {
        out(server().seq(501).ack(101).timestamps(71, 8).window(500));
        in(client().seq(2091).ack(501).timestamps(9, 70).window(1000).payload(new byte[11]));
        out(server().seq(501)
                .ack(101)
                .nop()
                .nop()
                .timestamps(72, 8)
                .sack(2091, 2101)
                .window(500));
        assertThat(trace.isBroken()).isFalse();
        out(server().seq(501)
                .ack(101)
                .nop()
                .nop()
                .timestamps(72, 8)
                .sack(2091, 2102)
                .window(500));
        expect(Invariant.C1, "SACKs bytes beyond");
    }

    @Test
    void resetsThatCanEndNothingAreCounted() {
        in(client().seq(101).flags("R"));
        in(client().seq(100).flags("R"));
        in(client().seq(102).flags("R"));
        in(client().seq(7_000_000).flags("R"));
        assertThat(audit.idleResets()).isEqualTo(3);
    }

    /// The same connection in a world where nothing goes wrong.
    private void beCalm() {
        audit = new FlowAudit(trace, KEY, MTU, new FlowConduct(true));
        handshake();
    }

    private void pass(long nanos) {
        clock.advanceTo(clock.nowNanos() + nanos);
    }

    private void in(TcpSegmentBuilder segment) {
        audit.onInjected(ParsedPacket.parse(segment.packet()).requireSound(), 1);
    }

    private void out(TcpSegmentBuilder segment) {
        SimPacket packet = segment.packet();
        audit.onEmitted(ParsedPacket.parse(packet).requireSound(), packet);
    }

    private void expect(Invariant invariant, String words) {
        Violation violation = trace.violation();
        assertThat(violation).isNotNull();
        assertThat(violation.invariant()).isEqualTo(invariant);
        assertThat(violation.what()).contains(words);
    }

    private static TcpSegmentBuilder client() {
        return PacketBuilder.between(CLIENT, SERVER).tcp();
    }

    private static TcpSegmentBuilder server() {
        return PacketBuilder.between(SERVER, CLIENT).tcp();
    }
}
