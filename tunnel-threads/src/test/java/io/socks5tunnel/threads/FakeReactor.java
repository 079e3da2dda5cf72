// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.CpuList;
import io.socks5tunnel.api.spi.NameHandler;
import io.socks5tunnel.api.spi.Reactor;
import io.socks5tunnel.api.spi.ReactorProvider;
import io.socks5tunnel.api.spi.ReadyHandler;
import io.socks5tunnel.api.spi.TunQueue;
import io.socks5tunnel.api.spi.UpstreamDatagramSocket;
import io.socks5tunnel.api.spi.UpstreamOptions;
import io.socks5tunnel.api.spi.UpstreamSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/// A reactor whose time and sockets are the test's. It really waits only if it is told to.
final class FakeReactor implements Reactor {
    private static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.99");

    final List<FakeSocket> sockets = new ArrayList<>();
    final List<FakeDatagramSocket> datagramSockets = new ArrayList<>();
    final List<String> lookups = new ArrayList<>();
    final boolean isWaiting;
    long nowNanos = 1_000_000_000L;
    int refusedConnects;

    /// How many sockets are broken when [#connect] returns them.
    int brokenConnects;

    /// Whether sockets are connected when [#connect] returns them.
    boolean connectsAtOnce;

    int refusedDatagramSockets;
    long maxDescriptors = Long.MAX_VALUE;
    volatile IOException failure;
    volatile RuntimeException bug;
    boolean prefersBatches;
    boolean refusesCpus;
    int awaits;
    String bound = "";
    boolean isClosed;
    private final Semaphore signal = new Semaphore(0);
    private final List<Runnable> watched = new ArrayList<>();
    private NameHandler nameHandler;

    FakeReactor(boolean isWaiting) {
        this.isWaiting = isWaiting;
    }

    static ReactorProvider provider(List<FakeReactor> opened, boolean isWaiting) {
        return provider(opened, isWaiting, List.of());
    }

    static ReactorProvider provider(List<FakeReactor> opened, boolean isWaiting, List<CpuList> nodes) {
        return new ReactorProvider() {
            @Override
            public String name() {
                return "fake";
            }

            @Override
            public int priority() {
                return 1;
            }

            @Override
            public List<CpuList> cpusByNode() {
                return nodes;
            }

            @Override
            public Reactor open() {
                FakeReactor reactor = new FakeReactor(isWaiting);
                opened.add(reactor);
                return reactor;
            }
        };
    }

    FakeSocket socket() {
        return sockets.getLast();
    }

    void resolved(InetAddress... addresses) {
        nameHandler.onResolved(List.of(addresses));
    }

    @Override
    public long nowNanos() {
        return nowNanos;
    }

    /// Remembers where, by whom and after how many waits.
    @Override
    public void runOn(CpuList cpus) throws IOException {
        bound = cpus + " " + Thread.currentThread().getName() + " " + awaits;
        if (refusesCpus) {
            throw new IOException("the test does not want it");
        }
    }

    @Override
    public void await(long deadlineNanos) throws IOException {
        awaits++;
        if (isWaiting && deadlineNanos > nowNanos) {
            signal.acquireUninterruptibly();
        }
        signal.drainPermits();
        if (failure != null) {
            throw failure;
        }
        if (bug != null) {
            throw bug;
        }
        for (Runnable queue : watched) {
            queue.run();
        }
        for (FakeSocket socket : List.copyOf(sockets)) {
            socket.tell();
        }
        for (FakeDatagramSocket socket : List.copyOf(datagramSockets)) {
            socket.tell();
        }
    }

    @Override
    public void preferBatches(boolean isPreferred) {
        prefersBatches = isPreferred;
    }

    @Override
    public void wakeup() {
        signal.release();
    }

    @Override
    public void watch(TunQueue queue, ReadyHandler handler) {
        var isSignalled = new AtomicBoolean();
        watched.add(() -> {
            if (isSignalled.getAndSet(false)) {
                handler.onReady(ReadyHandler.READABLE);
            }
        });
        queue.onReadable(() -> {
            isSignalled.set(true);
            wakeup();
        });
    }

    @Override
    public UpstreamSocket connect(InetSocketAddress address, UpstreamOptions options, ReadyHandler handler)
            throws IOException {
        if (refusedConnects > 0) {
            refusedConnects--;
            throw new IOException("refused at once");
        }
        FakeSocket socket = new FakeSocket(new InetSocketAddress(CLIENT, 50_000 + sockets.size()), address, handler);
        sockets.add(socket);
        if (brokenConnects > 0) {
            brokenConnects--;
            socket.fail("broken at once");
        } else if (connectsAtOnce) {
            socket.connectedUntold();
        }
        return socket;
    }

    @Override
    public UpstreamDatagramSocket openDatagrams(
            InetSocketAddress relay, UpstreamOptions options, int receiveBufferBytes, ReadyHandler handler)
            throws IOException {
        if (refusedDatagramSockets > 0) {
            refusedDatagramSockets--;
            throw new IOException("no descriptors");
        }
        var local = new InetSocketAddress(CLIENT, 40_000 + datagramSockets.size());
        var socket = new FakeDatagramSocket(local, relay, receiveBufferBytes, handler);
        datagramSockets.add(socket);
        return socket;
    }

    @Override
    public void resolve(String hostName, NameHandler handler) {
        lookups.add(hostName);
        nameHandler = handler;
    }

    @Override
    public long maxDescriptors() {
        return maxDescriptors;
    }

    @Override
    public void fillWithEntropy(byte[] bytes) {
        Arrays.fill(bytes, (byte) 7);
    }

    @Override
    public void close() {
        isClosed = true;
    }
}
