// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import io.socks5tunnel.sim.SeededRandom;
import io.socks5tunnel.sim.SimHost;
import io.socks5tunnel.sim.SimTcpClient;
import io.socks5tunnel.sim.SimTcpOptions;
import io.socks5tunnel.sim.VirtualClock;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.function.Consumer;

/// Sockets of one client that come and go: one for each try at something. Confined to one thread.
final class ClientSockets {
    private static final int FIRST_PORT = 10_000;
    private static final int MAX_SEGMENT_BYTES = 1220;

    private final SimHost host;
    private final VirtualClock clock;
    private final InetAddress address;
    private final SeededRandom random;
    private int nextPort = FIRST_PORT;

    ClientSockets(SimHost host, VirtualClock clock, InetAddress address, SeededRandom random) {
        this.host = host;
        this.clock = clock;
        this.address = address;
        this.random = random;
    }

    /// An address that was not used before.
    InetSocketAddress fresh() {
        return new InetSocketAddress(address, nextPort++);
    }

    SimHost host() {
        return host;
    }

    /// Connects, sends, and says what became of it.
    ///
    /// @param sent in one piece or two
    /// @param wantedBytes whether these are all bytes of an answer; the client ends its stream then
    Exchange exchange(InetSocketAddress remote, byte[] sent, Consumer<byte[]> onAnswer, AnswerLength wantedBytes) {
        SimTcpOptions options = new SimTcpOptions(
                MAX_SEGMENT_BYTES,
                random.below(8),
                random.chance(0.5),
                random.chance(0.5),
                64 * 1024,
                64 * 1024,
                0,
                random.chance(0.5) ? 40_000_000L : 0);
        SimTcpClient client = host.connect(fresh(), remote, options);
        Exchange exchange = new Exchange(client, onAnswer, wantedBytes);
        client.onBytes(exchange::onBytes);
        int cut = random.chance(0.5) ? sent.length : random.below(sent.length + 1);
        client.send(Arrays.copyOf(sent, cut));
        if (cut < sent.length) {
            clock.after(random.between(0, 100_000_000L), () -> client.send(Arrays.copyOfRange(sent, cut, sent.length)));
        }
        return exchange;
    }

    /// Tells from its beginning how long an answer is.
    @FunctionalInterface
    interface AnswerLength {
        /// Bytes, or a number above `received` if that cannot be told yet.
        int of(byte[] answer, int received);
    }

    /// One connection that carries one question and one answer.
    static final class Exchange {
        private final SimTcpClient client;
        private final Consumer<byte[]> onAnswer;
        private final AnswerLength wanted;
        private final ByteArrayOutputStream received = new ByteArrayOutputStream();
        private boolean isAnswered;

        Exchange(SimTcpClient client, Consumer<byte[]> onAnswer, AnswerLength wanted) {
            this.client = client;
            this.onAnswer = onAnswer;
            this.wanted = wanted;
        }

        /// Whether it ended, and there will be no answer.
        boolean hasFailed() {
            return !isAnswered && client.state().isFinal();
        }

        /// Gives up, if it is not over.
        void abandon() {
            client.reset();
        }

        private void onBytes(byte[] bytes) {
            received.writeBytes(bytes);
            byte[] answer = received.toByteArray();
            if (!isAnswered && answer.length >= wanted.of(answer, answer.length)) {
                isAnswered = true;
                client.shutdownOutput();
                onAnswer.accept(answer);
            }
        }
    }
}
