// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.reactor;

import io.socks5tunnel.api.spi.Reactor;
import io.socks5tunnel.sim.SeededRandom;
import io.socks5tunnel.sim.SimConnection;
import io.socks5tunnel.sim.SimDatagramPort;
import io.socks5tunnel.sim.SimNetwork;
import io.socks5tunnel.sim.SimulatedReactorProvider;
import io.socks5tunnel.sim.VirtualClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.List;

/// A simulated network in virtual time.
final class SimulatedWorld implements ReactorWorld {
    private static final InetSocketAddress SERVER = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 1080);
    private static final InetSocketAddress NOBODY = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 1081);

    private final VirtualClock clock = new VirtualClock(1_000);
    private final SimNetwork network = new SimNetwork(clock, new SeededRandom(1));
    private final Reactor reactor = new SimulatedReactorProvider(network, new SeededRandom(2)).open();
    private final ArrayDeque<SimConnection> accepted = new ArrayDeque<>();

    SimulatedWorld() {
        network.listen(SERVER, connection -> accepted.add(connection));
        network.name("known.example", List.of(SERVER.getAddress()));
    }

    @Override
    public Reactor reactor() {
        return reactor;
    }

    @Override
    public InetSocketAddress server() {
        return SERVER;
    }

    @Override
    public InetSocketAddress nobody() {
        return NOBODY;
    }

    @Override
    public String knownName() {
        return "known.example";
    }

    @Override
    public void turn() throws IOException {
        clock.runNext();
        reactor.await(clock.nowNanos());
    }

    @Override
    public Stream accept() throws IOException {
        while (accepted.isEmpty()) {
            turn();
        }
        return new SimulatedStream(accepted.remove());
    }

    @Override
    public Datagrams openDatagrams(boolean isIpv4) {
        return new SimulatedDatagrams(InetAddress.ofLiteral(isIpv4 ? "192.0.2.7" : "2001:db8::7"));
    }

    @Override
    public void close() {
        reactor.close();
    }

    private final class SimulatedStream implements Stream {
        private final SimConnection connection;

        SimulatedStream(SimConnection connection) {
            this.connection = connection;
        }

        @Override
        public InetSocketAddress remote() {
            return connection.remote();
        }

        @Override
        public void write(byte[] bytes) throws IOException {
            int done = 0;
            while (done < bytes.length) {
                int count = connection.write(bytes, done, bytes.length - done);
                done += count;
                if (count == 0) {
                    turn();
                }
            }
        }

        @Override
        public void shutdownOutput() throws IOException {
            connection.shutdownOutput();
        }

        @Override
        public byte[] take() throws IOException {
            if (connection.hasFailed()) {
                connection.read(new byte[1], 0, 1);
            }
            return connection.readAll();
        }

        @Override
        public boolean hasEnded() {
            return connection.isInputEnded();
        }

        @Override
        public void reset() {
            connection.reset();
        }

        @Override
        public void close() {
            connection.close();
        }
    }

    private final class SimulatedDatagrams implements Datagrams {
        private final ArrayDeque<byte[]> arrived = new ArrayDeque<>();
        private final SimDatagramPort port;

        SimulatedDatagrams(InetAddress address) {
            port = network.bind(address, (_, payload) -> arrived.add(payload));
        }

        @Override
        public InetSocketAddress local() {
            return port.local();
        }

        @Override
        public void send(InetSocketAddress to, byte[] payload) {
            port.send(to, payload);
        }

        @Override
        public byte[] receive() {
            return arrived.poll();
        }

        @Override
        public void close() {
            port.close();
        }
    }
}
