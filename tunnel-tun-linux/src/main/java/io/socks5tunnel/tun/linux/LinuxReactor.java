// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import io.socks5tunnel.api.CpuList;
import io.socks5tunnel.api.spi.NameHandler;
import io.socks5tunnel.api.spi.NameResolver;
import io.socks5tunnel.api.spi.QueueSignal;
import io.socks5tunnel.api.spi.Reactor;
import io.socks5tunnel.api.spi.ReadyHandler;
import io.socks5tunnel.api.spi.TunQueue;
import io.socks5tunnel.api.spi.UpstreamDatagramSocket;
import io.socks5tunnel.api.spi.UpstreamOptions;
import io.socks5tunnel.api.spi.UpstreamSocket;
import io.socks5tunnel.tun.linux.nativecalls.EpollCalls;
import io.socks5tunnel.tun.linux.nativecalls.Errno;
import io.socks5tunnel.tun.linux.nativecalls.NativeCallException;
import io.socks5tunnel.tun.linux.nativecalls.OpenFileLimit;
import io.socks5tunnel.tun.linux.nativecalls.SocketCalls;
import io.socks5tunnel.tun.linux.nativecalls.ThreadAffinity;
import io.socks5tunnel.tun.linux.nativecalls.ThreadScheduling;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// One epoll for everything a shard waits for: TUN queues, upstream sockets, other threads, and time.
///
/// Every descriptor is registered once, edge-triggered and for all it can become ready for; there is no further
/// `epoll_ctl`, since closing a descriptor takes it out. (Datagram sockets are the exception: they ask for
/// [#watchWritable] only when they are full.) A cycle of a busy shard costs one system call here, and allocates
/// nothing. Confined to one shard but for [#wakeup].
final class LinuxReactor implements Reactor {
    private static final int MAX_EVENTS = 256;

    private final EpollCalls calls;
    private final int epoll;
    private final WakeSignal wakeSignal;
    private final MemorySegment events = Arena.ofAuto().allocate((long) MAX_EVENTS * EpollEvent.LENGTH, Long.BYTES);
    private final MemorySegment registration = Arena.ofAuto().allocate(EpollEvent.LENGTH, Long.BYTES);
    private final EventTargets targets = new EventTargets();
    private final SocketCalls socketCalls = SocketCalls.ofSystem();
    private final SocketMemory socketMemory = new SocketMemory(socketCalls);
    private final DatagramMemory datagramMemory = new DatagramMemory(socketCalls);
    private final DatagramOutbox datagramOutbox = new DatagramOutbox(socketCalls);
    private final List<QueueSignal> queueSignals = new ArrayList<>();
    private final NameResolver resolver = new NameResolver(this::wakeup);
    private final SecureRandom entropy = new SecureRandom();
    private boolean hasBatchPolicy;
    private boolean isClosed;

    private LinuxReactor(EpollCalls calls, int epoll, WakeSignal wakeSignal) {
        this.calls = calls;
        this.epoll = epoll;
        this.wakeSignal = wakeSignal;
    }

    static LinuxReactor open() throws IOException {
        EpollCalls calls = EpollCalls.ofSystem();
        int epoll = calls.createEpoll();
        if (epoll < 0) {
            throw new NativeCallException("opening an epoll", -epoll);
        }
        int event = calls.createEvent();
        if (event < 0) {
            calls.close(epoll);
            throw new NativeCallException("opening an event descriptor", -event);
        }
        LinuxReactor reactor = new LinuxReactor(calls, epoll, new WakeSignal(EpollCalls.ofSystem(), event));
        try {
            reactor.register(event, EpollEvent.EPOLLIN, new NoTarget());
        } catch (IOException e) {
            reactor.close();
            throw e;
        }
        return reactor;
    }

    @Override
    public void runOn(CpuList cpus) throws IOException {
        BitSet numbers = new BitSet();
        cpus.cpus().forEach(numbers::set);
        ThreadAffinity.set(numbers);
    }

    /// Who feeds the shard, a client that sends datagrams one by one, say, may run on the same processor. If each
    /// packet interrupted it, every burst would be one packet long; see ADR 29.
    @Override
    public void preferBatches(boolean isPreferred) {
        if (isPreferred) {
            hasBatchPolicy = ThreadScheduling.becomeBatch();
        } else if (hasBatchPolicy) {
            hasBatchPolicy = !ThreadScheduling.becomeOrdinary();
        }
    }

    @Override
    public void discardSpares() {
        targets.discardSpares();
    }

    @Override
    public long nowNanos() {
        return System.nanoTime();
    }

    @Override
    public void await(long deadlineNanos) throws IOException {
        boolean mayBlock = wakeSignal.willWait();
        int count = calls.await(epoll, events.address(), MAX_EVENTS, timeoutNanos(mayBlock, deadlineNanos));
        wakeSignal.hasWaited();
        if (count < 0 && count != -Errno.EINTR) {
            throw new NativeCallException("waiting for events", -count);
        }
        for (int i = 0; i < count; i++) {
            EventTarget target = targets.find(EpollEvent.token(events, i));
            if (target != null) {
                target.onEvents(EpollEvent.events(events, i));
            }
        }
        for (int i = 0; i < queueSignals.size(); i++) {
            queueSignals.get(i).deliver();
        }
        resolver.deliver();
    }

    private long timeoutNanos(boolean mayBlock, long deadlineNanos) {
        if (!mayBlock) {
            return 0;
        }
        return deadlineNanos == NO_DEADLINE ? EpollCalls.FOR_EVER : Math.max(0, deadlineNanos - nowNanos());
    }

    @Override
    public void wakeup() {
        wakeSignal.wake();
    }

    @Override
    public void watch(TunQueue queue, ReadyHandler handler) throws IOException {
        int descriptor = queue.pollDescriptor();
        if (descriptor == TunQueue.NO_DESCRIPTOR) {
            QueueSignal signal = new QueueSignal(this::wakeup, handler);
            queueSignals.add(signal);
            queue.onReadable(signal);
        } else {
            register(descriptor, EpollEvent.EPOLLIN, new WatchedQueue(handler));
        }
    }

    @Override
    public UpstreamSocket connect(InetSocketAddress address, UpstreamOptions options, ReadyHandler handler)
            throws IOException {
        int descriptor = socketMemory.connect(address, options);
        LinuxUpstreamSocket socket = new LinuxUpstreamSocket(this, socketMemory, descriptor, address, handler);
        try {
            // Only now: an epoll tells of a socket without a connect that it has hung up.
            socket.token(register(descriptor, LinuxUpstreamSocket.EVENTS, socket));
            return socket;
        } catch (IOException e) {
            socketMemory.close(descriptor);
            throw e;
        }
    }

    @Override
    public UpstreamDatagramSocket openDatagrams(
            InetSocketAddress relay, UpstreamOptions options, int receiveBufferBytes, ReadyHandler handler)
            throws IOException {
        int descriptor = socketMemory.openDatagrams(relay, options, receiveBufferBytes);
        LinuxDatagramSocket socket =
                new LinuxDatagramSocket(this, socketMemory, datagramMemory, datagramOutbox, descriptor, relay, handler);
        try {
            socket.token(register(descriptor, EpollEvent.EPOLLIN, socket));
            return socket;
        } catch (IOException e) {
            socketMemory.close(descriptor);
            throw e;
        }
    }

    /// Begins or ends to tell the datagram socket behind `token` of room to write.
    void watchWritable(int descriptor, long token, boolean isWatched) throws IOException {
        int room = isWatched ? EpollEvent.EPOLLOUT : 0;
        EpollEvent.set(registration, EpollEvent.EPOLLIN | room | EpollEvent.EPOLLET, token);
        int result = calls.change(epoll, descriptor, registration.address());
        if (result < 0) {
            throw new NativeCallException("watching a descriptor", -result);
        }
    }

    private long register(int descriptor, int wanted, EventTarget target) throws IOException {
        long token = targets.add(target);
        EpollEvent.set(registration, wanted | EpollEvent.EPOLLET, token);
        int result = calls.add(epoll, descriptor, registration.address());
        if (result < 0) {
            targets.remove(token);
            throw new NativeCallException("watching a descriptor", -result);
        }
        return token;
    }

    /// Says that the descriptor behind `token` is closed.
    void forget(long token) {
        targets.remove(token);
    }

    @Override
    public void resolve(String hostName, NameHandler handler) {
        resolver.resolve(hostName, handler);
    }

    @Override
    public long maxDescriptors() {
        try {
            return OpenFileLimit.current();
        } catch (NativeCallException _) {
            return Long.MAX_VALUE;
        }
    }

    @Override
    public void fillWithEntropy(byte[] bytes) {
        entropy.nextBytes(bytes);
    }

    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        resolver.close();
        targets.closeAll();
        wakeSignal.close();
        calls.close(epoll);
    }

    /// A TUN queue, which its device closes.
    private record WatchedQueue(ReadyHandler handler) implements EventTarget {
        @Override
        public void onEvents(int events) {
            handler.onReady(ReadyHandler.READABLE);
        }

        @Override
        public void onReactorClosed() {}
    }

    /// Behind the wake-up, which has done its work by ending the wait.
    private record NoTarget() implements EventTarget {
        @Override
        public void onEvents(int events) {}

        @Override
        public void onReactorClosed() {}
    }
}
