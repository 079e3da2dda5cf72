// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import io.socks5tunnel.api.Tunnel;
import io.socks5tunnel.api.TunnelConfig;
import io.socks5tunnel.api.spi.TunCapabilities;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/// A TUN in memory and a simulated host before it, for where no device can be had. The tunnel, its threads and what
/// lies behind it are real; the host's "virtual" time is that of the machine.
///
/// The host lives on a thread of its own, which [#ask] reaches. What waits for that thread is bounded by the TCP
/// windows of the connections. Any thread may call any method.
public final class SimulatedNetwork implements AutoCloseable {
    private static final InetAddress CLIENT = InetAddress.ofLiteral("198.18.0.2");
    private static final InetAddress CLIENT_IPV6 = InetAddress.ofLiteral("fc00:18::2");
    private static final int FIRST_PORT = 40_000;
    private static final int QUEUE_PACKETS = 4096;
    private static final int SUPER_SEGMENT_BYTES = 60_000;
    private static final int HEADER_BYTES = 40;
    private static final int IPV6_HEADER_BYTES = 60;
    private static final long MAX_PAUSE_NANOS = 100_000_000;
    private static final long SEED = 1;

    private final Tunnel tunnel;
    private final int mtuBytes;
    private final VirtualClock clock = new VirtualClock(0);
    private final long originNanos = System.nanoTime();
    private final SimHost host;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final List<SimulatedChannel> channels = new ArrayList<>();
    private final AtomicInteger nextPort = new AtomicInteger(FIRST_PORT);
    private final Thread thread;
    // set by whoever closes the network, read by its thread
    private volatile boolean isClosed;

    private SimulatedNetwork(MemoryTun device, Tunnel tunnel) {
        this.tunnel = tunnel;
        mtuBytes = device.mtuBytes();
        host = new SimHost(clock, new SeededRandom(SEED), device::inject);
        host.mtu(mtuBytes);
        thread = Thread.ofPlatform().name("simulated-host").daemon().unstarted(this::run);
    }

    /// Starts a tunnel on a device in memory, with the MTU of `config`, which takes super-segments.
    ///
    /// @param queues of the device, 1 or more; shards beyond this number are served by one that distributes
    /// @throws IOException if the tunnel does not start
    public static SimulatedNetwork open(TunnelConfig config, int queues) throws IOException {
        MemoryTun device = MemoryTun.builder()
                .name("memory")
                .mtu(config.tunnel().mtuBytes())
                .queues(queues)
                .queueLength(QUEUE_PACKETS)
                .capabilities(new TunCapabilities(true, true, true))
                .open();
        Tunnel tunnel = Tunnel.builder(config).device(device).start();
        SimulatedNetwork network = new SimulatedNetwork(device, tunnel);
        device.onWritten(packet -> network.execute(() -> network.host.receive(packet)));
        network.thread.start();
        return network;
    }

    /// Opens a connection from the simulated host, and waits until it is open.
    ///
    /// @throws java.net.ConnectException if it is refused, or nobody answers
    /// @throws java.net.NoRouteToHostException if an ICMP error came instead of an answer
    public SimulatedChannel connect(InetSocketAddress destination) throws IOException {
        InetSocketAddress local = freshAddress(destination.getAddress());
        int mssBytes = mtuBytes - (destination.getAddress() instanceof Inet4Address ? HEADER_BYTES : IPV6_HEADER_BYTES);
        SimTcpOptions options = SimTcpOptions.MODERN.withMss(mssBytes).withSuperSegments(SUPER_SEGMENT_BYTES);
        SimulatedChannel channel = new SimulatedChannel(this);
        execute(() -> {
            channel.attach(host.connect(local, destination, options));
            channels.add(channel);
        });
        channel.awaitOpen();
        return channel;
    }

    /// An address of the host with a port that nobody uses, of the family of `destination`. Ports are not used
    /// again: 25 000 connections and sockets are all that a network can have.
    public InetSocketAddress freshAddress(InetAddress destination) {
        InetAddress address = destination instanceof Inet4Address ? CLIENT : CLIENT_IPV6;
        return new InetSocketAddress(address, nextPort.getAndIncrement());
    }

    /// Has the host's thread answer, and waits for it: for all that [SimHost] can do besides connections, such as
    /// sending datagrams. Whatever is left with the host runs on that thread too.
    public <T> T ask(Function<SimHost, T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        execute(() -> {
            try {
                answer.complete(question.apply(host));
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer.join();
    }

    /// The tunnel.
    public Tunnel tunnel() {
        return tunnel;
    }

    /// Ends the tunnel and all connections.
    @Override
    public void close() throws IOException {
        isClosed = true;
        LockSupport.unpark(thread);
        tunnel.close();
    }

    /// Has `task` run on the host's thread. From any thread.
    void execute(Runnable task) {
        tasks.add(task);
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!isClosed) {
            runTimers();
            Runnable task;
            while ((task = tasks.poll()) != null) {
                task.run();
            }
            channels.forEach(SimulatedChannel::update);
            channels.removeIf(SimulatedChannel::isOver);
            if (tasks.isEmpty()) {
                LockSupport.parkNanos(this, Math.clamp(clock.nextEventNanos() - nowNanos(), 0, MAX_PAUSE_NANOS));
            }
        }
        channels.forEach(SimulatedChannel::abandon);
    }

    private void runTimers() {
        long nowNanos = nowNanos();
        while (clock.nextEventNanos() <= nowNanos) {
            clock.runNext();
        }
        clock.advanceTo(nowNanos);
    }

    private long nowNanos() {
        return System.nanoTime() - originNanos;
    }
}
