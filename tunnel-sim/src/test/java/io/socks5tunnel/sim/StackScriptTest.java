// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What the swarm cannot see because a stream arrives all the same: scripts, segment by segment.
class StackScriptTest {
    private static final long MILLI = 1_000_000L;

    private final ScriptedStack stack = new ScriptedStack();
    private final ScriptedClient client = stack.client;

    @Nested
    class InTheHandshake {
        @Test
        void theSynAckAnswersAndTheFirstDataIsAcknowledged() {
            client.send(client.syn().mss(1460));
            client.expect("SA").seq(0).ack(1);
            client.expectNothing();
            client.send(client.segment("A", 1, 1));
            client.expectNothing();
            client.send(client.segment("PA", 1, 1).payload("hello"));
            client.expect("A").seq(1).ack(6).length(0);
            assertThat(stack.read(10)).asString().isEqualTo("hello");
        }

        @Test
        @Tag("T-AC-5")
        void anotherSynForTheSameFlowIsChallenged() {
            client.open();
            client.send(client.syn().mss(1460));
            client.expect("A").seq(1).ack(1);
            client.expectNothing();
        }
    }

    @Nested
    class WhenEstablished {
        @BeforeEach
        void open() {
            client.open();
            client.expectNothing();
        }

        @Test
        @Tag("T-RX-3")
        void aFinAheadOfAHoleIsRemembered() {
            client.send(client.segment("FPA", 6, 1).payload("world"));
            client.expect("A").ack(1).sack(6, 11);
            client.send(client.segment("PA", 1, 1).payload("hello"));
            client.expect("A").ack(12).sack();
            assertThat(stack.read(100)).asString().isEqualTo("helloworld");
            assertThat(stack.flow().isInputEnded()).isTrue();
        }

        @Test
        @Tag("T-RX-7")
        void theLastBlockReceivedComesFirstInSack() {
            client.send(client.segment("A", 101, 1).payload(new byte[10]));
            client.expect("A").ack(1).sack(101, 111);
            client.send(client.segment("A", 201, 1).payload(new byte[10]));
            client.expect("A").ack(1).sack(201, 211, 101, 111);
            client.send(client.segment("A", 111, 1).payload(new byte[10]));
            client.expect("A").ack(1).sack(101, 121, 201, 211);
        }

        @Test
        void anAbortGivesBackWhatWasHeldOutOfOrder() {
            client.send(client.segment("A", 5001, 1).payload(new byte[1000]));
            client.expect("A").ack(1);
            stack.abort();
            client.expect("RA");
            assertThat(stack.pool.taken()).isEqualTo(stack.slabsOfAnIdleStack);
        }

        @Test
        @Tag("T-RX-11")
        void aReaderThatCatchesUpOpensTheWindowByItself() {
            int sent = fillTheWindow();
            assertThat(stack.flow().readableBytes()).isEqualTo(sent);
            stack.read(sent);
            client.expect("A")
                    .ack(1 + sent)
                    .that(packet -> assertThat(packet.window()).isGreaterThan(30_000));
        }

        @Test
        @Tag("T-RX-12")
        void aByteBeyondTheWindowIsNotTaken() {
            int sent = fillTheWindow();
            client.pass(1_000 * MILLI);
            client.ignore();
            client.send(client.segment("A", 1 + sent, 1).payload("x"));
            client.expect("A").ack(1 + sent).window(0);
            assertThat(stack.flow().readableBytes()).isEqualTo(sent);
        }

        @Test
        @Tag("T-RX-10")
        void aReaderOfCrumbsDoesNotOpenASillyWindow() {
            int sent = fillTheWindow();
            for (int i = 0; i < 14; i++) {
                stack.read(100);
                // answers to segments out of the window are limited, so some time has to pass
                client.pass(1_000 * MILLI);
                client.ignore();
                // a keep-alive makes the stack say what window it offers
                client.send(client.segment("A", sent, 1));
                int window = client.expect("A").ack(1 + sent).packet().window();
                assertThat(window == 0 || window >= 1460).as("window " + window).isTrue();
            }
        }

        @Test
        @Tag("T-AC-4")
        void aResetAtTheRightPlaceEndsAndOneElsewhereIsChallenged() {
            client.send(client.segment("R", 2, 1));
            client.expect("A").ack(1);
            assertThat(stack.isReset).isFalse();
            client.send(client.segment("R", 1, 1));
            client.expectNothing();
            assertThat(stack.isReset).isTrue();
        }

        @Test
        @Tag("T-RT-5")
        void unacknowledgedDataIsSentAgainWithDoublingPauses() {
            stack.write(new byte[500]);
            client.expect("A").seq(1).length(500);
            client.pass(8_000 * MILLI);
            client.expect("A").seq(1).length(500);
            client.expect("A").seq(1).length(500);
            client.send(client.segment("A", 1, 501));
            client.ignore();
            client.pass(60_000 * MILLI);
            client.expectNothing();
        }

        /// Sends until the window is closed.
        ///
        /// @return bytes sent
        private int fillTheWindow() {
            int sent = 0;
            int window = 65_535;
            while (window > 0) {
                int length = Math.min(1460, window);
                client.send(client.segment("A", 1 + sent, 1).payload(new byte[length]));
                sent += length;
                client.pass(300 * MILLI);
                window = client.expect("A").ack(1 + sent).packet().window();
                client.expectNothing();
            }
            return sent;
        }
    }

    @Nested
    class WithoutSack {
        @Test
        @Tag("T-RT-3")
        void anAcknowledgementThatAHoleHeldBackIsNoSampleOfTheRoundTrip() {
            client.send(client.syn().mss(1460));
            client.expect("SA");
            client.pass(10 * MILLI);
            client.send(client.segment("A", 1, 1));
            stack.write(new byte[3 * 1460]);
            client.expect("A").seq(1);
            client.expect("A").seq(1461);
            client.expect("A").seq(2921);
            // the first is lost again and again; the others have arrived, but that can be told only once
            client.pass(10_000 * MILLI);
            client.ignore();
            client.send(client.segment("A", 1, 4381));
            client.expectNothing();

            // a clean round trip of 10 ms ends the back-off (RFC 6298 §5.5), and only that
            stack.write(new byte[100]);
            client.expect("A").seq(4381);
            client.pass(10 * MILLI);
            client.send(client.segment("A", 1, 4481));

            stack.write(new byte[100]);
            client.expect("A").seq(4481);
            client.pass(1_000 * MILLI);
            client.expect("A").seq(4481);
        }
    }

    @Nested
    class OfTheScriptItself {
        @Test
        void aWrongExpectationFailsWithTheLog() {
            client.send(client.syn());
            assertThatThrownBy(() -> client.expect("R"))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("something else came where R was expected")
                    .hasMessageContaining("10.9.0.1:80        > 10.0.0.1:4000      SA");
            assertThatThrownBy(() -> client.expect("A")).hasMessageContaining("nothing came");
            client.send(client.segment("A", 1, 1));
            client.send(client.segment("PA", 1, 1).payload("x"));
            assertThatThrownBy(client::expectNothing).hasMessageContaining("1 packets came");
            assertThatThrownBy(() -> client.expect("A").ack(5)).hasMessageContaining("instead of 5");
        }
    }
}
