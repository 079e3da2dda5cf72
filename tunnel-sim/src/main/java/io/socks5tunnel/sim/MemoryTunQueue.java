// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import io.socks5tunnel.api.spi.ChecksumState;
import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.GsoType;
import io.socks5tunnel.api.spi.OutboundPacket;
import io.socks5tunnel.api.spi.PacketBurst;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.TunCapabilities;
import io.socks5tunnel.api.spi.TunQueue;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A queue of a [MemoryTun]. The methods of [TunQueue] belong to one shard, the others may be called from any
/// thread.
///
/// UDP super-segments that are written are taken apart here, as the kernel does it before any socket sees them: so
/// nobody behind the device meets one.
///
/// One lock guards everything; neither the signal nor the receiver is called under it.
public final class MemoryTunQueue implements TunQueue {
    private static final int MAX_SUPER_SEGMENT_BYTES = 65_535;

    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<SimPacket> inbound = new ArrayDeque<>();
    private final ArrayDeque<SimPacket> written = new ArrayDeque<>();
    private final int mtuBytes;
    private final int maxPackets;
    // replaced by tests while the shard runs
    private volatile TunCapabilities capabilities;
    private volatile BooleanSupplier refusal = () -> false;
    private volatile Consumer<SimPacket> onRefused = _ -> {};
    private @Nullable Runnable signal;
    private @Nullable Consumer<SimPacket> receiver;
    private boolean isClosed;
    private long overflowed;
    private long refused;
    private long furtherPieces;

    MemoryTunQueue(int mtuBytes, TunCapabilities capabilities, int maxPackets) {
        this.mtuBytes = mtuBytes;
        this.capabilities = capabilities;
        this.maxPackets = maxPackets;
    }

    /// Takes offload away, or gives it, while the tunnel runs.
    public void capabilities(TunCapabilities newCapabilities) {
        capabilities = newCapabilities;
    }

    /// Refuses those writes for which `when` says true, as a kernel that is short of memory does.
    public void refuseWrites(BooleanSupplier when) {
        refusal = when;
    }

    /// Has every packet whose write is refused shown to `observer`, for logs.
    public void onRefused(Consumer<SimPacket> observer) {
        onRefused = observer;
    }

    /// Packets lost because nobody read the queue in time, or because it began to rest.
    public long overflowed() {
        lock.lock();
        try {
            return overflowed;
        } finally {
            lock.unlock();
        }
    }

    /// Writes that were refused.
    public long refused() {
        lock.lock();
        try {
            return refused;
        } finally {
            lock.unlock();
        }
    }

    /// How many more packets came out than were written, since UDP super-segments are taken apart.
    public long furtherPieces() {
        lock.lock();
        try {
            return furtherPieces;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean read(PacketBurst burst) throws IOException {
        lock.lock();
        try {
            if (isClosed) {
                throw new IOException("the device is closed");
            }
            while (!inbound.isEmpty()) {
                if (!add(inbound.element(), burst)) {
                    return true;
                }
                inbound.remove();
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean write(OutboundPacket packet) throws IOException {
        SimPacket copy = copy(packet);
        requireFit(copy);
        List<SimPacket> packets = SuperDatagram.pieces(copy);
        boolean isRefused;
        Consumer<SimPacket> to;
        lock.lock();
        try {
            if (isClosed) {
                throw new IOException("the device is closed");
            }
            isRefused = refusal.getAsBoolean();
            refused += isRefused ? 1 : 0;
            furtherPieces += isRefused ? 0 : packets.size() - 1;
            to = isRefused ? onRefused : receiver;
            if (to == null) {
                written.addAll(packets);
            }
        } finally {
            lock.unlock();
        }
        if (to != null) {
            packets.forEach(to);
        }
        return !isRefused;
    }

    @Override
    public TunCapabilities capabilities() {
        return capabilities;
    }

    @Override
    public int pollDescriptor() {
        return NO_DESCRIPTOR;
    }

    @Override
    public void onReadable(Runnable newSignal) {
        boolean isReadable;
        lock.lock();
        try {
            signal = newSignal;
            isReadable = !inbound.isEmpty() || isClosed;
        } finally {
            lock.unlock();
        }
        if (isReadable) {
            newSignal.run();
        }
    }

    boolean inject(SimPacket packet) {
        Runnable toRun = null;
        lock.lock();
        try {
            if (inbound.size() >= maxPackets || isClosed) {
                overflowed++;
                return false;
            }
            if (inbound.isEmpty()) {
                toRun = signal;
            }
            inbound.add(packet);
        } finally {
            lock.unlock();
        }
        if (toRun != null) {
            toRun.run();
        }
        return true;
    }

    /// Loses what waits, which counts as overflowed.
    void purge() {
        lock.lock();
        try {
            overflowed += inbound.size();
            inbound.clear();
        } finally {
            lock.unlock();
        }
    }

    void onWritten(Consumer<SimPacket> newReceiver) {
        List<SimPacket> before;
        lock.lock();
        try {
            receiver = newReceiver;
            before = List.copyOf(written);
            written.clear();
        } finally {
            lock.unlock();
        }
        before.forEach(newReceiver);
    }

    void takeWritten(List<SimPacket> into) {
        lock.lock();
        try {
            into.addAll(written);
            written.clear();
        } finally {
            lock.unlock();
        }
    }

    void close() {
        Runnable toRun;
        lock.lock();
        try {
            isClosed = true;
            toRun = signal;
        } finally {
            lock.unlock();
        }
        if (toRun != null) {
            toRun.run();
        }
    }

    /// Reads into the burst as a real device must: without knowing beforehand how long the packet is.
    private boolean add(SimPacket packet, PacketBurst burst) {
        int most = capabilities.tcpSegmentation() ? MAX_SUPER_SEGMENT_BYTES : mtuBytes;
        Slab slab = burst.slabForNext(Math.max(most, packet.length()));
        if (slab == null) {
            return false;
        }
        int offset = burst.nextOffset();
        slab.bytes().put(offset, packet.bytes());
        burst.add(offset, packet.length(), packet.checksum(), packet.gsoType(), packet.gsoSizeBytes());
        return true;
    }

    private static SimPacket copy(OutboundPacket packet) {
        byte[] bytes = new byte[packet.totalBytes()];
        packet.headerSlab().bytes().get(packet.headerOffset(), bytes, 0, packet.headerLength());
        GatherList payload = packet.payload();
        int at = packet.headerLength();
        for (int i = 0; i < payload.count(); i++) {
            payload.slab(i).bytes().get(payload.offset(i), bytes, at, payload.length(i));
            at += payload.length(i);
        }
        ChecksumState checksum = packet.hasPartialChecksum() ? ChecksumState.PARTIAL : ChecksumState.UNVERIFIED;
        return new SimPacket(bytes, checksum, packet.gsoType(), packet.gsoSizeBytes());
    }

    /// A packet that the device has not promised to take is a bug of the writer, not weather.
    private void requireFit(SimPacket packet) {
        TunCapabilities can = capabilities;
        boolean isAllowed = switch (packet.gsoType()) {
            case NONE -> packet.checksum() != ChecksumState.PARTIAL || can.partialChecksum();
            case TCP_V4, TCP_V6 -> can.tcpSegmentation() && packet.checksum() == ChecksumState.PARTIAL;
            case UDP_L4 -> can.udpSegmentation() && packet.checksum() == ChecksumState.PARTIAL;
        };
        int most = packet.gsoType() == GsoType.NONE ? mtuBytes : MAX_SUPER_SEGMENT_BYTES;
        if (!isAllowed || packet.length() > most) {
            throw new IllegalStateException("a packet of " + packet.length() + " bytes, " + packet.checksum() + ", "
                    + packet.gsoType() + " does not fit a device of MTU " + mtuBytes + " with " + can);
        }
    }
}
