// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.spi.ChecksumState;
import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.GsoType;
import io.socks5tunnel.api.spi.InboundPacket;
import io.socks5tunnel.api.spi.OutboundPacket;
import io.socks5tunnel.api.spi.PacketBurst;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.TunCapabilities;
import io.socks5tunnel.stack.ClientSource;
import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.stack.FlowListener;
import io.socks5tunnel.stack.PacketSink;
import io.socks5tunnel.stack.PacketStack;
import io.socks5tunnel.stack.StackConfig;
import io.socks5tunnel.stack.TcpOpenRequest;
import io.socks5tunnel.stack.UdpDatagram;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The stack allocates nothing per datagram once it is warm, whole or in fragments, in either direction. Measured
/// as [AllocationIT] does.
final class DatagramAllocationIT implements FlowListener, PacketSink {
    private static final int CLIENT = 0xc612_0201;
    private static final int SERVER = 0xc613_0001;
    private static final int UDP = 17;
    private static final int ICMP = 1;
    private static final int ECHO_REQUEST = 8;
    private static final int IP_BYTES = 20;
    private static final int HEADER_BYTES = 8;
    private static final int WHOLE_BYTES = 1_200;
    private static final int LARGE_BYTES = 8_000;
    private static final int FRAGMENT_BYTES = 1_480;
    private static final int DATAGRAMS_PER_BURST = 4;

    private final FixedPool pool = new FixedPool();
    private final PacketBurst burst = new PacketBurst(pool);
    private final PacketStack stack =
            new PacketStack(StackConfig.forMtu(1500).answeringEchoes(true), this, pool, this, new byte[32]);
    private final ClientSource client = new ClientSource(0, FlowKey.mappedIpv4(CLIENT), 40_000);
    private final GatherList together = new GatherList();
    private final Slab reply = new Slab();
    private long nowNanos = 1_000_000_000L;
    private int id;
    private long datagrams;
    private long datagramBytes;
    private long packets;

    @Test
    void receivingDatagramsAllocatesNothing() {
        assertThat(AllocationIT.leastBytesPerRound(() -> receive(UDP, WHOLE_BYTES)))
                .isZero();
        assertThat(datagramBytes).isEqualTo(datagrams * WHOLE_BYTES).isPositive();
    }

    @Test
    void puttingFragmentsTogetherAllocatesNothing() {
        assertThat(AllocationIT.leastBytesPerRound(() -> receive(UDP, LARGE_BYTES)))
                .isZero();
        assertThat(datagramBytes).isEqualTo(datagrams * LARGE_BYTES).isPositive();
    }

    @Test
    void answeringEchoesAllocatesNothing() {
        assertThat(AllocationIT.leastBytesPerRound(() -> receive(ICMP, LARGE_BYTES)))
                .isZero();
        assertThat(packets).isPositive();
    }

    @Test
    void sendingDatagramsAllocatesNothing() {
        assertThat(AllocationIT.leastBytesPerRound(() -> send(WHOLE_BYTES))).isZero();
        assertThat(packets).isEqualTo(datagrams).isPositive();
    }

    @Test
    void sendingFragmentsAllocatesNothing() {
        assertThat(AllocationIT.leastBytesPerRound(() -> send(LARGE_BYTES))).isZero();
        assertThat(packets).isEqualTo(6 * datagrams).isPositive();
    }

    @Test
    void sendingDatagramsTogetherAllocatesNothing() {
        assertThat(AllocationIT.leastBytesPerRound(this::sendTogether)).isZero();
        assertThat(packets).isEqualTo(datagrams).isPositive();
    }

    private void sendTogether() {
        together.clear();
        for (int i = 0; i < DATAGRAMS_PER_BURST; i++) {
            together.add(reply, 2 * i * WHOLE_BYTES, WHOLE_BYTES);
        }
        if (stack.sendDatagrams(client, 0, FlowKey.mappedIpv4(SERVER), 53, together, WHOLE_BYTES)) {
            datagrams++;
        }
    }

    private void send(int length) {
        if (stack.sendDatagram(client, 0, FlowKey.mappedIpv4(SERVER), 53, reply, 0, length)) {
            datagrams++;
        }
    }

    private void receive(int protocol, int length) {
        for (int i = 0; i < DATAGRAMS_PER_BURST; i++) {
            add(protocol, HEADER_BYTES + length);
        }
        nowNanos += 1_000_000;
        for (int i = 0; i < burst.count(); i++) {
            stack.receive(burst.packet(i), nowNanos);
        }
        stack.poll(nowNanos);
        burst.clear();
    }

    /// One datagram, in fragments if it must be. All its payload is zero.
    private void add(int protocol, int length) {
        id++;
        for (int from = 0; from < length; from += FRAGMENT_BYTES) {
            int pieceLength = Math.min(FRAGMENT_BYTES, length - from);
            Slab slab = burst.slabForNext(IP_BYTES + pieceLength);
            if (slab == null) {
                throw new IllegalStateException("the burst is full");
            }
            ByteBuffer bytes = slab.bytes();
            int at = burst.nextOffset();
            for (int i = 0; i < IP_BYTES + pieceLength; i += Integer.BYTES) {
                bytes.putInt(at + i, 0);
            }
            writeIpHeader(bytes, at, protocol, pieceLength, from, from + pieceLength < length);
            if (from == 0) {
                writeHeader(bytes, at + IP_BYTES, protocol, length);
            }
            burst.add(at, IP_BYTES + pieceLength, ChecksumState.UNVERIFIED, GsoType.NONE, 0);
        }
    }

    private void writeIpHeader(ByteBuffer bytes, int at, int protocol, int length, int from, boolean isMoreToCome) {
        bytes.putInt(at, 0x4500_0000 | IP_BYTES + length);
        bytes.putInt(at + 4, id << 16 | (isMoreToCome ? 0x2000 : 0) | from / 8);
        bytes.putInt(at + 8, 64 << 24 | protocol << 16);
        bytes.putInt(at + 12, CLIENT);
        bytes.putInt(at + 16, SERVER);
        int sum = 0;
        for (int i = 0; i < IP_BYTES; i += Short.BYTES) {
            sum += bytes.getShort(at + i) & 0xffff;
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        sum = (sum & 0xffff) + (sum >>> 16);
        bytes.putShort(at + 10, (short) ~sum);
    }

    private static void writeHeader(ByteBuffer bytes, int at, int protocol, int length) {
        if (protocol == UDP) {
            bytes.putInt(at, 40_000 << 16 | 53);
            bytes.putInt(at + 4, length << 16);
        } else {
            bytes.putInt(at, ECHO_REQUEST << 24 | ~(ECHO_REQUEST << 8) & 0xffff);
        }
    }

    @Override
    public @Nullable DropReason onDatagram(UdpDatagram datagram) {
        datagrams++;
        datagramBytes += datagram.payloadLength();
        return null;
    }

    @Override
    public boolean onStray(InboundPacket packet, FlowKey key) {
        return false;
    }

    @Override
    public boolean onOpenRequest(TcpOpenRequest request) {
        return false;
    }

    @Override
    public void onForgotten(FlowKey key) {}

    @Override
    public boolean emit(OutboundPacket packet) {
        packets++;
        return true;
    }

    @Override
    public TunCapabilities capabilities() {
        return TunCapabilities.NONE;
    }
}
