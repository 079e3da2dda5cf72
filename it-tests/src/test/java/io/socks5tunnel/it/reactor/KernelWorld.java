// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.reactor;

import io.socks5tunnel.api.spi.Reactor;
import io.socks5tunnel.api.spi.ReactorProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Sockets on the loopback interface.
final class KernelWorld implements ReactorWorld {
    private static final long TURN_NANOS = 2_000_000;

    private final Reactor reactor;
    private final ServerSocketChannel server;
    private final List<AutoCloseable> opened = new ArrayList<>();

    KernelWorld(ReactorProvider provider) throws IOException {
        reactor = provider.open();
        server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        server.configureBlocking(false);
    }

    @Override
    public Reactor reactor() {
        return reactor;
    }

    @Override
    public InetSocketAddress server() {
        return local(server.socket().getLocalSocketAddress());
    }

    @Override
    public InetSocketAddress nobody() {
        try (var taken = new java.net.ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return local(taken.getLocalSocketAddress());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public String knownName() {
        return "localhost";
    }

    @Override
    public void turn() throws IOException {
        reactor.await(reactor.nowNanos() + TURN_NANOS);
    }

    @Override
    public Stream accept() throws IOException {
        SocketChannel channel = server.accept();
        while (channel == null) {
            turn();
            channel = server.accept();
        }
        channel.configureBlocking(false);
        opened.add(channel);
        return new KernelStream(channel);
    }

    @Override
    public Datagrams openDatagrams(boolean isIpv4) throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        opened.add(channel);
        channel.bind(new InetSocketAddress(InetAddress.ofLiteral(isIpv4 ? "127.0.0.1" : "::1"), 0));
        channel.configureBlocking(false);
        return new KernelDatagrams(channel);
    }

    @Override
    public void close() throws IOException {
        reactor.close();
        server.close();
        for (AutoCloseable channel : opened) {
            try {
                channel.close();
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
    }

    private static InetSocketAddress local(java.net.SocketAddress address) {
        return (InetSocketAddress) address;
    }

    private final class KernelStream implements Stream {
        private final SocketChannel channel;
        private boolean hasEnded;

        KernelStream(SocketChannel channel) {
            this.channel = channel;
        }

        @Override
        public InetSocketAddress remote() throws IOException {
            return local(channel.getRemoteAddress());
        }

        @Override
        public void write(byte[] bytes) throws IOException {
            ByteBuffer out = ByteBuffer.wrap(bytes);
            while (out.hasRemaining()) {
                if (channel.write(out) == 0) {
                    turn();
                }
            }
        }

        @Override
        public void shutdownOutput() throws IOException {
            channel.shutdownOutput();
        }

        @Override
        public byte[] take() throws IOException {
            ByteBuffer in = ByteBuffer.allocate(1 << 20);
            hasEnded |= channel.read(in) < 0;
            return Arrays.copyOf(in.array(), in.position());
        }

        @Override
        public boolean hasEnded() {
            return hasEnded;
        }

        @Override
        public void reset() throws IOException {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            channel.close();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private record KernelDatagrams(DatagramChannel channel) implements Datagrams {
        @Override
        public InetSocketAddress local() throws IOException {
            return KernelWorld.local(channel.getLocalAddress());
        }

        @Override
        public void send(InetSocketAddress to, byte[] payload) throws IOException {
            channel.send(ByteBuffer.wrap(payload), to);
        }

        @Override
        public byte[] receive() throws IOException {
            ByteBuffer in = ByteBuffer.allocate(65_535);
            return channel.receive(in) == null ? null : Arrays.copyOf(in.array(), in.position());
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
