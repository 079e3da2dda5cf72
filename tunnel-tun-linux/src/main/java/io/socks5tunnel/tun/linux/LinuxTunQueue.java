// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import io.socks5tunnel.api.spi.ChecksumState;
import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.GsoType;
import io.socks5tunnel.api.spi.OutboundPacket;
import io.socks5tunnel.api.spi.PacketBurst;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.TunCapabilities;
import io.socks5tunnel.api.spi.TunQueue;
import io.socks5tunnel.tun.linux.nativecalls.Errno;
import io.socks5tunnel.tun.linux.nativecalls.NativeCallException;
import io.socks5tunnel.tun.linux.nativecalls.PollCalls;
import io.socks5tunnel.tun.linux.nativecalls.TunCalls;
import java.io.IOException;
import java.nio.ByteBuffer;

/// One queue of a Linux TUN: a descriptor that gives and takes one packet per call.
///
/// With offload every packet has a [virtio header][VirtioNetHeader] before it. It is read in place, just before the
/// IP header, and written into the packet's headroom, so no byte of a super-segment is moved. The payload of an
/// ordinary packet is copied behind its headers: that takes less time than the kernel needs for a second range.
final class LinuxTunQueue implements TunQueue {
    /// The largest packet a kernel builds for a device that takes super-segments, bytes: its limit is 65536, and a
    /// longer packet than there is room for would be cut silently.
    private static final int MAX_SUPER_SEGMENT_BYTES = 65_536;

    /// The longest payload that is copied, bytes. Measured with 1448; one of 8448 would cost more than it saves.
    private static final int MAX_COPIED_BYTES = 2_048;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final TunCalls calls;

    /// For the one thread besides the shard's that may wait for packets.
    private final PollCalls pollCalls = PollCalls.ofSystem();

    private final String deviceName;
    private final TunOffload offload;
    private final int headerBytes;
    private final int maxReadBytes;
    private final IoVectors vectors = new IoVectors(1 + GatherList.MAX_RANGES);

    /// Volatile, since a device is closed by another thread; the queue of a closed device fails instead of touching
    /// a descriptor that may already belong to somebody else.
    private volatile int descriptor;

    LinuxTunQueue(TunCalls calls, int descriptor, String deviceName, int mtuBytes, TunOffload offload) {
        this.calls = calls;
        this.descriptor = descriptor;
        this.deviceName = deviceName;
        this.offload = offload;
        headerBytes = offload.headerBytes();
        maxReadBytes = headerBytes + (offload.deliversSuperSegments() ? MAX_SUPER_SEGMENT_BYTES : mtuBytes);
    }

    @Override
    public boolean read(PacketBurst burst) throws IOException {
        while (true) {
            Slab slab = burst.slabForNext(maxReadBytes);
            if (slab == null) {
                return true;
            }
            int at = burst.nextOffset();
            long result = calls.read(descriptor, slab.address() + at, Slab.CAPACITY_BYTES - at);
            if (result == -Errno.EAGAIN) {
                return false;
            }
            if (result >= 0) {
                add(burst, slab.bytes(), at, (int) result);
            } else if (result != -Errno.EINTR) {
                throw new NativeCallException("reading from " + deviceName, (int) -result);
            }
        }
    }

    private void add(PacketBurst burst, ByteBuffer bytes, int at, int length) {
        int packetBytes = length - headerBytes;
        if (packetBytes <= 0) {
            return;
        }
        if (headerBytes == 0) {
            burst.add(at, packetBytes, ChecksumState.UNVERIFIED, GsoType.NONE, 0);
        } else if (VirtioNetHeader.isGsoTypeKnown(bytes, at)) {
            GsoType type = VirtioNetHeader.gsoType(bytes, at);
            int gsoSizeBytes = type == GsoType.NONE ? 0 : VirtioNetHeader.gsoSizeBytes(bytes, at);
            burst.add(at + headerBytes, packetBytes, VirtioNetHeader.checksum(bytes, at), type, gsoSizeBytes);
        }
    }

    @Override
    public boolean write(OutboundPacket packet) throws IOException {
        if (exceeds(packet, offload.capabilities())) {
            return false;
        }
        if (headerBytes > 0) {
            VirtioNetHeader.write(packet, headerBytes);
        }
        long result;
        do {
            result = transmit(packet);
        } while (result == -Errno.EINTR);
        if (result < 0) {
            onRefused(packet, (int) -result);
        }
        return result >= 0;
    }

    /// The packet was built before another queue met a refusal.
    private static boolean exceeds(OutboundPacket packet, TunCapabilities now) {
        return switch (packet.gsoType()) {
            case NONE -> packet.hasPartialChecksum() && !now.partialChecksum();
            case TCP_V4, TCP_V6 -> !now.tcpSegmentation();
            case UDP_L4 -> !now.udpSegmentation();
        };
    }

    private long transmit(OutboundPacket packet) {
        long address = packet.headerSlab().address() + packet.headerOffset() - headerBytes;
        int length = headerBytes + packet.headerLength();
        GatherList payload = packet.payload();
        if (packet.gsoType() == GsoType.NONE && payload.totalBytes() <= MAX_COPIED_BYTES) {
            copyBehindHeaders(packet);
            return calls.write(descriptor, address, length + payload.totalBytes());
        }
        vectors.set(0, address, length);
        vectors.setAll(1, payload);
        return calls.writev(descriptor, vectors.address(), 1 + payload.count());
    }

    private static void copyBehindHeaders(OutboundPacket packet) {
        ByteBuffer to = packet.headerSlab().bytes();
        GatherList payload = packet.payload();
        int at = packet.headerOffset() + packet.headerLength();
        for (int i = 0; i < payload.count(); i++) {
            to.put(at, payload.slab(i).bytes(), payload.offset(i), payload.length(i));
            at += payload.length(i);
        }
    }

    /// The packet is lost; what else?
    private void onRefused(OutboundPacket packet, int errno) throws IOException {
        switch (errno) {
            // The kernel is short of memory, or the link is down, or the packet is not to its liking.
            case Errno.EAGAIN, Errno.ENOBUFS, Errno.ENOMEM, Errno.EIO, Errno.EMSGSIZE -> {}
            case Errno.EINVAL -> learnFrom(packet);
            default -> throw new NativeCallException("writing to " + deviceName, errno);
        }
    }

    /// Some kernels and drivers agree to an offload and then refuse it.
    private void learnFrom(OutboundPacket packet) {
        switch (packet.gsoType()) {
            case NONE -> {
                if (packet.hasPartialChecksum()) {
                    offload.refusePartialChecksums();
                }
            }
            case TCP_V4, TCP_V6 -> offload.refuseSuperSegments();
            case UDP_L4 -> offload.refuseSuperDatagrams();
        }
    }

    @Override
    public TunCapabilities capabilities() {
        return offload.capabilities();
    }

    @Override
    public int pollDescriptor() {
        return descriptor;
    }

    @Override
    public void onReadable(Runnable signal) {
        // There is a descriptor to wait on.
    }

    @Override
    public boolean awaitReadable(long timeoutNanos) throws IOException {
        int timeoutMillis = (int) Math.min(Integer.MAX_VALUE, Math.ceilDiv(timeoutNanos, NANOS_PER_MILLI));
        int result = pollCalls.awaitReadable(descriptor, timeoutMillis);
        if (result < 0 && result != -Errno.EINTR) {
            throw new NativeCallException("waiting for " + deviceName, -result);
        }
        return result > 0;
    }

    /// Says that the descriptor is no longer this queue's: every further call fails.
    void end() {
        descriptor = NO_DESCRIPTOR;
    }
}
