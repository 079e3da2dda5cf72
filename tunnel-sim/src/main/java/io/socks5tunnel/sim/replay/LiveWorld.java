// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import io.socks5tunnel.api.Tunnel;
import io.socks5tunnel.api.TunnelStatistics;
import io.socks5tunnel.sim.MemoryTun;
import io.socks5tunnel.sim.SimPacket;
import io.socks5tunnel.sim.VirtualClock;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A tunnel with real threads, real time and a real SOCKS5 server; only its device is in memory. The tunnel may be
/// somebody else's, who opened the device.
///
/// What the shards write is queued for the thread of the replay, which is the one that opened this.
final class LiveWorld implements ReplayWorld {
    private static final int QUEUE_PACKETS = 4_096;
    private static final long MAX_PAUSE_NANOS = 20_000_000;

    private static final TunnelStatistics UNKNOWN =
            new TunnelStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, List.of(), Map.of());

    private final MemoryTun device;
    // null where the tunnel is somebody else's
    private final @Nullable Tunnel tunnel;
    // null where the captured destinations are meant
    private final @Nullable DestinationMove move;
    private final Consumer<SimPacket> onWritten;
    private final double speed;
    private final long originNanos = System.nanoTime();
    private final VirtualClock clock = new VirtualClock(1);
    // filled by the shards, emptied by the thread of the replay
    private final Queue<SimPacket> written = new ConcurrentLinkedQueue<>();
    private final Thread thread = Thread.currentThread();

    private LiveWorld(
            MemoryTun device,
            double speed,
            Consumer<SimPacket> onWritten,
            @Nullable Tunnel tunnel,
            @Nullable DestinationMove move) {
        this.device = device;
        this.speed = speed;
        this.onWritten = onWritten;
        this.tunnel = tunnel;
        this.move = move;
        device.onWritten(packet -> {
            written.add(packet);
            LockSupport.unpark(thread);
        });
    }

    /// A tunnel of its own.
    ///
    /// @param onWritten gets what the tunnel sends to the clients, on the thread of the replay
    static LiveWorld open(ReplaySettings settings, ReplayServer server, Consumer<SimPacket> onWritten)
            throws IOException {
        MemoryTun device = MemoryTun.builder()
                .name("replay")
                .mtu(settings.mtuBytes())
                .queues(settings.shards())
                .queueLength(QUEUE_PACKETS)
                .open();
        InetSocketAddress socks = server.address();
        Tunnel tunnel = Tunnel.builder(ReplayWorld.config(settings, socks.getHostString(), socks.getPort()))
                .device(device)
                .start();
        DestinationMove move = server.networks().isEmpty() ? null : new DestinationMove(server.networks());
        return new LiveWorld(device, settings.speed(), onWritten, tunnel, move);
    }

    /// The tunnel of whoever opened the device. It ends by interruption, when that one closes it.
    ///
    /// @param onWritten gets what the tunnel sends to the clients, on the thread of the replay
    static LiveWorld on(MemoryTun device, ReplaySettings settings, Consumer<SimPacket> onWritten) {
        return new LiveWorld(device, settings.speed(), onWritten, null, null);
    }

    @Override
    public VirtualClock clock() {
        return clock;
    }

    @Override
    public long placeOf(long startNanos, long capturedNanos) {
        return speed > 0 ? startNanos + (long) (capturedNanos / speed) : clock.nowNanos();
    }

    @Override
    public boolean runUntil(BooleanSupplier isDone, long atNanos) throws InterruptedIOException {
        while (true) {
            SimPacket packet;
            while ((packet = written.poll()) != null) {
                onWritten.accept(move == null ? packet : toClient(packet, move));
            }
            runTimers();
            if (isDone.getAsBoolean()) {
                return true;
            }
            long waitNanos = Math.min(atNanos, clock.nextEventNanos()) - clock.nowNanos();
            if (clock.nowNanos() >= atNanos) {
                return false;
            }
            LockSupport.parkNanos(this, Math.clamp(waitNanos, 1, MAX_PAUSE_NANOS));
            if (Thread.interrupted()) {
                throw new InterruptedIOException("the replay was stopped");
            }
        }
    }

    @Override
    public boolean inject(SimPacket packet) {
        if (move == null) {
            return device.inject(packet);
        }
        byte[] moved = move.toTunnel(packet.bytes());
        return moved == null || device.inject(withBytes(packet, moved));
    }

    @Override
    public long unsentPackets() {
        return move == null ? 0 : move.unsentPackets();
    }

    /// Zeros where the tunnel is somebody else's.
    @Override
    public TunnelStatistics statistics() {
        return tunnel == null ? UNKNOWN : tunnel.statistics();
    }

    @Override
    public void close() throws IOException {
        // what comes now has nobody to go to
        device.onWritten(_ -> {});
        if (tunnel != null) {
            tunnel.close();
        }
    }

    private static SimPacket toClient(SimPacket packet, DestinationMove move) {
        return withBytes(packet, move.toClient(packet.bytes()));
    }

    private static SimPacket withBytes(SimPacket packet, byte[] bytes) {
        return new SimPacket(bytes, packet.checksum(), packet.gsoType(), packet.gsoSizeBytes());
    }

    private void runTimers() {
        long nowNanos = Math.max(clock.nowNanos(), System.nanoTime() - originNanos);
        while (clock.nextEventNanos() <= nowNanos) {
            clock.runNext();
        }
        clock.advanceTo(nowNanos);
    }
}
