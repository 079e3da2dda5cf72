// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.Socks5Settings.Udp;
import io.socks5tunnel.threads.ShardCounters.Count;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `udp: tcp`: hev's UDP-in-TCP, command 05.
class UdpStreamTest {
    private final UdpSide side = new UdpSide(Optional.of(Udp.TCP));

    @Nested
    class Up {
        @Test
        void asksWithCommandFive() throws IOException {
            open();

            assertThat(side.reactor.socket().written.toByteArray()).startsWith(5, 1, 0, 5, 5, 0, 1, 0, 0, 0, 0, 0, 0);
            assertThat(side.reactor.datagramSockets).isEmpty();
        }

        /// These bytes were seen on the wire of the original.
        @Test
        void tenBytesLookAsTheOriginalsDo() throws IOException {
            side.send(1, "198.19.0.1", 99, Fixtures.bytes("0123456789"));
            side.cycle();
            side.grant();

            assertThat(side.frames().getFirst())
                    .startsWith(0x00, 0x0a, 0x0a, 0x01, 0xc6, 0x13, 0x00, 0x01, 0x00, 0x63)
                    .endsWith(Fixtures.bytes("0123456789"))
                    .hasSize(20);
        }

        @Test
        void ipv6HasAHeaderOfTwentyTwo() throws IOException {
            side.send(1, "fd00:19::1", 99, Fixtures.bytes("hello"));
            side.cycle();
            side.grant();

            assertThat(side.frames().getFirst())
                    .startsWith(0x00, 0x05, 22, 0x04, 0xfd, 0x00, 0x00, 0x19)
                    .hasSize(27);
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1, 65_507, 65_527})
        void everySizeFits(int length) throws IOException {
            open();
            side.send(1, "fd00:19::1", 53, new byte[length]);
            side.cycle();
            side.grant();
            FakeSocket ofIpv6 = side.reactor.socket();

            assertThat(UdpSide.frames(ofIpv6).getFirst()).hasSize(22 + length);
            assertThat(side.tooBig).isEmpty();
        }

        @Test
        void aBurstIsOneWrite() throws IOException {
            open();
            for (int i = 0; i < 8; i++) {
                side.send(1, "number " + i);
            }
            side.cycle();

            assertThat(side.frames()).hasSize(9);
            assertThat(side.counters.value(Count.UDP_DATAGRAMS_UP)).isEqualTo(9);
        }

        @Test
        void moreThanOneWriteHoldsGoesOutInOrder() throws IOException {
            open();
            byte[] payload = new byte[200];
            for (int i = 0; i < payload.length; i++) {
                payload[i] = (byte) i;
            }
            side.send(1, UdpSide.DESTINATION, 53, payload, 1);
            side.cycle();

            List<byte[]> frames = side.frames();
            assertThat(frames).hasSize(201);
            for (int i = 0; i < 200; i++) {
                assertThat(frames.get(1 + i)).hasSize(11).endsWith(payload[i]);
            }
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1, 9, 10, 11, 14, 15, 16, 25, 29, 30, 31, 44})
        void aWriteThatIsCutAnywhereGoesOnWhereItStopped(int room) throws IOException {
            open();
            FakeSocket socket = side.reactor.socket();
            socket.writeRoom = room;
            side.send(1, "first");
            side.send(1, "again");
            side.cycle();
            side.send(1, "third");
            side.cycle();
            for (int more = 0; more < 60; more++) {
                socket.allowWriting(1);
                side.cycle();
            }

            assertThat(side.frames())
                    .extracting(frame ->
                            new String(frame, 10, frame.length - 10, java.nio.charset.StandardCharsets.US_ASCII))
                    .containsExactly("hello", "first", "again", "third");
            assertThat(side.shared.copyBudget().usedBytes()).isZero();
        }

        @Test
        void aServerThatReadsNothingCostsNoMoreThanTheQueue() throws IOException {
            open();
            side.reactor.socket().writeRoom = 0;
            for (int i = 0; i < 100; i++) {
                side.send(1, "number " + i);
                side.cycle();
            }
            assertThat(side.dropped(DropReason.UDP_QUEUE_FULL)).isEqualTo(100 - WaitingDatagrams.MAX_DATAGRAMS);

            side.reactor.socket().allowWriting(Integer.MAX_VALUE);
            side.cycle();
            assertThat(side.frames()).hasSize(1 + WaitingDatagrams.MAX_DATAGRAMS);
            assertThat(side.frames().getLast()).as("the newest are dropped").endsWith(Fixtures.bytes("number 63"));
        }
    }

    @Nested
    class Down {
        @Test
        void framesAreDelivered() throws IOException {
            open();
            side.reactor.socket().deliver(frames(frame("10.20.30.40", 99, "one"), frame("198.19.0.1", 53, "")));
            side.cycle();

            assertThat(side.replies).extracting(UdpSide.Reply::text).containsExactly("one", "");
            assertThat(side.replies.getFirst().from()).isEqualTo("10.20.30.40");
            assertThat(side.replies.getFirst().port()).isEqualTo(99);
        }

        @Test
        void theyMayComeCutAtEveryByte() throws IOException {
            open();
            byte[] all = frames(frame("10.0.0.1", 1, "one"), frame("10.0.0.2", 2, "second"), frame("10.0.0.3", 3, ""));
            for (int cut = 0; cut <= all.length; cut++) {
                side.replies.clear();
                side.reactor.socket().deliver(Arrays.copyOf(all, cut));
                side.cycle();
                side.reactor.socket().deliver(Arrays.copyOfRange(all, cut, all.length));
                side.cycle();

                assertThat(side.replies)
                        .as("cut at %d", cut)
                        .extracting(UdpSide.Reply::text)
                        .containsExactly("one", "second", "");
            }
            assertThat(side.shared.copyBudget().usedBytes()).isZero();
        }

        @Test
        void theLargestMayComeByteByByte() throws IOException {
            open();
            byte[] payload = new byte[2000];
            Arrays.fill(payload, (byte) 'x');
            byte[] all =
                    frame(UdpSide.DESTINATION, 53, new String(payload, java.nio.charset.StandardCharsets.US_ASCII));
            for (byte one : all) {
                side.reactor.socket().deliver(one);
                side.cycle();
            }

            assertThat(side.replies).hasSize(1);
            assertThat(side.replies.getFirst().payload()).isEqualTo(payload);
        }

        @Test
        void theLargestAreWhole() throws IOException {
            open();
            byte[] payload = new byte[65_507];
            Arrays.fill(payload, (byte) 'y');
            byte[] all =
                    frame(UdpSide.DESTINATION, 53, new String(payload, java.nio.charset.StandardCharsets.US_ASCII));
            side.reactor.socket().deliver(frames(all, all, all));
            side.cycle();

            assertThat(side.replies).hasSize(3).allMatch(reply -> Arrays.equals(reply.payload(), payload));
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1, 4})
        void anImpossibleHeaderLengthEndsTheFlowAndTheNextDatagramBeginsAnother(int headerLength) throws IOException {
            open();
            byte[] wrong = frame("10.0.0.1", 1, "wrong");
            wrong[2] = (byte) headerLength;
            side.reactor.socket().deliver(wrong);
            side.cycle();

            assertThat(side.dropped(DropReason.UDP_REPLY_MALFORMED)).isEqualTo(1);
            assertThat(side.reactor.socket().isClosed).isTrue();
            side.expectNothingLeft();
            open();
            assertThat(side.reactor.sockets).hasSize(2);
        }

        @ParameterizedTest
        @CsvSource({"3, 0", "3, 2", "3, 4", "3, 3"})
        void aHeaderThatDoesNotFitItsAddressIsCountedAndTheFlowGoesOn(int at, int value) throws IOException {
            open();
            byte[] wrong = frame("10.0.0.1", 1, "wrong");
            wrong[at] = (byte) value;
            side.reactor.socket().deliver(frames(wrong, frame("10.0.0.1", 1, "right")));
            side.cycle();

            assertThat(side.dropped(DropReason.UDP_REPLY_MALFORMED)).isEqualTo(1);
            assertThat(side.replies).extracting(UdpSide.Reply::text).containsExactly("right");
        }

        @Test
        void aNameAsSourceIsCountedAndTheFlowGoesOn() throws IOException {
            open();
            byte[] named = {0, 1, 3 + 1 + 1 + 3 + 2, 3, 3, 'd', 'n', 's', 0, 53, 'x'};
            side.reactor.socket().deliver(frames(named, frame("10.0.0.1", 1, "right")));
            side.cycle();

            assertThat(side.dropped(DropReason.UDP_REPLY_NAMED)).isEqualTo(1);
            assertThat(side.replies).hasSize(1);
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void theEndEndsTheFlowWithHalfAFrameLeft(boolean isReset) throws IOException {
            open();
            side.reactor.socket().deliver(Arrays.copyOf(frame("10.0.0.1", 1, "one"), 5));
            side.cycle();
            assertThat(side.shared.copyBudget().usedBytes()).isPositive();
            if (isReset) {
                side.reactor.socket().fail("reset");
            } else {
                side.reactor.socket().endInput();
            }
            side.cycle();

            assertThat(side.replies).isEmpty();
            side.expectNothingLeft();
        }

        @Test
        void othersHaveTheirTurn() throws IOException {
            open();
            side.reactor.socket().maxRead = 13;
            byte[] one = frame("10.0.0.1", 1, "one");
            byte[][] many = new byte[20][];
            Arrays.fill(many, one);
            side.reactor.socket().deliver(frames(many));
            side.cycle();
            assertThat(side.replies).hasSizeLessThan(20);
            while (side.sessions.hasWork()) {
                side.cycle();
            }

            assertThat(side.replies).hasSize(20);
        }
    }

    private void open() throws IOException {
        side.send(1, "hello");
        side.cycle();
        side.grant();
    }

    static byte[] frame(String from, int port, String payload) {
        byte[] address = InetAddress.ofLiteral(from).getAddress();
        return ByteBuffer.allocate(4 + address.length + 2 + payload.length())
                .putShort((short) payload.length())
                .put((byte) (4 + address.length + 2))
                .put((byte) (address.length == 4 ? 1 : 4))
                .put(address)
                .putShort((short) port)
                .put(Fixtures.bytes(payload))
                .array();
    }

    private static byte[] frames(byte[]... frames) {
        var all = new ByteArrayOutputStream();
        for (byte[] frame : frames) {
            all.writeBytes(frame);
        }
        return all.toByteArray();
    }
}
