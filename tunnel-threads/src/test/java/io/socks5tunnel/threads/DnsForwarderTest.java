// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.DnsSettings;
import io.socks5tunnel.api.DnsSettings.Transport;
import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.Socks5Settings;
import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.stack.ClientSource;
import io.socks5tunnel.stack.DatagramRefusal;
import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.stack.UdpDatagram;
import io.socks5tunnel.threads.ShardCounters.Count;
import io.socks5tunnel.threads.dns.DnsMessage;
import io.socks5tunnel.threads.dns.DnsRedirect;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class DnsForwarderTest {
    private static final ClientSource CLIENT = new ClientSource(0, FlowKey.mappedIpv4(0x0a000001), 4000);
    private static final long ASKED = FlowKey.mappedIpv4(0x08080808);
    private static final long SECOND = 1_000_000_000L;

    private final FakeReactor reactor = new FakeReactor(false);
    private final ShardCounters counters = new ShardCounters();
    private final List<Answer> answers = new ArrayList<>();
    private final DnsForwarder forwarder = forwarder();

    private record Answer(ClientSource to, long fromLow, int fromPort, DnsMessage message) {}

    private DnsForwarder forwarder() {
        Slab scratch = new Slab();
        Dialer dialer = new Dialer(Socks5Settings.of("192.0.2.1", 1080), reactor, new OwnConnections(), scratch);
        DnsRedirect redirect = new DnsRedirect(new DnsSettings(true, List.of(), "192.0.2.53", 5353, Transport.TCP));
        ClientDatagrams clients = new ClientDatagrams() {
            @Override
            public boolean sendDatagram(
                    ClientSource to, long fromHigh, long fromLow, int fromPort, Slab slab, int offset, int length) {
                byte[] bytes = new byte[length];
                slab.bytes().get(offset, bytes);
                answers.add(new Answer(to, fromLow, fromPort, new DnsMessage(bytes)));
                return true;
            }

            @Override
            public int datagramsTogether(ClientSource to, int length) {
                return 1;
            }

            @Override
            public boolean sendDatagrams(
                    ClientSource to, long fromHigh, long fromLow, int fromPort, GatherList payloads, int bytes) {
                throw new IllegalStateException("answers leave one by one");
            }

            @Override
            public void refuse(UdpDatagram datagram, DatagramRefusal refusal, long nowNanos) {}

            @Override
            public void refuseTooBig(UdpDatagram datagram, int maxPayloadBytes, long nowNanos) {}

            @Override
            public void refuseLate(Slab about, int offset, int length, DatagramRefusal refusal, long nowNanos) {}

            @Override
            public void refuseLateTooBig(Slab about, int offset, int length, int maxPayloadBytes, long nowNanos) {}
        };
        return new DnsForwarder(dialer, redirect, clients, counters, scratch, 10_000);
    }

    private void ask(int id, String name) {
        ask(DnsMessage.query(id, 0x0100, name, DnsMessage.A, 1));
    }

    private void ask(byte[] query) {
        forwarder.ask(CLIENT, 0, ASKED, ByteBuffer.wrap(query), 0, query.length, reactor.nowNanos);
    }

    private void cycle() throws IOException {
        reactor.await(reactor.nowNanos);
        forwarder.run(reactor.nowNanos);
    }

    /// Lets the SOCKS server grant the connection that is being made.
    private void grant() throws IOException {
        cycle();
        Fixtures.answerHandshake(reactor.socket());
        cycle();
    }

    /// The messages that the resolver has got on the present connection, without the SOCKS handshake before them.
    private List<byte[]> received() {
        byte[] written = reactor.socket().written.toByteArray();
        ByteBuffer frames = ByteBuffer.wrap(written, 3 + 10, written.length - 13);
        List<byte[]> messages = new ArrayList<>();
        while (frames.hasRemaining()) {
            byte[] message = new byte[frames.getShort()];
            frames.get(message);
            messages.add(message);
        }
        return messages;
    }

    /// A response without records; the id is the query's.
    private static byte[] response(byte[] query) {
        byte[] response = query.clone();
        response[2] |= (byte) 0x80;
        return response;
    }

    private void resolverSends(byte[] message) {
        reactor.socket()
                .deliver(ByteBuffer.allocate(2 + message.length)
                        .putShort((short) message.length)
                        .put(message)
                        .array());
    }

    @Nested
    class OneQuery {
        @Test
        void goesToTheResolverThroughTheSocksServerAndItsAnswerComesFromWhomTheClientAsked() throws IOException {
            ask(77, "a.example");
            grant();

            assertThat(Arrays.copyOfRange(reactor.socket().written.toByteArray(), 3, 13))
                    .containsExactly(5, 1, 0, 1, (byte) 192, 0, 2, 53, 0x14, (byte) 0xe9);
            resolverSends(response(received().getFirst()));
            cycle();

            Answer answer = answers.getFirst();
            assertThat(answer.to()).isEqualTo(CLIENT);
            assertThat(answer.fromLow()).isEqualTo(ASKED);
            assertThat(answer.fromPort()).isEqualTo(53);
            assertThat(answer.message().id).isEqualTo(77);
            assertThat(answer.message().questions.getFirst().name()).isEqualTo("a.example");
            assertThat(counters.value(Count.DNS_FORWARDED)).isEqualTo(1);
        }

        @Test
        void thatIsNoneGoesNowhere() throws IOException {
            ask(new byte[5]);
            ask(DnsMessage.query(1, 0x8000, "a.example", DnsMessage.A, 1));
            cycle();

            assertThat(reactor.sockets).isEmpty();
            assertThat(counters.drops(DropReason.DNS_MALFORMED)).isEqualTo(2);
        }

        @Test
        void whoseAnswerIsTooLongForADatagramIsToldToUseTcp() throws IOException {
            ask(1, "a.example");
            grant();
            byte[] query = received().getFirst();
            byte[] rest = new byte[600];
            ByteBuffer longOne = ByteBuffer.allocate(query.length + rest.length)
                    .put(response(query))
                    .put(rest);
            longOne.putShort(6, (short) 30);
            resolverSends(longOne.array());
            cycle();

            assertThat(answers.getFirst().message().has(0x0200)).as("TC").isTrue();
            assertThat(answers.getFirst().message().answers).isEmpty();
            assertThat(answers.getFirst().message().questions).hasSize(1);
        }
    }

    @Nested
    class ManyQueries {
        @Test
        void shareOneConnectionAndAreAnsweredInAnyOrder() throws IOException {
            ask(5, "a.example");
            ask(5, "b.example");
            ask(6, "c.example");
            grant();
            assertThat(reactor.sockets).hasSize(1);
            assertThat(received()).extracting(query -> query[0] << 8 | query[1]).doesNotHaveDuplicates();

            resolverSends(response(received().get(2)));
            resolverSends(response(received().get(1)));
            resolverSends(response(received().get(0)));
            cycle();

            assertThat(answers)
                    .extracting(answer -> answer.message().id + " "
                            + answer.message().questions.getFirst().name())
                    .containsExactly("6 c.example", "5 b.example", "5 a.example");
        }

        @Test
        void mayBeTakenAndAnsweredByteByByte() throws IOException {
            ask(5, "a.example");
            ask(6, "b.example");
            cycle();
            Fixtures.answerHandshake(reactor.socket());
            cycle();
            List<byte[]> queries = received();
            reactor.socket().maxRead = 1;
            queries.forEach(query -> resolverSends(response(query)));
            cycle();

            assertThat(answers).extracting(answer -> answer.message().id).containsExactly(5, 6);
        }

        @Test
        void areSentWhenTheSocketTakesThem() throws IOException {
            ask(5, "a.example");
            grant();
            reactor.socket().writeRoom = 10;
            ask(6, "b.example");
            cycle();
            reactor.socket().allowWriting(1000);
            cycle();

            assertThat(received()).hasSize(2);
            assertThat(new String(received().get(1), 13, 1, java.nio.charset.StandardCharsets.US_ASCII))
                    .isEqualTo("b");
        }

        @Test
        void beyondTheLimitAreDroppedAndCounted() {
            for (int i = 0; i <= DnsForwarder.MAX_QUERIES; i++) {
                ask(i, "a.example");
            }

            assertThat(counters.drops(DropReason.UDP_QUEUE_FULL)).isEqualTo(1);
        }

        @Test
        void getOneAnswerEachAndStraysAreCounted() throws IOException {
            ask(5, "a.example");
            grant();
            byte[] answer = response(received().getFirst());
            resolverSends(answer);
            resolverSends(answer);
            resolverSends(received().getFirst());
            resolverSends(new byte[3]);
            cycle();

            assertThat(answers).hasSize(1);
            assertThat(counters.drops(DropReason.UDP_REPLY_MALFORMED)).isEqualTo(3);
        }
    }

    @Nested
    class WhenTheResolver {
        @Test
        void endsTheConnectionUnansweredQueriesGoToAFreshOne() throws IOException {
            ask(5, "a.example");
            ask(6, "b.example");
            grant();
            resolverSends(response(received().getFirst()));
            reactor.socket().endInput();
            cycle();
            grant();

            assertThat(reactor.sockets).hasSize(2);
            assertThat(received()).hasSize(1);
            resolverSends(response(received().getFirst()));
            cycle();
            assertThat(answers).extracting(answer -> answer.message().id).containsExactly(5, 6);
        }

        @Test
        void endsItTwiceTheyFail() throws IOException {
            ask(5, "a.example");
            grant();
            reactor.socket().endInput();
            cycle();
            grant();
            reactor.socket().fail("reset");
            cycle();

            assertThat(answers).hasSize(1);
            assertThat(answers.getFirst().message().code()).as("SERVFAIL").isEqualTo(2);
            assertThat(answers.getFirst().message().id).isEqualTo(5);
            assertThat(forwarder.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
        }

        @Test
        void cannotBeReachedQueriesFailAtOnce() throws IOException {
            ask(5, "a.example");
            cycle();
            reactor.socket().connected();
            reactor.socket().deliver(Fixtures.METHOD_NONE);
            reactor.socket().deliver((byte) 5, (byte) 4);
            cycle();

            assertThat(answers.getFirst().message().code()).isEqualTo(2);
            assertThat(answers.getFirst().message().questions).hasSize(1);
        }

        @Test
        void isNotReachedInTimeQueriesFail() throws IOException {
            ask(5, "a.example");
            cycle();
            reactor.nowNanos += 10 * SECOND;
            ask(6, "b.example");
            cycle();

            assertThat(reactor.sockets.getFirst().isAborted).isTrue();
            assertThat(answers).extracting(answer -> answer.message().id).containsExactly(5, 6);
        }

        @Test
        void doesNotAnswerTheQueryIsForgottenAndTheConnectionGivenUp() throws IOException {
            ask(5, "a.example");
            grant();
            reactor.nowNanos += SECOND;
            ask(6, "b.example");
            cycle();
            assertThat(forwarder.nextDeadlineNanos()).isEqualTo(reactor.nowNanos + 4 * SECOND);

            reactor.nowNanos += 5 * SECOND;
            cycle();

            assertThat(answers).isEmpty();
            assertThat(reactor.sockets.getFirst().isClosed).isTrue();
            assertThat(forwarder.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
        }

        @Test
        void isNotAskedForAWhileTheConnectionIsClosed() throws IOException {
            ask(5, "a.example");
            grant();
            resolverSends(response(received().getFirst()));
            cycle();
            assertThat(forwarder.nextDeadlineNanos()).isEqualTo(reactor.nowNanos + DnsForwarder.IDLE_NANOS);

            reactor.nowNanos += DnsForwarder.IDLE_NANOS;
            cycle();

            assertThat(reactor.socket().isClosed).isTrue();
            assertThat(reactor.socket().isAborted).isFalse();
        }
    }

    @Test
    void theEndOfTheTunnelClosesTheConnection() throws IOException {
        ask(5, "a.example");
        grant();
        forwarder.endAll();

        assertThat(reactor.socket().isClosed).isTrue();
        assertThat(answers).isEmpty();
    }
}
