// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import io.socks5tunnel.api.spi.ChecksumState;
import io.socks5tunnel.api.spi.GsoType;
import io.socks5tunnel.api.spi.OutboundPacket;
import io.socks5tunnel.api.spi.PacketBurst;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.TunCapabilities;
import io.socks5tunnel.stack.PacketSink;
import java.nio.ByteBuffer;

/// The client's end of one TCP flow over IPv4, as the Linux kernel would be on a device with offload: it writes
/// packets into bursts and notes what the stack emits. It allocates nothing. It believes everything it is told and
/// loses nothing: only for measuring what the stack costs.
final class BareClient implements PacketSink {
    /// Payload of an ordinary segment at MTU 1500, with timestamps.
    static final int SEGMENT_BYTES = 1448;

    private static final TunCapabilities CAPABILITIES = new TunCapabilities(true, true, false);
    private static final int CLIENT_ADDRESS = 0xc612_0201;
    private static final int DESTINATION_ADDRESS = 0xc613_0001;
    private static final int CLIENT_PORT = 40_000;
    private static final int DESTINATION_PORT = 80;
    private static final int IP_BYTES = 20;
    private static final int TCP_BYTES = 20;
    private static final int TIMESTAMP_BYTES = 12;
    private static final int SYN_OPTION_BYTES = 20;
    private static final int SYN = 0x02;
    private static final int ACK = 0x10;
    private static final int TCP = 6;

    private int sndNxt = 1_000_000;
    private int sndUna = sndNxt;
    private int rcvNxt;
    private int lastTimestamp;
    private int clockMillis = 1;
    private long receivedBytes;
    private boolean isConnected;

    @Override
    public boolean emit(OutboundPacket packet) {
        ByteBuffer bytes = packet.headerSlab().bytes();
        int tcp = packet.headerOffset() + IP_BYTES;
        int headerBytes = (bytes.get(tcp + 12) >> 4 & 0xf) * 4;
        int payload = packet.totalBytes() - IP_BYTES - headerBytes;
        int seq = bytes.getInt(tcp + 4);
        boolean isSyn = (bytes.get(tcp + 13) & SYN) != 0;
        sndUna = bytes.getInt(tcp + 8);
        rcvNxt = seq + payload + (isSyn ? 1 : 0);
        isConnected |= isSyn;
        receivedBytes += payload;
        noteTimestamp(bytes, tcp, headerBytes);
        return true;
    }

    @Override
    public TunCapabilities capabilities() {
        return CAPABILITIES;
    }

    /// Whether a SYN-ACK came.
    boolean isConnected() {
        return isConnected;
    }

    /// Payload that came, bytes.
    long receivedBytes() {
        return receivedBytes;
    }

    /// Payload that was sent and not acknowledged, bytes.
    int unacknowledgedBytes() {
        return sndNxt - sndUna;
    }

    /// Adds a SYN with the options that Linux sends.
    void addSyn(PacketBurst burst) {
        int at = begin(burst);
        ByteBuffer bytes = slab(burst).bytes();
        int options = at + IP_BYTES + TCP_BYTES;
        bytes.putInt(options, 0x0204_05b4); // MSS 1460
        bytes.putShort(options + 4, (short) 0x0402); // SACK permitted
        putTimestamp(bytes, options + 6);
        bytes.putInt(options + 16, 0x0103_030a); // window scale 10
        finish(burst, at, SYN, SYN_OPTION_BYTES, 0, GsoType.NONE);
        sndNxt++;
    }

    /// Adds an acknowledgement of everything that came.
    void addAcknowledgement(PacketBurst burst) {
        addData(burst, 0, GsoType.NONE);
    }

    /// Adds a segment with `payload` undefined bytes.
    void addSegment(PacketBurst burst, int payload) {
        addData(burst, payload, GsoType.NONE);
    }

    /// Adds a super-segment with `payload` undefined bytes.
    void addSuperSegment(PacketBurst burst, int payload) {
        addData(burst, payload, GsoType.TCP_V4);
    }

    /// Lets the client's clock, in ms, go on.
    void tick() {
        clockMillis++;
    }

    private void addData(PacketBurst burst, int payload, GsoType type) {
        int at = begin(burst);
        ByteBuffer bytes = slab(burst).bytes();
        bytes.putShort(at + IP_BYTES + TCP_BYTES, (short) 0x0101); // NOP, NOP
        putTimestamp(bytes, at + IP_BYTES + TCP_BYTES + 2);
        finish(burst, at, ACK, TIMESTAMP_BYTES, payload, type);
        sndNxt += payload;
    }

    private static Slab slab(PacketBurst burst) {
        Slab slab = burst.slabForNext(Slab.CAPACITY_BYTES - 2048);
        if (slab == null) {
            throw new IllegalStateException("the burst is full or the pool is empty");
        }
        return slab;
    }

    private static int begin(PacketBurst burst) {
        slab(burst);
        return burst.nextOffset();
    }

    private void finish(PacketBurst burst, int at, int flags, int optionBytes, int payload, GsoType type) {
        ByteBuffer bytes = slab(burst).bytes();
        int length = IP_BYTES + TCP_BYTES + optionBytes + payload;
        bytes.putInt(at, 0x4500_0000 | length);
        bytes.putInt(at + 4, 0x4000);
        bytes.putInt(at + 8, 64 << 24 | TCP << 16);
        bytes.putInt(at + 12, CLIENT_ADDRESS);
        bytes.putInt(at + 16, DESTINATION_ADDRESS);
        bytes.putShort(at + 10, (short) ~headerSum(bytes, at));
        int tcp = at + IP_BYTES;
        bytes.putInt(tcp, CLIENT_PORT << 16 | DESTINATION_PORT);
        bytes.putInt(tcp + 4, sndNxt);
        bytes.putInt(tcp + 8, flags == SYN ? 0 : rcvNxt);
        bytes.putInt(tcp + 12, ((TCP_BYTES + optionBytes) / 4) << 28 | flags << 16 | 0xffff);
        bytes.putInt(tcp + 16, 0);
        burst.add(at, length, ChecksumState.PARTIAL, type, type == GsoType.NONE ? 0 : SEGMENT_BYTES);
    }

    private void putTimestamp(ByteBuffer bytes, int at) {
        bytes.putShort(at, (short) 0x080a);
        bytes.putInt(at + 2, clockMillis);
        bytes.putInt(at + 6, lastTimestamp);
    }

    private void noteTimestamp(ByteBuffer bytes, int tcp, int headerBytes) {
        int at = tcp + TCP_BYTES;
        while (at < tcp + headerBytes) {
            int kind = bytes.get(at);
            if (kind == 0) {
                return;
            }
            if (kind == 8) {
                lastTimestamp = bytes.getInt(at + 2);
            }
            at += kind == 1 ? 1 : bytes.get(at + 1);
        }
    }

    private static int headerSum(ByteBuffer bytes, int at) {
        int sum = 0;
        for (int i = 0; i < IP_BYTES; i += 2) {
            sum += Short.toUnsignedInt(bytes.getShort(at + i));
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        return (sum & 0xffff) + (sum >>> 16);
    }
}
