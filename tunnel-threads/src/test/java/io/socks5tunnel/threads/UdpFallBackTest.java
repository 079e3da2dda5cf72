// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.Socks5Settings.Udp;
import io.socks5tunnel.stack.DatagramRefusal;
import io.socks5tunnel.threads.ShardCounters.Count;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Without the key `udp`: UDP-in-TCP, or UDP ASSOCIATE if the server does not know that.
class UdpFallBackTest {
    private static final long MINUTE = 60_000_000_000L;

    private final UdpSide side = new UdpSide(Optional.empty());

    @Test
    void beginsWithUdpInTcp() throws IOException {
        begin();
        side.grant();

        assertThat(command(side.reactor.socket())).isEqualTo(5);
        assertThat(side.frames()).hasSize(2);
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void fallsBackAtOnceAndKeepsWhatWaits(Consumer<FakeSocket> refusal) throws IOException {
        begin();
        FakeSocket first = side.reactor.socket();
        first.connected();
        first.deliver(Fixtures.METHOD_NONE);
        side.cycle();
        refusal.accept(first);
        side.cycle();
        assertThat(first.isClosed).isTrue();
        assertThat(side.reactor.sockets).hasSize(2);
        side.grant();

        assertThat(command(side.reactor.socket())).isEqualTo(3);
        assertThat(UdpAssociationTest.texts(side.reactor.datagramSockets.getFirst()))
                .containsExactly("one", "two");
        assertThat(side.refusals).isEmpty();
        assertThat(side.counters.value(Count.UDP_REFUSED)).isZero();
    }

    static Stream<Named<Consumer<FakeSocket>>> refusals() {
        Stream<Named<Consumer<FakeSocket>>> codes = IntStream.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 255)
                .mapToObj(code ->
                        Named.of("REP " + code, socket -> socket.deliver((byte) 5, (byte) code, (byte) 0, (byte) 1)));
        return Stream.concat(
                codes,
                Stream.of(
                        Named.of("the first byte only", socket -> {
                            socket.deliver((byte) 5);
                            socket.endInput();
                        }),
                        Named.of("half a success", socket -> {
                            socket.deliver((byte) 5, (byte) 0, (byte) 0, (byte) 1, (byte) 0);
                            socket.endInput();
                        }),
                        Named.of("end", FakeSocket::endInput),
                        Named.of("reset", socket -> socket.fail("reset")),
                        Named.of("nonsense", socket -> socket.deliver((byte) 'H', (byte) 'T'))));
    }

    @Test
    void remembersForTenMinutesOnAllShards() throws IOException {
        var other = new UdpSide(side.shared, 1);
        fallBack();

        side.reactor.nowNanos += 10 * MINUTE - 1;
        other.reactor.nowNanos = side.reactor.nowNanos;
        side.cycle();
        assertThat(commandOfNext(side, 2)).isEqualTo(3);
        other.cycle();
        assertThat(commandOfNext(other, 3)).isEqualTo(3);

        side.reactor.nowNanos += 1;
        side.cycle();
        assertThat(commandOfNext(side, 4)).isEqualTo(5);
    }

    @Test
    void remembersNothingWhereTheServerRefusesBoth() throws IOException {
        begin();
        refuse(side.reactor.socket(), 7);
        refuse(side.reactor.socket(), 7);

        assertThat(side.reactor.sockets).hasSize(2);
        assertThat(side.counters.value(Count.UDP_REFUSED)).isEqualTo(1);
        side.send(1, "three");
        assertThat(side.refusals).hasSize(3).containsOnly(DatagramRefusal.PORT_UNREACHABLE);
        assertThat(commandOfNext(side, 2)).isEqualTo(5);
    }

    @Test
    void doesNotFallBackWhereTheLoginIsWrong() throws IOException {
        begin();
        side.reactor.socket().connected();
        side.reactor.socket().deliver((byte) 5, (byte) 255);
        side.cycle();

        assertThat(side.reactor.sockets).hasSize(1);
        assertThat(side.counters.value(Count.UDP_REFUSED)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UDP", "TCP"})
    void doesNotFallBackWhereAModeIsConfigured(String mode) throws IOException {
        var configured = new UdpSide(Optional.of(Udp.valueOf(mode)));
        configured.send(1, "one");
        configured.cycle();
        FakeSocket socket = configured.reactor.socket();
        socket.connected();
        socket.deliver(Fixtures.METHOD_NONE);
        socket.deliver((byte) 5, (byte) 7);
        configured.cycle();

        assertThat(configured.reactor.sockets).hasSize(1);
        assertThat(configured.counters.value(Count.UDP_REFUSED)).isEqualTo(1);
    }

    private void begin() throws IOException {
        for (String text : List.of("one", "two")) {
            side.send(1, text);
        }
        side.cycle();
    }

    private void fallBack() throws IOException {
        begin();
        refuse(side.reactor.socket(), 7);
        side.grant();
        assertThat(side.reactor.datagramSockets).hasSize(1);
    }

    private void refuse(FakeSocket socket, int code) throws IOException {
        socket.connected();
        socket.deliver(Fixtures.METHOD_NONE);
        socket.deliver((byte) 5, (byte) code);
        side.cycle();
    }

    private static int commandOfNext(UdpSide shard, int port) throws IOException {
        int before = shard.reactor.sockets.size();
        shard.send(port, "next");
        shard.cycle();
        assertThat(shard.reactor.sockets).hasSize(before + 1);
        shard.grant();
        return command(shard.reactor.socket());
    }

    private static int command(FakeSocket socket) {
        return socket.written.toByteArray()[4];
    }
}
