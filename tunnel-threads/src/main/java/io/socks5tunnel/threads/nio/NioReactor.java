// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.nio;

import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.NameHandler;
import io.socks5tunnel.api.spi.NameResolver;
import io.socks5tunnel.api.spi.QueueSignal;
import io.socks5tunnel.api.spi.Reactor;
import io.socks5tunnel.api.spi.ReadyHandler;
import io.socks5tunnel.api.spi.TunQueue;
import io.socks5tunnel.api.spi.UpstreamDatagramSocket;
import io.socks5tunnel.api.spi.UpstreamOptions;
import io.socks5tunnel.api.spi.UpstreamSocket;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// The portable reactor: a selector for sockets, ms for deadlines, and threads for what a selector cannot wait for.
///
/// It refuses a mark, which Java cannot set, and does without fast open. Confined to one shard but for [#wakeup].
final class NioReactor implements Reactor {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Selector selector;
    private final List<NioTarget> selected = new ArrayList<>();
    private final Consumer<SelectionKey> onSelected = this::onSelected;
    private final ByteBuffer[] views = new ByteBuffer[GatherList.MAX_RANGES];
    private final List<QueueSignal> queueSignals = new ArrayList<>();
    private final List<QueueWaiter> queueWaiters = new ArrayList<>();
    private final NameResolver resolver = new NameResolver(this::wakeup);
    private final SecureRandom entropy = new SecureRandom();

    private NioReactor(Selector selector) {
        this.selector = selector;
    }

    static NioReactor open() throws IOException {
        return new NioReactor(Selector.open());
    }

    @Override
    public long nowNanos() {
        return System.nanoTime();
    }

    @Override
    public void await(long deadlineNanos) throws IOException {
        select(deadlineNanos);
        for (int i = 0; i < selected.size(); i++) {
            selected.get(i).tell();
        }
        selected.clear();
        for (int i = 0; i < queueSignals.size(); i++) {
            queueSignals.get(i).deliver();
        }
        for (int i = 0; i < queueWaiters.size(); i++) {
            queueWaiters.get(i).deliver();
        }
        resolver.deliver();
    }

    /// A deadline is met by less than 1 ms too late, and never too early, which would be a busy loop.
    private void select(long deadlineNanos) throws IOException {
        long leftNanos = deadlineNanos == NO_DEADLINE ? Long.MAX_VALUE : deadlineNanos - nowNanos();
        if (leftNanos <= 0) {
            selector.selectNow(onSelected);
            return;
        }
        for (int i = 0; i < queueWaiters.size(); i++) {
            queueWaiters.get(i).arm();
        }
        selector.select(onSelected, deadlineNanos == NO_DEADLINE ? 0 : Math.ceilDiv(leftNanos, NANOS_PER_MILLI));
    }

    private void onSelected(SelectionKey key) {
        NioTarget target = (NioTarget) key.attachment();
        target.onSelected(key);
        selected.add(target);
    }

    @Override
    public void wakeup() {
        selector.wakeup();
    }

    @Override
    public void watch(TunQueue queue, ReadyHandler handler) {
        if (queue.pollDescriptor() == TunQueue.NO_DESCRIPTOR) {
            QueueSignal signal = new QueueSignal(this::wakeup, handler);
            queueSignals.add(signal);
            queue.onReadable(signal);
        } else {
            QueueWaiter waiter = new QueueWaiter(queue, this::wakeup, handler);
            queueWaiters.add(waiter);
            waiter.start();
        }
    }

    @Override
    public UpstreamSocket connect(InetSocketAddress address, UpstreamOptions options, ReadyHandler handler)
            throws IOException {
        requirePossible(address, options);
        SocketChannel channel = SocketChannel.open(family(address));
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.bind(localEnd(address));
            boolean isConnected = channel.connect(address);
            SelectionKey key =
                    channel.register(selector, isConnected ? SelectionKey.OP_WRITE : SelectionKey.OP_CONNECT);
            NioUpstreamSocket socket = new NioUpstreamSocket(this, channel, key, handler);
            key.attach(socket);
            return socket;
        } catch (IOException e) {
            channel.close();
            throw failed(address, e);
        }
    }

    @Override
    public UpstreamDatagramSocket openDatagrams(
            InetSocketAddress relay, UpstreamOptions options, int receiveBufferBytes, ReadyHandler handler)
            throws IOException {
        requirePossible(relay, options);
        DatagramChannel channel = DatagramChannel.open(family(relay));
        try {
            channel.configureBlocking(false);
            if (receiveBufferBytes > 0) {
                channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBufferBytes);
            }
            channel.connect(relay);
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            NioDatagramSocket socket = new NioDatagramSocket(this, channel, key, handler);
            key.attach(socket);
            return socket;
        } catch (IOException e) {
            channel.close();
            throw failed(relay, e);
        }
    }

    /// This end of a connection to `address`, with any port. A channel that is being connected tells its end only
    /// when it is, and a loop must be noticed by the first SYN; so the address that the route has is asked of a UDP
    /// socket, which sends nothing.
    private static InetSocketAddress localEnd(InetSocketAddress address) throws IOException {
        try (DatagramChannel probe = DatagramChannel.open(family(address))) {
            probe.connect(address);
            InetSocketAddress end = (InetSocketAddress) probe.getLocalAddress();
            return new InetSocketAddress(end.getAddress(), 0);
        }
    }

    private static void requirePossible(InetSocketAddress address, UpstreamOptions options) throws IOException {
        if (options.mark() != 0) {
            throw new IOException("socks5.mark is set, but this system's reactor cannot mark sockets");
        }
        if (address.isUnresolved()) {
            throw new IOException("connecting to " + address + ": the name was not resolved");
        }
    }

    private static IOException failed(InetSocketAddress address, IOException cause) {
        String host = address.getAddress().getHostAddress();
        return new IOException("connecting to [" + host + "]:" + address.getPort() + ": " + cause.getMessage(), cause);
    }

    private static ProtocolFamily family(InetSocketAddress address) {
        return address.getAddress() instanceof Inet4Address
                ? StandardProtocolFamily.INET
                : StandardProtocolFamily.INET6;
    }

    /// The ranges of a list as buffers, valid until the next call.
    ByteBuffer[] views(GatherList ranges) {
        for (int i = 0; i < ranges.count(); i++) {
            views[i] = ranges.slab(i).bytes().slice(ranges.offset(i), ranges.length(i));
        }
        return views;
    }

    /// Closes a socket's channel.
    void close(Channel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // the descriptor is gone all the same
            return;
        }
    }

    @Override
    public void resolve(String hostName, NameHandler handler) {
        resolver.resolve(hostName, handler);
    }

    @Override
    public void fillWithEntropy(byte[] bytes) {
        entropy.nextBytes(bytes);
    }

    @Override
    public void close() {
        if (!selector.isOpen()) {
            return;
        }
        resolver.close();
        queueWaiters.forEach(QueueWaiter::close);
        for (SelectionKey key : selector.keys()) {
            close(key.channel());
        }
        close(selector);
    }

    private static void close(Selector open) {
        try {
            open.close();
        } catch (IOException e) {
            // its descriptors are gone all the same
            return;
        }
    }
}
