// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import io.socks5tunnel.api.spi.TunCapabilities;
import io.socks5tunnel.api.spi.TunDevice;
import io.socks5tunnel.api.spi.TunQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// A TUN device without a kernel: what a test injects is read by the shards, what they write reaches the test.
///
/// Works with real shards (injecting and collecting are safe from any thread) and, stepped from one thread, gives
/// the same bursts every time. Like Linux, it spreads packets over its queues by a hash that is equal for both
/// directions of a flow, unless a queue is named.
public final class MemoryTun implements TunDevice {
    /// Packets that wait in a queue, as Linux' `txqueuelen`; later ones are lost and counted.
    public static final int DEFAULT_QUEUE_PACKETS = 500;

    private final String name;
    private final int mtuBytes;
    private final List<MemoryTunQueue> queues = new ArrayList<>();
    private final Runnable onClose;

    /// Volatile: queues rest and come back while packets are injected.
    private volatile int serving;

    private MemoryTun(Builder builder) {
        name = builder.name;
        mtuBytes = builder.mtuBytes;
        onClose = builder.onClose;
        for (int i = 0; i < builder.queueCount; i++) {
            queues.add(new MemoryTunQueue(mtuBytes, builder.capabilities, builder.queuePackets));
        }
        serving = queues.size();
    }

    /// A device to be described.
    public static Builder builder() {
        return new Builder();
    }

    /// Describes a [MemoryTun]. Confined to one thread.
    public static final class Builder {
        private String name = "sim:memory";
        private int mtuBytes = 1500;
        private int queueCount = 1;
        private int queuePackets = DEFAULT_QUEUE_PACKETS;
        private TunCapabilities capabilities = TunCapabilities.NONE;
        private Runnable onClose = () -> {};

        private Builder() {}

        /// The interface's name.
        public Builder name(String interfaceName) {
            name = interfaceName;
            return this;
        }

        /// 68 to 65535 bytes, 1500 otherwise.
        public Builder mtu(int bytes) {
            mtuBytes = bytes;
            return this;
        }

        /// How many queues, 1 otherwise.
        public Builder queues(int count) {
            queueCount = count;
            return this;
        }

        /// How many packets wait in a queue at most.
        public Builder queueLength(int packets) {
            queuePackets = packets;
            return this;
        }

        /// What the device takes; nothing but plain packets otherwise.
        public Builder capabilities(TunCapabilities what) {
            capabilities = what;
            return this;
        }

        /// Run when the device is closed.
        public Builder onClose(Runnable action) {
            onClose = action;
            return this;
        }

        /// The device.
        public MemoryTun open() {
            return new MemoryTun(this);
        }
    }

    /// Hands a packet to the shard whose queue the flow belongs to, among those that do not rest. From any thread.
    ///
    /// @return false if the queue was full and the packet is lost
    public boolean inject(SimPacket packet) {
        return inject(Math.floorMod(flowHash(packet.bytes()), serving), packet);
    }

    /// Hands a packet to one queue, whether it rests or not. From any thread.
    ///
    /// @return false if the queue was full and the packet is lost
    public boolean inject(int queue, SimPacket packet) {
        return queues.get(queue).inject(packet);
    }

    /// Has every packet that the shards write given to `receiver` at once, on the shard's thread; packets that were
    /// written before are given to it now.
    public void onWritten(Consumer<SimPacket> receiver) {
        for (MemoryTunQueue queue : queues) {
            queue.onWritten(receiver);
        }
    }

    /// Takes all packets that were written and not yet taken, queue by queue. From any thread.
    public List<SimPacket> takeWritten() {
        List<SimPacket> taken = new ArrayList<>();
        for (MemoryTunQueue queue : queues) {
            queue.takeWritten(taken);
        }
        return taken;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int index() {
        return 0;
    }

    @Override
    public int mtuBytes() {
        return mtuBytes;
    }

    @Override
    public int queueCount() {
        return queues.size();
    }

    @Override
    public TunQueue queue(int index) {
        return queues.get(index);
    }

    @Override
    public boolean canRestQueues() {
        return queues.size() > 1;
    }

    /// As Linux does it: what waits in a queue that begins to rest is lost.
    @Override
    public void serve(int queueCount) {
        if (queueCount < 1 || queueCount > queues.size()) {
            throw new IllegalArgumentException(queueCount + " of " + queues.size() + " queues");
        }
        int before = serving;
        serving = queueCount;
        for (int i = queueCount; i < before; i++) {
            queues.get(i).purge();
        }
    }

    /// How many queues have packets now.
    public int serving() {
        return serving;
    }

    /// Queue `index` with what only a test may do.
    public MemoryTunQueue memoryQueue(int index) {
        return queues.get(index);
    }

    @Override
    public String description() {
        TunCapabilities can = queues.getFirst().capabilities();
        return name + ": simulated, MTU " + mtuBytes + ", " + queues.size()
                + (queues.size() == 1 ? " queue" : " queues")
                + (can.tcpSegmentation() ? ", super-segments" : ", no super-segments");
    }

    @Override
    public void close() {
        for (MemoryTunQueue queue : queues) {
            queue.close();
        }
        onClose.run();
    }

    /// Equal for both directions of a flow. Fragments count without ports, as in the kernel.
    static int flowHash(byte[] bytes) {
        ParsedPacket packet = ParsedPacket.parse(bytes);
        if (packet.version() == 0) {
            return 0;
        }
        int one = packet.source().hashCode() * 31 + packet.sourcePort();
        int other = packet.destination().hashCode() * 31 + packet.destinationPort();
        int mixed = (one + other) * 0x9e37_79b1 ^ (one ^ other) * 0x85eb_ca6b;
        return mixed ^ mixed >>> 15;
    }
}
