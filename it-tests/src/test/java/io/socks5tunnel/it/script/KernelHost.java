// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.script;

import io.socks5tunnel.api.spi.InboundPacket;
import io.socks5tunnel.api.spi.OutboundPacket;
import io.socks5tunnel.api.spi.PacketBurst;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.TunQueue;
import io.socks5tunnel.sim.ParsedPacket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The kernel behind a TUN device, and an ordinary server socket. What the kernel answers at once lies in the
/// device's queue before a write returns, so that only `wait` takes time.
final class KernelHost implements ScriptHost {
    private final TunQueue queue;
    private final PacketBurst burst;
    private final OutboundPacket outbound = new OutboundPacket(new Slab());
    private final InetSocketAddress client;
    private final InetSocketAddress server;
    private final ServerSocketChannel listener;
    private @Nullable SocketChannel socket;

    KernelHost(TunQueue queue, PacketBurst burst, ScriptFamily family, int clientPort, int receiveBufferBytes)
            throws IOException {
        this.queue = queue;
        this.burst = burst;
        listener = ServerSocketChannel.open();
        if (receiveBufferBytes > 0) {
            listener.setOption(StandardSocketOptions.SO_RCVBUF, receiveBufferBytes);
        }
        listener.bind(family.server(0));
        listener.configureBlocking(false);
        server = (InetSocketAddress) listener.getLocalAddress();
        client = family.client(clientPort);
    }

    @Override
    public InetSocketAddress client() {
        return client;
    }

    @Override
    public InetSocketAddress server() {
        return server;
    }

    @Override
    public void inject(byte[] packet) throws IOException {
        outbound.reset();
        outbound.headerSlab().bytes().put(outbound.headerOffset(), packet);
        outbound.headerLength(packet.length);
        if (!queue.write(outbound)) {
            throw new IOException("the TUN device did not take a packet");
        }
        accept();
    }

    private void accept() throws IOException {
        if (socket != null) {
            return;
        }
        SocketChannel accepted = listener.accept();
        if (accepted != null) {
            accepted.configureBlocking(false);
            accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
            accepted.socket().setOOBInline(true);
            socket = accepted;
        }
    }

    @Override
    public List<byte[]> answers() throws IOException {
        List<byte[]> ours = new ArrayList<>();
        boolean isMore = true;
        while (isMore) {
            burst.clear();
            isMore = queue.read(burst);
            for (int i = 0; i < burst.count(); i++) {
                addOurs(burst.packet(i), ours);
            }
        }
        return ours;
    }

    private void addOurs(InboundPacket packet, List<byte[]> ours) {
        byte[] bytes = new byte[packet.length()];
        packet.slab().bytes().get(packet.offset(), bytes);
        ParsedPacket parsed = ParsedPacket.parse(bytes);
        if (parsed.isTcp()
                && parsed.sourceSocket().equals(server)
                && parsed.destinationSocket().equals(client)) {
            ours.add(bytes);
        }
    }

    @Override
    public void pass(long millis) throws IOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Override
    public boolean isConnected() throws IOException {
        accept();
        return socket != null;
    }

    private SocketChannel connected() {
        SocketChannel present = socket;
        if (present == null) {
            throw new IllegalStateException("no connection");
        }
        return present;
    }

    @Override
    public byte[] read(int limit) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(limit);
        if (connected().read(into) < 0) {
            throw new EndOfStream();
        }
        return Arrays.copyOf(into.array(), into.position());
    }

    @Override
    public int write(byte[] bytes) throws IOException {
        return connected().write(ByteBuffer.wrap(bytes));
    }

    @Override
    public void shutdownOutput() throws IOException {
        connected().shutdownOutput();
    }

    @Override
    public void closeSocket() throws IOException {
        connected().close();
    }

    @Override
    public void reset() throws IOException {
        connected().setOption(StandardSocketOptions.SO_LINGER, 0);
        connected().close();
    }

    @Override
    public void close() throws IOException {
        SocketChannel present = socket;
        if (present != null && present.isOpen()) {
            reset();
        }
        listener.close();
        answers();
    }
}
