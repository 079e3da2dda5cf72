// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.DnsSettings;
import io.socks5tunnel.api.DnsSettings.Transport;
import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.MapDnsSettings;
import io.socks5tunnel.api.Socks5Settings.Udp;
import io.socks5tunnel.api.TunnelConfig;
import io.socks5tunnel.threads.ShardCounters.Count;
import io.socks5tunnel.threads.dns.DnsMessage;
import io.socks5tunnel.threads.dns.Names;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Datagrams and names: queries to mapdns, mapped destinations, redirected queries, and the sources of replies.
class UdpNamesTest {
    private static final String MAPDNS = "198.18.0.2";

    private static UdpSide side(Optional<Udp> mode, MapDnsSettings mapDns, DnsSettings dns) {
        TunnelConfig plain = UdpSide.shared(
                        UdpSide.server("192.0.2.1", mode, Optional.empty()),
                        Fixtures.config(1).limits(),
                        0)
                .config();
        TunnelConfig config = new TunnelConfig(
                plain.tunnel(), plain.socks5(), mapDns, plain.limits(), plain.process(), plain.threads(), dns);
        return new UdpSide(new SharedState(config, 2, 64 << 20, new FakeReactor(false)), 0);
    }

    private static DnsSettings redirect(Transport transport) {
        return new DnsSettings(true, List.of(), "192.0.2.53", 5353, transport);
    }

    private static byte[] query(int id, String name) {
        return DnsMessage.query(id, 0x0100, name, DnsMessage.A, 1);
    }

    /// A datagram of the relay, from an address.
    private static byte[] from(String address, int port, byte... payload) {
        byte[] raw = InetAddress.ofLiteral(address).getAddress();
        ByteBuffer datagram = ByteBuffer.allocate(3 + 1 + raw.length + 2 + payload.length);
        datagram.put(3, (byte) (raw.length == 4 ? 1 : 4)).position(4);
        return datagram.put(raw).putShort((short) port).put(payload).array();
    }

    /// A datagram of the relay, from a name.
    private static byte[] fromName(String name, int port, byte... payload) {
        ByteBuffer datagram = ByteBuffer.allocate(3 + 2 + name.length() + 2 + payload.length);
        datagram.put(3, (byte) 3).put(4, (byte) name.length()).position(5);
        return datagram.put(Fixtures.bytes(name))
                .putShort((short) port)
                .put(payload)
                .array();
    }

    private static byte[] toName(String name, int port, byte... payload) {
        return fromName(name, port, payload);
    }

    @Nested
    class Mapped {
        private final UdpSide side = side(Optional.of(Udp.UDP), Names.BOTH, DnsSettings.DEFAULT);

        private String ask(String name) {
            side.send(999, MAPDNS, 53, query(1, name));
            return new DnsMessage(side.replies.removeLast().payload())
                    .answers
                    .getFirst()
                    .address();
        }

        private FakeDatagramSocket associate(int port, String destination, int destinationPort) throws IOException {
            side.send(port, destination, destinationPort, new byte[] {1});
            side.cycle();
            side.grant();
            return side.reactor.datagramSockets.getLast();
        }

        @Test
        void aQueryIsAnsweredAtOnceFromTheAddressThatWasAskedAndTakesNoSession() throws IOException {
            side.send(4000, MAPDNS, 53, query(77, "www.example.org"));

            UdpSide.Reply reply = side.replies.getFirst();
            assertThat(reply.from()).isEqualTo(MAPDNS);
            assertThat(reply.port()).isEqualTo(53);
            assertThat(reply.to().port()).isEqualTo(4000);
            assertThat(new DnsMessage(reply.payload()).id).isEqualTo(77);
            side.cycle();
            assertThat(side.reactor.sockets).isEmpty();
            side.expectNothingLeft();
        }

        @Test
        void aQueryOverIpv6IsAnsweredOverIpv6() {
            side.send(4000, "fc00::2", 53, query(77, "www.example.org"));

            assertThat(side.replies.getFirst().from()).isEqualTo("fc00:0:0:0:0:0:0:2");
        }

        @Test
        void queriesThatTheKernelHasJoinedAreAnsweredOneByOne() {
            byte[] one = query(1, "a.example");
            byte[] two = query(2, "b.example");
            byte[] both = Arrays.copyOf(one, one.length + two.length);
            System.arraycopy(two, 0, both, one.length, two.length);

            side.send(4000, MAPDNS, 53, both, one.length);

            assertThat(side.replies)
                    .extracting(reply -> new DnsMessage(reply.payload()).id)
                    .containsExactly(1, 2);
        }

        @Test
        void whatIsNoQueryIsDroppedAndCounted() throws IOException {
            side.send(4000, MAPDNS, 53, new byte[0]);
            side.send(4000, MAPDNS, 53, new byte[11]);
            side.send(4000, MAPDNS, 53, DnsMessage.query(1, 0x8000, "a.example", DnsMessage.A, 1));
            side.cycle();

            assertThat(side.replies).isEmpty();
            assertThat(side.dropped(DropReason.DNS_MALFORMED)).isEqualTo(3);
            side.expectNothingLeft();
        }

        @Test
        void otherPortsOfItsAddressAreRelayed() throws IOException {
            FakeDatagramSocket socket = associate(1, MAPDNS, 54);

            assertThat(socket.sent.getFirst()).startsWith(0, 0, 0, 1, (byte) 198, 18, 0, 2, 0, 54);
        }

        @Test
        void theServerIsToldTheName() throws IOException {
            FakeDatagramSocket socket = associate(1, ask("www.example.org"), 443);

            assertThat(socket.sent).containsExactly(toName("www.example.org", 443, (byte) 1));
        }

        @Test
        void soItIsInUdpInTcp() throws IOException {
            UdpSide tcp = side(Optional.of(Udp.TCP), Names.BOTH, DnsSettings.DEFAULT);
            tcp.send(999, "fc00::2", 53, DnsMessage.query(1, 0, "six.example", DnsMessage.AAAA, 1));
            String mapped = new DnsMessage(tcp.replies.getFirst().payload())
                    .answers
                    .getFirst()
                    .address();
            assertThat(mapped).isEqualTo("fc00:6440:0:0:0:0:0:1");
            tcp.send(1, mapped, 443, new byte[] {1, 2});
            tcp.cycle();
            tcp.grant(tcp.reactor.socket(), Fixtures.REPLY_SUCCEEDED);

            byte[] expected = toName("six.example", 443, (byte) 1, (byte) 2);
            expected[1] = 2;
            expected[2] = (byte) (expected.length - 2);
            assertThat(tcp.frames()).containsExactly(expected);
        }

        /// UDP-in-TCP has one byte for the length of its header.
        @Test
        void aNameThatIsTooLongForUdpInTcpIsCountedAndTheFlowGoesOn() throws IOException {
            UdpSide tcp = side(Optional.of(Udp.TCP), Names.BOTH, DnsSettings.DEFAULT);
            String longest = ("a".repeat(61) + ".").repeat(3) + "b".repeat(62);
            assertThat(longest).hasSize(248);
            tcp.send(999, MAPDNS, 53, query(1, longest + "b"));
            tcp.send(999, MAPDNS, 53, query(2, longest));
            tcp.send(1, "100.64.0.1", 443, new byte[] {1});
            tcp.cycle();
            tcp.grant(tcp.reactor.socket(), Fixtures.REPLY_SUCCEEDED);
            tcp.send(1, "100.64.0.1", 443, new byte[] {2});
            tcp.send(1, "100.64.0.2", 443, new byte[] {3});
            tcp.cycle();

            assertThat(tcp.dropped(DropReason.UDP_TOO_LARGE)).isEqualTo(2);
            assertThat(tcp.frames()).hasSize(1);
            assertThat(tcp.frames().getFirst()[2]).isEqualTo((byte) 255);
            assertThat(tcp.frames().getFirst()).endsWith(3);
        }

        /// Defect 2 of the original: there, any address with the lower bits of a mapped one is rewritten.
        @Test
        void anAddressOutsideOfTheNetworkIsNotRewritten() throws IOException {
            assertThat(ask("www.example.org")).isEqualTo("100.64.0.1");

            FakeDatagramSocket socket = associate(1, "1.0.0.1", 443);

            assertThat(socket.sent.getFirst()).startsWith(0, 0, 0, 1, 1, 0, 0, 1, 1, (byte) 0xbb);
        }

        /// Defect 3 of the original: there, all replies of a socket carry the last mapped address and port.
        @Test
        @Tag("T-UD-6")
        void everyReplyCarriesTheSourceThatTheClientHasSentTo() throws IOException {
            String mapped = ask("b.example");
            FakeDatagramSocket socket = associate(1, "198.19.0.5", 55);
            side.send(1, mapped, 99, new byte[] {2});
            side.cycle();

            socket.deliver(from("198.19.0.5", 55, (byte) 10));
            socket.deliver(from("198.19.0.2", 99, (byte) 11));
            socket.deliver(from("198.19.0.5", 55, (byte) 12));
            socket.deliver(from("203.0.113.9", 4444, (byte) 13));
            side.cycle();

            assertThat(side.replies)
                    .extracting(reply -> reply.from() + " " + reply.port() + " " + reply.payload()[0])
                    .containsExactly("198.19.0.5 55 10", mapped + " 99 11", "198.19.0.5 55 12", "203.0.113.9 4444 13");
        }

        @Test
        void aReplyThatTheServerNamesCarriesTheMappedAddress() throws IOException {
            String mapped = ask("b.example");
            FakeDatagramSocket socket = associate(1, mapped, 99);

            socket.deliver(fromName("B.Example", 99, (byte) 1));
            socket.deliver(fromName("evil.example", 99, (byte) 2));
            side.cycle();

            assertThat(side.replies).hasSize(1);
            assertThat(side.replies.getFirst().from()).isEqualTo(mapped);
            assertThat(side.dropped(DropReason.UDP_REPLY_NAMED)).isEqualTo(1);
        }

        @Test
        void aNameInUseIsNotForgotten() throws IOException {
            UdpSide small = side(
                    Optional.of(Udp.UDP),
                    MapDnsSettings.ofIpv4(MAPDNS, 53, "100.64.0.0", "255.192.0.0", 2),
                    DnsSettings.DEFAULT);
            small.send(9, MAPDNS, 53, query(1, "a.example"));
            small.pass(1);
            small.send(9, MAPDNS, 53, query(1, "b.example"));
            small.pass(1);
            small.send(1, "100.64.0.1", 443, new byte[] {1});
            small.pass(1);
            small.send(9, MAPDNS, 53, query(1, "c.example"));

            DnsMessage last = new DnsMessage(small.replies.getLast().payload());
            assertThat(last.answers.getFirst().address()).as("the address of b").isEqualTo("100.64.0.2");
        }
    }

    @Nested
    class Redirected {
        @Test
        void overUdpTheResolverIsAskedAndAnswersComeFromWhomTheClientAsked() throws IOException {
            UdpSide side = side(Optional.of(Udp.UDP), MapDnsSettings.DEFAULT, redirect(Transport.UDP));
            side.send(1, "8.8.8.8", 53, query(1, "a.example"));
            side.send(1, "8.8.4.4", 53, query(2, "b.example"));
            side.cycle();
            side.grant();
            FakeDatagramSocket socket = side.reactor.datagramSockets.getLast();
            assertThat(socket.sent)
                    .containsExactly(
                            from("192.0.2.53", 5353, query(1, "a.example")),
                            from("192.0.2.53", 5353, query(2, "b.example")));

            socket.deliver(from("192.0.2.53", 5353, query(2, "b.example")));
            socket.deliver(from("192.0.2.53", 5353, query(1, "a.example")));
            side.cycle();

            assertThat(side.replies)
                    .extracting(reply -> reply.from() + " " + reply.port())
                    .containsExactly("8.8.4.4 53", "8.8.8.8 53");
        }

        @Test
        void otherPortsGoWhereTheyWant() throws IOException {
            UdpSide side = side(Optional.of(Udp.UDP), MapDnsSettings.DEFAULT, redirect(Transport.UDP));
            side.send(1, "8.8.8.8", 443, new byte[] {1});
            side.cycle();
            side.grant();

            assertThat(side.reactor.datagramSockets.getLast().sent).containsExactly(from("8.8.8.8", 443, (byte) 1));
        }

        @Test
        void overTcpNoAssociationIsOpened() throws IOException {
            UdpSide side = side(Optional.of(Udp.UDP), MapDnsSettings.DEFAULT, redirect(Transport.TCP));
            side.send(1, "8.8.8.8", 53, query(1, "a.example"));
            side.cycle();
            Fixtures.answerHandshake(side.reactor.socket());
            side.cycle();

            byte[] written = side.reactor.socket().written.toByteArray();
            assertThat(written[4]).as("CONNECT").isEqualTo((byte) 1);
            byte[] answer = Arrays.copyOfRange(written, 13, written.length);
            answer[4] |= (byte) 0x80;
            side.reactor.socket().deliver(answer);
            side.cycle();

            assertThat(side.replies.getFirst().from()).isEqualTo("8.8.8.8");
            assertThat(new DnsMessage(side.replies.getFirst().payload()).id).isEqualTo(1);
            assertThat(side.counters.value(Count.DNS_FORWARDED)).isEqualTo(1);
            assertThat(side.sessions.size()).isZero();
        }

        @Test
        void whereTheServerRelaysNoDatagramsTheFirstQueryIsRescuedAndLaterOnesUseTcpAtOnce() throws IOException {
            UdpSide side = side(Optional.of(Udp.UDP), MapDnsSettings.DEFAULT, redirect(Transport.AUTO));
            side.send(1, "8.8.8.8", 53, query(1, "a.example"));
            side.cycle();
            side.reactor.socket().connected();
            side.reactor.socket().deliver(Fixtures.METHOD_NONE);
            side.reactor.socket().deliver((byte) 5, (byte) 7, (byte) 0, (byte) 1);
            side.cycle();
            assertThat(side.reactor.sockets)
                    .as("association refused, connection to the resolver")
                    .hasSize(2);
            Fixtures.answerHandshake(side.reactor.socket());
            side.cycle();

            side.send(2, "8.8.8.8", 53, query(2, "b.example"));
            side.cycle();

            String written = new String(
                    side.reactor.socket().written.toByteArray(), java.nio.charset.StandardCharsets.ISO_8859_1);
            assertThat(written).contains("\u0001a\u0007example").contains("\u0001b\u0007example");
            assertThat(side.reactor.sockets).hasSize(2);
            assertThat(side.counters.value(Count.DNS_FORWARDED)).isEqualTo(2);
        }

        @Test
        void onlyQueriesAreRescued() throws IOException {
            UdpSide side = side(Optional.of(Udp.UDP), MapDnsSettings.DEFAULT, redirect(Transport.AUTO));
            side.send(1, "8.8.8.8", 443, new byte[40]);
            side.send(1, "8.8.8.8", 53, new byte[3]);
            side.cycle();
            side.reactor.socket().connected();
            side.reactor.socket().deliver(Fixtures.METHOD_NONE);
            side.reactor.socket().deliver((byte) 5, (byte) 7, (byte) 0, (byte) 1);
            side.cycle();

            assertThat(side.reactor.sockets).hasSize(1);
            assertThat(side.dropped(DropReason.UDP_NOT_RELAYED)).isEqualTo(2);
        }

        @Test
        void mapDnsItselfIsNotRedirected() {
            UdpSide side = side(Optional.of(Udp.UDP), Names.IPV4_ONLY, redirect(Transport.UDP));

            side.send(1, MAPDNS, 53, query(1, "a.example"));

            assertThat(side.replies).hasSize(1);
        }
    }
}
