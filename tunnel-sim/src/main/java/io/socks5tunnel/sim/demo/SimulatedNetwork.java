// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.demo;

import io.socks5tunnel.api.Tunnel;
import io.socks5tunnel.api.TunnelConfig;
import io.socks5tunnel.api.spi.TunCapabilities;
import io.socks5tunnel.sim.MemoryTun;
import io.socks5tunnel.sim.SeededRandom;
import io.socks5tunnel.sim.SimHost;
import io.socks5tunnel.sim.SimTcpClient;
import io.socks5tunnel.sim.SimTcpOptions;
import io.socks5tunnel.sim.VirtualClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// A TUN in memory and a simulated host before it, for where no namespace can be made. The tunnel, its threads and
/// what lies behind it are real; the host's "virtual" time is that of the machine.
///
/// The host lives on a thread of its own, which [#execute] reaches. What waits for that thread is bounded by the
/// TCP windows of the connections.
final class SimulatedNetwork implements DemoNetwork {
    private static final InetAddress CLIENT = InetAddress.ofLiteral("198.18.0.2");
    private static final int FIRST_PORT = 40_000;
    private static final int QUEUE_PACKETS = 4096;
    private static final int SUPER_SEGMENT_BYTES = 60_000;
    private static final long MAX_PAUSE_NANOS = 100_000_000;
    private static final long SEED = 1;

    private final Tunnel tunnel;
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
        host = new SimHost(clock, new SeededRandom(SEED), device::inject);
        thread = Thread.ofPlatform().name("simulated-host").daemon().unstarted(this::run);
    }

    /// Starts a tunnel on a device in memory, with the MTU of `config`.
    static SimulatedNetwork open(TunnelConfig config) throws IOException {
        MemoryTun device = MemoryTun.builder()
                .name("memory")
                .mtu(config.tunnel().mtuBytes())
                .queues(Runtime.getRuntime().availableProcessors())
                .queueLength(QUEUE_PACKETS)
                .capabilities(new TunCapabilities(true, true, true))
                .open();
        Tunnel tunnel = Tunnel.builder(config).device(device).start();
        SimulatedNetwork network = new SimulatedNetwork(device, tunnel);
        device.onWritten(packet -> network.execute(() -> network.host.receive(packet)));
        network.thread.start();
        return network;
    }

    @Override
    public ByteChannel connect(InetSocketAddress destination) throws IOException {
        InetSocketAddress local = new InetSocketAddress(CLIENT, nextPort.getAndIncrement());
        SimulatedChannel channel = new SimulatedChannel(this);
        execute(() -> {
            SimTcpOptions options = SimTcpOptions.MODERN.withSuperSegments(SUPER_SEGMENT_BYTES);
            SimTcpClient client = host.connect(local, destination, options);
            channel.attach(client);
            channels.add(channel);
        });
        channel.awaitOpen();
        return channel;
    }

    @Override
    public Tunnel tunnel() {
        return tunnel;
    }

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
