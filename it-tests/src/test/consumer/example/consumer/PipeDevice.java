// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package example.consumer;

import io.socks5tunnel.api.spi.ChecksumState;
import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.GsoType;
import io.socks5tunnel.api.spi.OutboundPacket;
import io.socks5tunnel.api.spi.PacketBurst;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.TunCapabilities;
import io.socks5tunnel.api.spi.TunDevice;
import io.socks5tunnel.api.spi.TunQueue;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A TUN device without a kernel: packets go in by [#send] and come out of [#receive].
final class PipeDevice implements TunDevice, TunQueue {
    private static final int MTU_BYTES = 1500;

    private final Queue<byte[]> toTunnel = new ConcurrentLinkedQueue<>();
    private final BlockingQueue<byte[]> fromTunnel = new LinkedBlockingQueue<>();
    private volatile Runnable onReadable = () -> {};
    private volatile boolean isClosed;

    void send(byte[] packet) {
        toTunnel.add(packet);
        onReadable.run();
    }

    /// The next packet of the tunnel, or null if none came in time.
    byte[] receive(int seconds) throws InterruptedException {
        return fromTunnel.poll(seconds, TimeUnit.SECONDS);
    }

    boolean isClosed() {
        return isClosed;
    }

    @Override
    public String name() {
        return "pipe";
    }

    @Override
    public int index() {
        return 0;
    }

    @Override
    public int mtuBytes() {
        return MTU_BYTES;
    }

    @Override
    public int queueCount() {
        return 1;
    }

    @Override
    public TunQueue queue(int index) {
        return this;
    }

    @Override
    public String description() {
        return "pipe";
    }

    @Override
    public void close() {
        isClosed = true;
    }

    @Override
    public boolean read(PacketBurst burst) throws IOException {
        for (byte[] packet = toTunnel.peek(); packet != null; packet = toTunnel.peek()) {
            Slab slab = burst.slabForNext(MTU_BYTES);
            if (slab == null) {
                return true;
            }
            slab.bytes().put(burst.nextOffset(), packet);
            burst.add(burst.nextOffset(), packet.length, ChecksumState.UNVERIFIED, GsoType.NONE, 0);
            toTunnel.remove();
        }
        return false;
    }

    @Override
    public boolean write(OutboundPacket packet) {
        byte[] bytes = new byte[packet.totalBytes()];
        packet.headerSlab().bytes().get(packet.headerOffset(), bytes, 0, packet.headerLength());
        GatherList payload = packet.payload();
        int at = packet.headerLength();
        for (int i = 0; i < payload.count(); i++) {
            payload.slab(i).bytes().get(payload.offset(i), bytes, at, payload.length(i));
            at += payload.length(i);
        }
        return fromTunnel.add(bytes);
    }

    @Override
    public TunCapabilities capabilities() {
        return TunCapabilities.NONE;
    }

    @Override
    public int pollDescriptor() {
        return NO_DESCRIPTOR;
    }

    @Override
    public void onReadable(Runnable signal) {
        onReadable = signal;
        if (!toTunnel.isEmpty()) {
            signal.run();
        }
    }
}
