// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socks5tunnel.api.spi.UpstreamOptions;
import io.socks5tunnel.threads.ShardCounters.Count;
import io.socks5tunnel.threads.TcpRelay.Remainder;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class TcpRelayTest {
    private final FakeReactor reactor = new FakeReactor(false);
    private final ShardCounters counters = new ShardCounters();
    private final FakeFlow flow = FakeFlow.from(0x0a000001, 1);
    private final RelayScratch scratch = new RelayScratch();
    private FakeSocket socket;
    private TcpRelay relay;

    @BeforeEach
    void connect() throws IOException {
        var link = new UpstreamLink(() -> {});
        link.open(reactor, new InetSocketAddress("192.0.2.1", 1080), new UpstreamOptions(0, false));
        socket = reactor.socket();
        socket.connected();
        relay = new TcpRelay(flow, link, counters);
    }

    @Nested
    class Up {
        @Test
        void bytesReachTheServer() throws IOException {
            flow.clientSends(Fixtures.bytes("hello"));

            assertThat(pump()).isEqualTo(Remainder.NOTHING);

            assertThat(socket.written).hasToString("hello");
            assertThat(flow.readableBytes()).isZero();
            assertThat(counters.value(Count.BYTES_UP)).isEqualTo(5);
        }

        @Test
        void whatTheServerDoesNotTakeStaysInTheFlow() throws IOException {
            flow.clientSends(Fixtures.bytes("hello world"));
            socket.writeRoom = 4;

            pump();
            assertThat(socket.written).hasToString("hell");
            assertThat(flow.readableBytes()).isEqualTo(7);

            socket.allowWriting(100);
            pump();
            assertThat(socket.written).hasToString("hello world");
        }

        @Test
        void nothingIsWrittenBeforeTheSocketSaysSo() throws IOException {
            socket.writeRoom = 0;
            flow.clientSends(Fixtures.bytes("x"));
            pump();
            socket.writeRoom = 100;

            pump();
            assertThat(socket.written.size()).isZero();

            socket.allowWriting(100);
            pump();
            assertThat(socket.written).hasToString("x");
        }

        @Test
        @Tag("T-CL-1")
        void theClientsEndComesAfterItsLastByte() throws IOException {
            flow.clientSends(Fixtures.bytes("bye"));
            flow.clientEnds();
            socket.writeRoom = 2;
            pump();
            assertThat(socket.isOutputShut).isFalse();

            socket.allowWriting(100);
            pump();
            assertThat(socket.isOutputShut).isTrue();
            assertThat(flow.isOutputShut).isFalse();
        }
    }

    @Nested
    class Down {
        @Test
        void bytesReachTheClient() throws IOException {
            socket.deliver(Fixtures.bytes("hello"));

            assertThat(pump()).isEqualTo(Remainder.NOTHING);

            assertThat(flow.sent).hasToString("hello");
            assertThat(counters.value(Count.BYTES_DOWN)).isEqualTo(5);
        }

        @Test
        void aClientThatTakesNothingStopsTheReading() throws IOException {
            flow.sendSpace = 3;
            socket.deliver(Fixtures.bytes("hello"));
            pump();
            assertThat(flow.sent).hasToString("hel");
            assertThat(socket.unread()).isEqualTo(2);

            flow.sendSpace = 10;
            pump();
            assertThat(flow.sent).hasToString("hello");
        }

        @Test
        void aTurnIsBoundedAndSaysThatMoreIsLeft() throws IOException {
            int everything = 2 << 20;
            socket.deliver(new byte[everything]);
            flow.isAcknowledgedAtOnce = true;

            assertThat(pump()).isEqualTo(Remainder.WORK);
            assertThat(socket.unread()).isBetween(everything / 2, everything - 1);

            while (relay.pump(scratch) == Remainder.WORK) {
                assertThat(socket.unread()).isLessThan(everything);
            }
            assertThat(flow.sent.size()).isEqualTo(everything);
        }

        @Test
        void withoutAFreeSlabItIsHungryAndLosesNothing() throws IOException {
            flow.hasSlabs = false;
            socket.deliver(Fixtures.bytes("hello"));

            assertThat(pump()).isEqualTo(Remainder.HUNGER);

            flow.hasSlabs = true;
            pump();
            assertThat(flow.sent).hasToString("hello");
        }

        @Test
        @Tag("T-CL-2")
        void theServersEndComesAfterItsLastByte() throws IOException {
            socket.deliver(Fixtures.bytes("bye"));
            socket.endInput();
            flow.sendSpace = 2;
            pump();
            assertThat(flow.isOutputShut).isFalse();

            flow.sendSpace = 2;
            pump();
            assertThat(flow.sent).hasToString("bye");
            assertThat(flow.isOutputShut).isTrue();
            assertThat(socket.isOutputShut).isFalse();
        }
    }

    @Nested
    class HalfClosed {
        @Test
        @Tag("T-CL-1")
        void theClientMayHearOnAfterItsEnd() throws IOException {
            flow.clientEnds();
            pump();

            socket.deliver(Fixtures.bytes("still here"));
            pump();

            assertThat(flow.sent).hasToString("still here");
            assertThat(socket.isClosed).isFalse();
        }

        @Test
        @Tag("T-CL-2")
        void theServerMayHearOnAfterItsEnd() throws IOException {
            socket.endInput();
            pump();

            flow.clientSends(Fixtures.bytes("still here"));
            pump();

            assertThat(socket.written).hasToString("still here");
            assertThat(socket.isClosed).isFalse();
        }

        @Test
        void afterBothEndsTheDescriptorIsFreed() throws IOException {
            socket.endInput();
            flow.clientEnds();
            pump();

            assertThat(socket.isClosed).isTrue();
            assertThat(socket.isAborted).isFalse();
            assertThat(flow.isAborted).isFalse();
        }
    }

    @Nested
    class WhenTheServerResetsAfterItsEnd {
        @BeforeEach
        void serverEndsAndThenFails() throws IOException {
            socket.deliver(Fixtures.bytes("all of it"));
            socket.endInput();
            pump();
            flow.unacknowledgedBytes = 9;
            flow.clientSends(Fixtures.bytes("too late"));
            socket.fail("reset by peer");
        }

        @Test
        void theClientStillGetsEverything() throws IOException {
            assertThat(pump()).isEqualTo(Remainder.NOTHING);

            assertThat(flow.sent).hasToString("all of it");
            assertThat(flow.isOutputShut).isTrue();
            assertThat(flow.isAborted).isFalse();
            assertThat(flow.readableBytes()).isZero();
            assertThat(socket.isAborted).isTrue();
        }

        @Test
        void whoSendsOnAfterThatIsCut() throws IOException {
            pump();
            flow.unacknowledgedBytes = 0;
            flow.clientSends(Fixtures.bytes("and more"));

            assertThatThrownBy(TcpRelayTest.this::pump).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aFailureUpstreamIsThrownAndCutResetsBothSides() {
        socket.fail("reset by peer");

        assertThatThrownBy(this::pump).isInstanceOf(IOException.class).hasMessage("reset by peer");
        relay.cut();

        assertThat(flow.isAborted).isTrue();
        assertThat(socket.isAborted).isTrue();
    }

    private Remainder pump() throws IOException {
        reactor.await(0);
        return relay.pump(scratch);
    }
}
