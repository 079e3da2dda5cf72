// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.LimitSettings;
import io.socks5tunnel.api.Socks5Settings.Udp;
import io.socks5tunnel.stack.DatagramRefusal;
import io.socks5tunnel.threads.ShardCounters.Count;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How an association comes about, and where its datagrams go.
class UdpAssociationOpeningTest {
    private static final Optional<Udp> ASSOCIATE = Optional.of(Udp.UDP);

    private final UdpSide side = new UdpSide(ASSOCIATE);

    @Test
    void asksForAnAssociationOfTheFamilyOfTheServer() throws IOException {
        side.send(1, "hello");
        side.cycle();
        side.grant();

        assertThat(side.reactor.socket().written.toByteArray()).containsExactly(5, 1, 0, 5, 3, 0, 1, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void asksAServerOnIpv6WithAnIpv6Address() throws IOException {
        var ipv6 = new UdpSide(UdpSide.server("2001:db8::1", ASSOCIATE, Optional.empty()));
        ipv6.send(1, "hello");
        ipv6.cycle();
        ipv6.grant();

        byte[] request = Arrays.copyOfRange(ipv6.reactor.socket().written.toByteArray(), 3, 25);
        byte[] expected = new byte[22];
        expected[0] = 5;
        expected[1] = 3;
        expected[3] = 4;
        assertThat(request).isEqualTo(expected);
    }

    @Test
    void connectsASocketToTheRelay() throws IOException {
        FakeDatagramSocket socket = side.associate(1);

        assertThat(socket.relay).isEqualTo(new InetSocketAddress("10.0.0.7", 0x1234));
        assertThat(socket.receiveBufferBytes).isEqualTo(524_288);
    }

    @Test
    @Tag("T-UD-7")
    void sendsWhatHasWaitedInOrder() throws IOException {
        side.send(1, "one");
        side.send(1, "two");
        side.cycle();
        side.send(1, "three");
        side.cycle();
        assertThat(side.reactor.datagramSockets).isEmpty();
        side.grant();

        assertThat(UdpAssociationTest.texts(side.reactor.datagramSockets.getFirst()))
                .containsExactly("one", "two", "three");
        assertThat(side.counters.value(Count.UDP_DATAGRAMS_UP)).isEqualTo(3);
        assertThat(side.counters.value(Count.UDP_BYTES_UP)).isEqualTo(11);
        assertThat(side.shared.copyBudget().usedBytes()).isZero();
    }

    /// Defect 11 of the original: it takes zeros literally, refuses names, and ignores FRAG.
    @ParameterizedTest
    @CsvSource({"0.0.0.0,01", "::,04"})
    void takesZerosForTheServersOwnAddress(String zeros, String type) throws IOException {
        side.send(1, "hello");
        side.cycle();
        side.grant(side.reactor.socket(), reply(InetAddress.ofLiteral(zeros).getAddress(), Integer.parseInt(type)));

        assertThat(side.reactor.datagramSockets.getFirst().relay).isEqualTo(new InetSocketAddress("192.0.2.1", 4321));
    }

    @Test
    void looksANameOfTheRelayUp() throws IOException {
        side.send(1, "hello");
        side.cycle();
        side.grant(side.reactor.socket(), namedReply("relay.example"));
        assertThat(side.reactor.lookups).containsExactly("relay.example");
        assertThat(side.reactor.datagramSockets).isEmpty();

        side.reactor.resolved(InetAddress.ofLiteral("10.9.9.9"));
        side.cycle();

        assertThat(side.reactor.datagramSockets.getFirst().relay).isEqualTo(new InetSocketAddress("10.9.9.9", 4321));
    }

    @Test
    void aNameThatIsNotFoundIsARefusal() throws IOException {
        side.send(1, "hello");
        side.cycle();
        side.grant(side.reactor.socket(), namedReply("relay.example"));
        side.reactor.resolved();
        side.cycle();
        side.send(1, "again");

        assertThat(side.refusals).hasSize(2).containsOnly(DatagramRefusal.HOST_UNREACHABLE);
        assertThat(side.reactor.socket().isClosed).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.8.8.8", "other.example"})
    void udpAddressReplacesTheAddressAndKeepsThePort(String udpAddress) throws IOException {
        var other = new UdpSide(ASSOCIATE, Optional.of(udpAddress), LimitSettings.DEFAULT, 0);
        other.send(1, "hello");
        other.cycle();
        other.grant();
        if (!other.reactor.lookups.isEmpty()) {
            other.reactor.resolved(InetAddress.ofLiteral("10.8.8.8"));
            other.cycle();
        }

        assertThat(other.reactor.datagramSockets.getFirst().relay).isEqualTo(new InetSocketAddress("10.8.8.8", 0x1234));
    }

    @Test
    void aRelayWithoutPortIsARefusal() throws IOException {
        side.send(1, "hello");
        side.cycle();
        side.grant(
                side.reactor.socket(),
                (byte) 5,
                (byte) 0,
                (byte) 0,
                (byte) 1,
                (byte) 10,
                (byte) 0,
                (byte) 0,
                (byte) 7,
                (byte) 0,
                (byte) 0);

        assertThat(side.counters.value(Count.UDP_REFUSED)).isEqualTo(1);
        assertThat(side.reactor.datagramSockets).isEmpty();
    }

    @Test
    void aSocketThatCannotBeOpenedIsARefusal() throws IOException {
        side.reactor.refusedDatagramSockets = 1;
        side.send(1, "hello");
        side.cycle();
        side.grant();

        assertThat(side.counters.value(Count.UDP_REFUSED)).isEqualTo(1);
        assertThat(side.reactor.socket().isClosed).isTrue();
        side.pass(1_000_000_000L);
        side.expectNothingLeft();
    }

    private static byte[] reply(byte[] address, int type) {
        return ByteBuffer.allocate(4 + address.length + 2)
                .put(new byte[] {5, 0, 0, (byte) type})
                .put(address)
                .putShort((short) 4321)
                .array();
    }

    private static byte[] namedReply(String name) {
        return ByteBuffer.allocate(5 + name.length() + 2)
                .put(new byte[] {5, 0, 0, 3, (byte) name.length()})
                .put(Fixtures.bytes(name))
                .putShort((short) 4321)
                .array();
    }
}
