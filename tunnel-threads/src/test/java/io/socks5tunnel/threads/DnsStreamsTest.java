// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.threads.dns.DnsMessage;
import io.socks5tunnel.threads.dns.DnsResponder;
import io.socks5tunnel.threads.dns.DnsStreams;
import io.socks5tunnel.threads.dns.MapDns;
import io.socks5tunnel.threads.dns.Names;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DnsStreamsTest {
    private static final int CLIENT = 0x0a000001;

    private final MapDns names = Names.mapDns(Names.BOTH);
    private final DnsResponder responder = new DnsResponder(names);
    private final DnsStreams streams = new DnsStreams(responder);
    private long nowNanos = 1_000;

    private FakeFlow open(int port) {
        FakeFlow flow = FakeFlow.from(CLIENT, port);
        flow.isAcknowledgedAtOnce = true;
        streams.open(flow, nowNanos);
        return flow;
    }

    private void run() {
        streams.run(nowNanos);
    }

    private static byte[] framed(byte[] message) {
        return ByteBuffer.allocate(2 + message.length)
                .putShort((short) message.length)
                .put(message)
                .array();
    }

    private static byte[] query(int id, String name) {
        return framed(DnsMessage.query(id, 0x0100, name, DnsMessage.A, 1));
    }

    private static byte[] joined(byte[]... parts) {
        ByteBuffer all = ByteBuffer.allocate(
                Arrays.stream(parts).mapToInt(part -> part.length).sum());
        for (byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }

    private static List<DnsMessage> replies(FakeFlow flow) {
        List<DnsMessage> replies = new ArrayList<>();
        ByteBuffer sent = ByteBuffer.wrap(flow.sent.toByteArray());
        while (sent.hasRemaining()) {
            byte[] reply = new byte[sent.getShort()];
            sent.get(reply);
            replies.add(new DnsMessage(reply));
        }
        return replies;
    }

    @Nested
    class Queries {
        @Test
        void areAnsweredOnAConnectionThatIsAcceptedAtOnce() {
            FakeFlow flow = open(1);
            assertThat(flow.isAccepted).isTrue();

            flow.clientSends(query(5, "www.example.org"));
            run();

            assertThat(replies(flow)).hasSize(1);
            assertThat(replies(flow).getFirst().id).isEqualTo(5);
            assertThat(replies(flow).getFirst().answers.getFirst().address()).isEqualTo("100.64.0.1");
        }

        @Test
        void thatComeTogetherAreAnsweredInOrder() {
            FakeFlow flow = open(1);

            flow.clientSends(joined(query(1, "a.example"), query(2, "b.example"), query(3, "a.example")));
            run();

            assertThat(replies(flow)).extracting(reply -> reply.id).containsExactly(1, 2, 3);
            assertThat(replies(flow))
                    .extracting(reply -> reply.answers.getFirst().address())
                    .containsExactly("100.64.0.1", "100.64.0.2", "100.64.0.1");
        }

        @Test
        void mayBeCutAnywhere() {
            byte[] two = joined(query(1, "a.example"), query(2, "b.example"));
            for (int cut = 1; cut < two.length; cut++) {
                FakeFlow flow = open(cut);
                flow.clientSends(Arrays.copyOf(two, cut));
                run();
                flow.clientSends(Arrays.copyOfRange(two, cut, two.length));
                run();
                assertThat(replies(flow))
                        .as("cut after " + cut)
                        .extracting(reply -> reply.id)
                        .containsExactly(1, 2);
            }
        }

        @Test
        void mayComeByteByByte() {
            FakeFlow flow = open(1);
            for (byte b : query(1, "a.example")) {
                assertThat(flow.sent.size()).isZero();
                flow.clientSends(b);
                run();
            }

            assertThat(replies(flow)).hasSize(1);
        }

        @Test
        void ofAnySizeUpToTheLimitAreTaken() {
            byte[] padding = new byte[4000];
            ByteBuffer.wrap(padding).putShort((short) 12).putShort((short) (padding.length - 4));
            FakeFlow flow = open(1);

            flow.clientSends(framed(DnsMessage.ednsQuery("a.example", DnsMessage.A, 1232, 0, 0, padding)));
            run();

            assertThat(replies(flow).getFirst().answers).hasSize(1);
        }

        @Test
        void thatAreMalformedAreToldSoAndTheConnectionGoesOn() {
            FakeFlow flow = open(1);

            flow.clientSends(joined(framed(new byte[12]), query(2, "a.example")));
            run();

            assertThat(replies(flow)).extracting(DnsMessage::code).containsExactly(1, 0);
            assertThat(responder.malformed()).isEqualTo(1);
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1, 11})
        void thatAreNoneAtAllEndTheConnection(int length) {
            FakeFlow flow = open(1);

            flow.clientSends(framed(new byte[length]));
            run();

            assertThat(flow.isAborted).isTrue();
            assertThat(streams.size()).isZero();
            assertThat(responder.malformed()).isEqualTo(1);
        }

        @Test
        void thatAreFarTooLongEndTheConnection() {
            FakeFlow flow = open(1);

            flow.clientSends(framed(new byte[5000]));
            run();

            assertThat(flow.isAborted).isTrue();
            assertThat(streams.size()).isZero();
        }
    }

    @Nested
    class TheEnd {
        @Test
        void ofTheClientsStreamComesAfterItsLastAnswer() {
            FakeFlow flow = open(1);
            flow.clientSends(query(1, "a.example"));
            flow.clientEnds();
            run();

            assertThat(replies(flow)).hasSize(1);
            assertThat(flow.isOutputShut).isTrue();
            flow.handler.onClosed();
            run();
            assertThat(streams.size()).isZero();
        }

        @Test
        void ofAResetConnectionIsNoticed() {
            FakeFlow flow = open(1);
            flow.handler.onReset();
            run();

            assertThat(streams.size()).isZero();
            assertThat(streams.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
        }

        @Test
        void comesAfterSomeTimeOfSilence() {
            FakeFlow flow = open(1);
            flow.clientSends(query(1, "a.example"));
            nowNanos += 5;
            run();
            assertThat(streams.nextDeadlineNanos()).isEqualTo(nowNanos + DnsStreams.IDLE_NANOS);

            nowNanos += DnsStreams.IDLE_NANOS - 1;
            run();
            assertThat(flow.isOutputShut).isFalse();

            nowNanos++;
            run();
            assertThat(flow.isOutputShut).isTrue();
            assertThat(streams.size()).isZero();
        }

        @Test
        void ofAClientThatNeverConfirmedIsAReset() {
            FakeFlow flow = open(1);
            flow.isConfirmed = false;
            nowNanos += DnsStreams.IDLE_NANOS;
            run();

            assertThat(flow.isAborted).isTrue();
        }

        @Test
        void ofTheOneThatWasSilentLongestMakesRoomForOneTooMany() {
            FakeFlow first = open(1);
            FakeFlow second = open(2);
            for (int port = 3; port <= DnsStreams.MAX_STREAMS; port++) {
                open(port);
            }
            nowNanos++;
            first.clientSends(query(1, "a.example"));
            run();

            open(9999);

            assertThat(second.isAborted).isTrue();
            assertThat(first.isAborted).isFalse();
            assertThat(streams.size()).isEqualTo(DnsStreams.MAX_STREAMS);
        }

        @Test
        void ofTheTunnelIsAResetForAll() {
            FakeFlow flow = open(1);
            streams.endAll();

            assertThat(flow.isAborted).isTrue();
            assertThat(streams.size()).isZero();
        }
    }

    @Nested
    class WithoutRoom {
        @Test
        void forAnAnswerTheQueryWaitsInItsFlow() {
            FakeFlow flow = open(1);
            flow.sendSpace = 100;
            flow.clientSends(query(1, "a.example"));
            run();
            assertThat(flow.readableBytes()).isPositive();

            flow.sendSpace = 2000;
            flow.handler.onWritable();
            run();

            assertThat(replies(flow)).hasSize(1);
        }

        @Test
        void inMemoryItTriesAgainSoon() {
            FakeFlow flow = open(1);
            flow.hasSlabs = false;
            flow.clientSends(query(1, "a.example"));
            run();
            assertThat(streams.nextDeadlineNanos()).isEqualTo(nowNanos + 5_000_000);

            flow.hasSlabs = true;
            run();

            assertThat(replies(flow)).hasSize(1);
        }
    }
}
