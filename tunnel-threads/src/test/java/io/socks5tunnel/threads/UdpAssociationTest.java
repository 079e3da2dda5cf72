// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.Socks5Settings.Udp;
import io.socks5tunnel.threads.ShardCounters.Count;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `udp: udp`: one UDP ASSOCIATE for each client socket.
class UdpAssociationTest {
    private static final Optional<Udp> ASSOCIATE = Optional.of(Udp.UDP);
    private static final byte[] TO_DESTINATION = {0, 0, 0, 1, (byte) 198, 19, 0, 1, 0, 53};

    private final UdpSide side = new UdpSide(ASSOCIATE);

    @Nested
    class Up {
        @Test
        void puttingTheHeaderBeforeThePayload() throws IOException {
            FakeDatagramSocket socket = side.associate(1);

            assertThat(socket.sent.getFirst()).startsWith(TO_DESTINATION).hasSize(15);
            assertThat(texts(socket)).containsExactly("hello");
        }

        @Test
        @Tag("T-UD-5")
        void oneAssociationServesAllDestinations() throws IOException {
            FakeDatagramSocket socket = side.associate(1);
            for (int i = 1; i <= 100; i++) {
                side.send(1, "198.19.0." + i, 1000 + i, Fixtures.bytes("to " + i));
                side.cycle();
            }

            assertThat(side.reactor.sockets).hasSize(1);
            assertThat(socket.sent).hasSize(101);
            assertThat(socket.sent.getLast())
                    .startsWith(0, 0, 0, 1, 198, 19, 0, 100, 0x04, 0x4c)
                    .endsWith(Fixtures.bytes("to 100"));
        }

        @Test
        void ipv6DestinationsHaveTheirOwnForm() throws IOException {
            side.send(1, "fd00:19::1", 53, Fixtures.bytes("hello"));
            side.cycle();
            side.grant();

            assertThat(side.reactor.datagramSockets.getFirst().sent.getFirst())
                    .startsWith(0, 0, 0, 4, 0xfd, 0, 0, 0x19)
                    .hasSize(22 + 5);
        }

        @Test
        void aBurstOfOneFlowGoesOutInOneCall() throws IOException {
            FakeDatagramSocket first = side.associate(1);
            FakeDatagramSocket second = side.associate(2);
            first.calls.clear();
            second.calls.clear();
            for (int i = 0; i < 10; i++) {
                side.send(1, "to one");
                side.send(2, "to two");
            }
            side.cycle();

            assertThat(first.calls).containsExactly(10);
            assertThat(second.calls).containsExactly(10);
        }

        @Test
        void aCallTakesNoMoreThanIsConfigured() throws IOException {
            FakeDatagramSocket socket = side.associate(1);
            socket.calls.clear();
            for (int i = 0; i < 40; i++) {
                side.send(1, "number " + i);
            }
            side.cycle();

            assertThat(socket.calls).containsExactly(16, 16, 8);
        }

        @Test
        void moreThanTheCollectionHoldsIsSentInBetween() throws IOException {
            FakeDatagramSocket socket = side.associate(1);
            byte[] payload = new byte[3000];
            for (int i = 0; i < payload.length; i++) {
                payload[i] = (byte) i;
            }
            side.send(1, UdpSide.DESTINATION, 53, payload, 1);
            side.cycle();

            assertThat(socket.sent).hasSize(1 + 3000);
            for (int i = 0; i < payload.length; i++) {
                assertThat(socket.sent.get(1 + i)).hasSize(11).endsWith(payload[i]);
            }
        }

        @Test
        void aSuperDatagramIsSplitIntoItsSegments() throws IOException {
            FakeDatagramSocket socket = side.associate(1);
            side.send(1, UdpSide.DESTINATION, 443, Fixtures.bytes("aaaabbbbcc"), 4);
            side.cycle();

            assertThat(texts(socket)).containsExactly("hello", "aaaa", "bbbb", "cc");
            assertThat(side.counters.value(Count.UDP_DATAGRAMS_UP)).isEqualTo(4);
        }

        @Test
        @Tag("T-UD-3")
        void emptyDatagramsPass() throws IOException {
            FakeDatagramSocket socket = side.associate(1);
            side.send(1, "");
            side.cycle();

            assertThat(socket.sent.getLast()).containsExactly(TO_DESTINATION);
        }

        @Test
        void whatTheSocketDoesNotTakeWaitsInOrder() throws IOException {
            FakeDatagramSocket socket = side.associate(1);
            socket.sendRoom = 2;
            for (String text : List.of("a", "b", "c", "d")) {
                side.send(1, text);
            }
            side.cycle();
            side.send(1, "e");
            side.cycle();
            assertThat(texts(socket)).containsExactly("hello", "a", "b");

            socket.allowSending(100);
            side.cycle();

            assertThat(texts(socket)).containsExactly("hello", "a", "b", "c", "d", "e");
            assertThat(side.shared.copyBudget().usedBytes()).isZero();
        }

        @Test
        void anErrorOfAnEarlierDatagramLosesNothing() throws IOException {
            FakeDatagramSocket socket = side.associate(1);
            socket.errors.add(new IOException("port unreachable"));
            side.send(1, "more");
            side.cycle();

            assertThat(texts(socket)).containsExactly("hello", "more");
        }

        @Test
        void anErrorThatStaysLosesOneDatagramAndNotTheFlow() throws IOException {
            FakeDatagramSocket socket = side.associate(1);
            socket.errors.add(new IOException("too long"));
            socket.errors.add(new IOException("too long"));
            side.send(1, "lost");
            side.send(1, "sent");
            side.cycle();

            assertThat(texts(socket)).containsExactly("hello", "sent");
            assertThat(side.dropped(DropReason.UDP_NOT_RELAYED)).isEqualTo(1);
        }
    }

    @Nested
    class Sizes {
        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void theLargestThatFitsPassesAndOneByteMoreIsRefused(boolean isOpen) throws IOException {
            if (isOpen) {
                side.associate(1);
            }
            side.send(1, UdpSide.DESTINATION, 53, new byte[65_497]);
            side.send(1, UdpSide.DESTINATION, 53, new byte[65_498]);
            side.cycle();
            if (!isOpen) {
                side.grant();
            }

            assertThat(side.reactor.datagramSockets.getFirst().sent.getLast()).hasSize(65_507);
            assertThat(side.tooBig).containsExactly(65_497);
            assertThat(side.dropped(DropReason.UDP_TOO_LARGE)).isEqualTo(1);
        }

        @Test
        void ipv6DestinationsLeaveLessRoom() throws IOException {
            side.send(1, "fd00:19::1", 53, new byte[65_485]);
            side.send(1, "fd00:19::1", 53, new byte[65_486]);
            side.cycle();
            side.grant();

            assertThat(side.reactor.datagramSockets.getFirst().sent).hasSize(1);
            assertThat(side.tooBig).containsExactly(65_485);
        }

        @Test
        void aRelayThatIsNarrowerThanItsServerDropsWhatDoesNotFit() throws IOException {
            var ipv6 = new UdpSide(UdpSide.server("2001:db8::1", ASSOCIATE, Optional.empty()));
            ipv6.send(1, UdpSide.DESTINATION, 53, new byte[65_507]);
            ipv6.send(1, "small");
            ipv6.cycle();
            ipv6.grant();

            assertThat(texts(ipv6.reactor.datagramSockets.getFirst())).containsExactly("small");
            assertThat(ipv6.dropped(DropReason.UDP_TOO_LARGE)).isEqualTo(1);
        }
    }

    @Nested
    class Down {
        @Test
        @Tag("T-UD-6")
        void whoeverTheRelayNamesIsTheSource() throws IOException {
            FakeDatagramSocket socket = side.associate(1);
            socket.deliver(datagram("10.20.30.40", 99, "answer"));
            side.cycle();

            UdpSide.Reply reply = side.replies.getFirst();
            assertThat(reply.from()).isEqualTo("10.20.30.40");
            assertThat(reply.port()).isEqualTo(99);
            assertThat(reply.text()).isEqualTo("answer");
            assertThat(reply.to().port()).isEqualTo(1);
            assertThat(side.counters.value(Count.UDP_DATAGRAMS_DOWN)).isEqualTo(1);
            assertThat(side.counters.value(Count.UDP_BYTES_DOWN)).isEqualTo(6);
        }

        /// Defect 4 of the original: whatever is longer than 1490 bytes is cut.
        @ParameterizedTest
        @ValueSource(ints = {0, 1, 1472, 1490, 1491, 3000, 65_497})
        void answersOfAnySizeAreWhole(int length) throws IOException {
            FakeDatagramSocket socket = side.associate(1);
            byte[] payload = new byte[length];
            Arrays.fill(payload, (byte) 'x');
            socket.deliver(
                    datagram(UdpSide.DESTINATION, 53, new String(payload, java.nio.charset.StandardCharsets.US_ASCII)));
            side.cycle();

            assertThat(side.replies.getFirst().payload()).isEqualTo(payload);
        }

        @Test
        @Tag("T-UD-7")
        void manyAtOnceAllArriveInOrder() throws IOException {
            FakeDatagramSocket socket = side.associate(1);
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 95; i++) {
                expected.add("number " + i);
                socket.deliver(datagram(UdpSide.DESTINATION, 53, "number " + i));
            }
            side.cycle();
            assertThat(side.replies).as("others have their turn").hasSizeLessThan(95);
            while (side.sessions.hasWork()) {
                side.cycle();
            }

            assertThat(side.replies).extracting(UdpSide.Reply::text).isEqualTo(expected);
        }

        /// Defect 1 of the original: fewer than 4 bytes kill it.
        @ParameterizedTest
        @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
        void aDatagramShorterThanAHeaderIsCountedAndTheFlowGoesOn(int length) throws IOException {
            FakeDatagramSocket socket = side.associate(1);
            socket.deliver(Arrays.copyOf(datagram("10.0.0.9", 9, ""), length));
            socket.deliver(datagram(UdpSide.DESTINATION, 53, "answer"));
            side.cycle();

            assertThat(side.dropped(DropReason.UDP_REPLY_MALFORMED)).isEqualTo(1);
            assertThat(side.replies).extracting(UdpSide.Reply::text).containsExactly("answer");
        }

        @ParameterizedTest
        @CsvSource({
            "0, 1, UDP_REPLY_MALFORMED",
            "1, 1, UDP_REPLY_MALFORMED",
            "2, 1, UDP_REPLY_FRAGMENT",
            "2, 129, UDP_REPLY_FRAGMENT",
            "3, 0, UDP_REPLY_MALFORMED",
            "3, 2, UDP_REPLY_MALFORMED",
            "3, 255, UDP_REPLY_MALFORMED",
            "3, 4, UDP_REPLY_MALFORMED"
        })
        void aWrongHeaderIsCountedAndTheFlowGoesOn(int at, int value, DropReason reason) throws IOException {
            FakeDatagramSocket socket = side.associate(1);
            byte[] wrong = datagram("10.0.0.9", 9, "wrong");
            wrong[at] = (byte) value;
            socket.deliver(wrong);
            socket.deliver(datagram(UdpSide.DESTINATION, 53, "answer"));
            side.cycle();

            assertThat(side.dropped(reason)).isEqualTo(1);
            assertThat(side.replies).extracting(UdpSide.Reply::text).containsExactly("answer");
        }

        @Test
        void aNameAsSourceIsCountedAndTheFlowGoesOn() throws IOException {
            FakeDatagramSocket socket = side.associate(1);
            socket.deliver(named("dns.example", "wrong"));
            socket.deliver(datagram(UdpSide.DESTINATION, 53, "answer"));
            side.cycle();

            assertThat(side.dropped(DropReason.UDP_REPLY_NAMED)).isEqualTo(1);
            assertThat(side.replies).hasSize(1);
        }

        @Test
        void aSourceOfTheOtherFamilyIsCountedAndTheFlowGoesOn() throws IOException {
            FakeDatagramSocket socket = side.associate(1);
            socket.deliver(datagram("2001:db8::9", 9, "wrong"));
            socket.deliver(datagram(UdpSide.DESTINATION, 53, "answer"));
            side.cycle();

            assertThat(side.dropped(DropReason.UDP_REPLY_UNDELIVERABLE)).isEqualTo(1);
            assertThat(side.replies).hasSize(1);
        }

        @Test
        void anErrorOfAnEarlierDatagramHidesNoAnswer() throws IOException {
            FakeDatagramSocket socket = side.associate(1);
            socket.errors.add(new IOException("port unreachable"));
            socket.deliver(datagram(UdpSide.DESTINATION, 53, "answer"));
            side.cycle();

            assertThat(side.replies).hasSize(1);
        }

        @Test
        void errorsWithoutEndEndTheFlow() throws IOException {
            FakeDatagramSocket socket = side.associate(1);
            for (int i = 0; i < 10; i++) {
                socket.errors.add(new IOException("bad descriptor"));
            }
            socket.deliver();
            side.cycle();

            assertThat(socket.isClosed).isTrue();
            side.expectNothingLeft();
        }
    }

    @Nested
    class TheControlConnection {
        @Test
        void strayBytesOnItMeanNothing() throws IOException {
            FakeDatagramSocket socket = side.associate(1);
            side.reactor.socket().deliver(new byte[100_000]);
            side.cycle();
            socket.deliver(datagram(UdpSide.DESTINATION, 53, "answer"));
            side.cycle();

            assertThat(side.reactor.socket().unread()).isZero();
            assertThat(side.replies).hasSize(1);
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void itsEndEndsTheFlowAndTheNextDatagramBeginsAnother(boolean isReset) throws IOException {
            FakeDatagramSocket socket = side.associate(1);
            FakeSocket control = side.reactor.socket();
            if (isReset) {
                control.fail("reset");
            } else {
                control.endInput();
            }
            side.cycle();
            assertThat(socket.isClosed).isTrue();
            assertThat(control.isClosed).isTrue();
            side.expectNothingLeft();

            side.associate(1);
            assertThat(side.reactor.sockets).hasSize(2);
            assertThat(texts(side.reactor.datagramSockets.getLast())).containsExactly("hello");
        }

        @Test
        void datagramsBeforeItsEndAreDelivered() throws IOException {
            FakeDatagramSocket socket = side.associate(1);
            socket.deliver(datagram(UdpSide.DESTINATION, 53, "last words"));
            side.reactor.socket().endInput();
            side.cycle();

            assertThat(side.replies).extracting(UdpSide.Reply::text).containsExactly("last words");
            side.expectNothingLeft();
        }
    }

    static byte[] datagram(String from, int port, String payload) {
        byte[] address = InetAddress.ofLiteral(from).getAddress();
        return ByteBuffer.allocate(4 + address.length + 2 + payload.length())
                .put(new byte[] {0, 0, 0, (byte) (address.length == 4 ? 1 : 4)})
                .put(address)
                .putShort((short) port)
                .put(Fixtures.bytes(payload))
                .array();
    }

    private static byte[] named(String name, String payload) {
        return ByteBuffer.allocate(5 + name.length() + 2 + payload.length())
                .put(new byte[] {0, 0, 0, 3, (byte) name.length()})
                .put(Fixtures.bytes(name))
                .putShort((short) 53)
                .put(Fixtures.bytes(payload))
                .array();
    }

    static List<String> texts(FakeDatagramSocket socket) {
        return socket.sent.stream()
                .map(one -> new String(one, 10, one.length - 10, java.nio.charset.StandardCharsets.UTF_8))
                .toList();
    }
}
