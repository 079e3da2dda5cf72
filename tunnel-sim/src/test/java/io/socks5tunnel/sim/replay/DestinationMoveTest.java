// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.socks5tunnel.sim.PacketBuilder;
import io.socks5tunnel.sim.ParsedPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Addresses on the way into the tunnel and back.
class DestinationMoveTest {
    private static final InetSocketAddress CLIENT = socket("10.0.0.5", 4711);
    private static final InetSocketAddress CLIENT_6 = socket("fd00::5", 4711);
    private static final InetSocketAddress SERVER = socket("192.0.2.1", 53);
    private static final InetSocketAddress SERVER_6 = socket("2001:db8::1", 53);

    private final DestinationMove move = move("198.18.0.0/15,fd00:99::/64");

    private static InetSocketAddress socket(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    private static DestinationMove move(String text) {
        return new DestinationMove(
                ReplayServer.mapped(socket("127.0.0.1", 1080), text).networks());
    }

    private static byte[] datagram(InetSocketAddress from, InetSocketAddress to) {
        return PacketBuilder.between(from, to).udp().payload("question").build();
    }

    private ParsedPacket toTunnel(byte[] packet) {
        return toTunnel(move, packet);
    }

    private static ParsedPacket toTunnel(DestinationMove move, byte[] packet) {
        return ParsedPacket.parse(Objects.requireNonNull(move.toTunnel(packet))).requireSound();
    }

    private ParsedPacket toClient(byte[] packet) {
        return ParsedPacket.parse(move.toClient(packet)).requireSound();
    }

    @Nested
    class ToTheTunnel {
        @Test
        void eachDestinationHasAnAddressOfItsOwnInTheNetwork() {
            assertThat(toTunnel(datagram(CLIENT, SERVER)).destinationSocket()).isEqualTo(socket("198.18.0.1", 53));
            assertThat(toTunnel(datagram(CLIENT, socket("192.0.2.2", 443))).destinationSocket())
                    .isEqualTo(socket("198.18.0.2", 443));
            assertThat(toTunnel(datagram(CLIENT, SERVER)).destinationSocket()).isEqualTo(socket("198.18.0.1", 53));
        }

        @Test
        void theClientStays() {
            assertThat(toTunnel(datagram(CLIENT, SERVER)).sourceSocket()).isEqualTo(CLIENT);
            assertThat(toTunnel(datagram(CLIENT_6, SERVER_6)).sourceSocket()).isEqualTo(CLIENT_6);
        }

        @Test
        void ipv6DestinationsGetAddressesOfTheirFamily() {
            assertThat(toTunnel(datagram(CLIENT_6, SERVER_6)).destinationSocket())
                    .isEqualTo(socket("fd00:99::1", 53));
        }

        @Test
        void segmentsAndEchoesKeepRightChecksums() {
            toTunnel(PacketBuilder.between(CLIENT, SERVER)
                    .tcp()
                    .flags("S")
                    .seq(1)
                    .build());
            toTunnel(PacketBuilder.between(CLIENT_6, SERVER_6)
                    .tcp()
                    .flags("S")
                    .seq(1)
                    .build());
            toTunnel(PacketBuilder.between(CLIENT, SERVER).icmp(8, 0, new byte[12]));
            toTunnel(PacketBuilder.between(CLIENT_6, SERVER_6).icmp(128, 0, new byte[12]));
        }

        @Test
        void everyFragmentGoesToTheSamePlaceAndTheWholeIsRight() {
            for (InetSocketAddress[] ends :
                    List.of(new InetSocketAddress[] {CLIENT, SERVER}, new InetSocketAddress[] {CLIENT_6, SERVER_6})) {
                byte[] whole = PacketBuilder.between(ends[0], ends[1])
                        .mayFragment()
                        .udp()
                        .payload(new byte[3_000])
                        .build();
                int headerBytes = ParsedPacket.parse(whole).version() == 4 ? 20 : 40;
                ByteBuffer together = ByteBuffer.wrap(toTunnel(whole).payload());
                ByteBuffer pieces = ByteBuffer.allocate(whole.length - headerBytes);
                ParsedPacket last = null;
                for (byte[] fragment : PacketBuilder.fragments(whole, 1280, 7)) {
                    last = toTunnel(fragment);
                    pieces.put(last.fragmentOffset(), last.payload());
                }
                byte[] rejoined = PacketBuilder.between(ends[0], new InetSocketAddress(last.destination(), 0))
                        .wrap(17, pieces.array());
                assertThat(ParsedPacket.parse(rejoined).requireSound().payload())
                        .isEqualTo(together.array());
            }
        }

        @Test
        void anErrorAboutTheServersSegmentQuotesTheNewAddress() {
            byte[] quoted = PacketBuilder.between(SERVER, CLIENT).tcp().seq(5).build();
            byte[] rest =
                    ByteBuffer.allocate(4 + 28).position(4).put(quoted, 0, 28).array();

            ParsedPacket error = toTunnel(PacketBuilder.between(CLIENT, SERVER).icmp(3, 4, rest));

            assertThat(Objects.requireNonNull(IcmpQuote.flow(error)).client()).isEqualTo(socket("198.18.0.1", 53));
        }
    }

    @Nested
    class WhatIsNotSent {
        @Test
        void isWhatTheNetworkHasNoRoomFor() {
            DestinationMove narrow = move("198.18.0.0/30");
            assertThat(narrow.toTunnel(datagram(CLIENT, SERVER))).isNotNull();
            assertThat(narrow.toTunnel(datagram(CLIENT, socket("192.0.2.2", 53))))
                    .isNotNull();
            assertThat(narrow.toTunnel(datagram(CLIENT, socket("192.0.2.3", 53))))
                    .isNull();
            assertThat(narrow.toTunnel(datagram(CLIENT, SERVER))).isNotNull();
            assertThat(narrow.unsentPackets()).isEqualTo(1);
        }

        @Test
        void isWhatIsOfAFamilyWithoutNetwork() {
            DestinationMove ipv4 = move("198.18.0.0/15");
            assertThat(ipv4.toTunnel(datagram(CLIENT_6, SERVER_6))).isNull();
            assertThat(ipv4.unsentPackets()).isEqualTo(1);
        }

        @Test
        void isMulticastBroadcastAndWhatIsNoPacket() {
            assertThat(move.toTunnel(datagram(CLIENT, socket("224.0.0.251", 5353))))
                    .isNull();
            assertThat(move.toTunnel(datagram(CLIENT, socket("255.255.255.255", 67))))
                    .isNull();
            assertThat(move.toTunnel(datagram(CLIENT_6, socket("ff02::fb", 5353))))
                    .isNull();
            assertThat(move.toTunnel(new byte[] {0x45, 0, 0})).isNull();
            assertThat(move.toTunnel(new byte[0])).isNull();
            assertThat(move.unsentPackets()).isEqualTo(5);
        }
    }

    @Nested
    class ToTheClient {
        @Test
        void anAnswerComesFromWhereTheClientSentTo() {
            toTunnel(datagram(CLIENT, SERVER));
            toTunnel(datagram(CLIENT_6, SERVER_6));

            assertThat(toClient(datagram(socket("198.18.0.1", 53), CLIENT)).sourceSocket())
                    .isEqualTo(SERVER);
            assertThat(toClient(datagram(socket("fd00:99::1", 53), CLIENT_6)).sourceSocket())
                    .isEqualTo(SERVER_6);
        }

        @Test
        void anAnswerFromSomewhereElseStays() {
            toTunnel(datagram(CLIENT, SERVER));
            InetSocketAddress stranger = socket("203.0.113.9", 53);

            assertThat(toClient(datagram(stranger, CLIENT)).sourceSocket()).isEqualTo(stranger);
        }

        @Test
        void anErrorQuotesWhatTheClientHadSent() {
            byte[] sent = PacketBuilder.between(CLIENT, SERVER)
                    .tcp()
                    .flags("S")
                    .seq(5)
                    .build();
            byte[] seen = toTunnelBytes(sent);
            byte[] rest =
                    ByteBuffer.allocate(4 + 28).position(4).put(seen, 0, 28).array();

            ParsedPacket error = toClient(
                    PacketBuilder.between(socket("198.18.0.1", 0), CLIENT).icmp(3, 3, rest));

            assertThat(error.source()).isEqualTo(SERVER.getAddress());
            FlowKey quoted = Objects.requireNonNull(IcmpQuote.flow(error));
            assertThat(quoted.client()).isEqualTo(CLIENT);
            assertThat(quoted.server()).isEqualTo(SERVER);
        }

        private byte[] toTunnelBytes(byte[] packet) {
            return Objects.requireNonNull(move.toTunnel(packet));
        }
    }

    @Nested
    class OneHostForAll {
        private final DestinationMove one = move("198.18.0.9, fd00:99::9");

        @Test
        void getsEverything() {
            assertThat(toTunnel(one, datagram(CLIENT, SERVER)).destinationSocket())
                    .isEqualTo(socket("198.18.0.9", 53));
            assertThat(toTunnel(one, datagram(CLIENT, socket("192.0.2.2", 443))).destinationSocket())
                    .isEqualTo(socket("198.18.0.9", 443));
            assertThat(toTunnel(one, datagram(CLIENT_6, SERVER_6)).destinationSocket())
                    .isEqualTo(socket("fd00:99::9", 53));
        }

        @Test
        void answersGoBackUnderTheAddressOfTheirFlow() {
            InetSocketAddress second = socket("10.0.0.6", 4712);
            InetSocketAddress other = socket("192.0.2.2", 53);
            toTunnel(one, datagram(CLIENT, SERVER));
            toTunnel(one, datagram(second, other));

            assertThat(ParsedPacket.parse(one.toClient(datagram(socket("198.18.0.9", 53), CLIENT)))
                            .requireSound()
                            .sourceSocket())
                    .isEqualTo(SERVER);
            assertThat(ParsedPacket.parse(one.toClient(datagram(socket("198.18.0.9", 53), second)))
                            .requireSound()
                            .sourceSocket())
                    .isEqualTo(other);
        }
    }

    @Nested
    class Networks {
        @Test
        void mustBeAddresses() {
            for (String text : List.of("example.org", "198.18.0.0/33", "198.18.0.0/0", "198.18.0.0/x", "")) {
                assertThatIllegalArgumentException().as(text).isThrownBy(() -> move(text));
            }
        }

        @Test
        void areOnePerFamily() {
            assertThatIllegalArgumentException().isThrownBy(() -> move("198.18.0.0/16,198.19.0.0/16"));
        }
    }
}
