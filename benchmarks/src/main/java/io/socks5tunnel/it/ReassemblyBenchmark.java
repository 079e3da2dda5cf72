// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.spi.ChecksumState;
import io.socks5tunnel.api.spi.GsoType;
import io.socks5tunnel.api.spi.InboundPacket;
import io.socks5tunnel.api.spi.PacketBurst;
import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.stack.FlowListener;
import io.socks5tunnel.stack.PacketStack;
import io.socks5tunnel.stack.StackConfig;
import io.socks5tunnel.stack.TcpOpenRequest;
import io.socks5tunnel.stack.UdpDatagram;
import io.socks5tunnel.stack.wire.InternetChecksum;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// A UDP datagram of 2000 bytes in two fragments, put together and handed out. The sender's work, two packets of
/// header and payload, is part of it.
@State(Scope.Thread)
public class ReassemblyBenchmark {
    private static final int IP_BYTES = 20;
    private static final int FIRST_BYTES = 1480;
    private static final int SECOND_BYTES = 528;
    private static final int MORE_FRAGMENTS = 0x2000;
    private static final int UDP = 17;

    private final FixedPool pool = new FixedPool();
    private final PacketBurst burst = new PacketBurst(pool);
    private final Counting listener = new Counting();
    private final PacketStack stack =
            new PacketStack(StackConfig.forMtu(1500), new BareClient(), pool, listener, new byte[32]);
    private long nowNanos = 1_000_000_000L;
    private int id;

    /// An operation is a datagram, so two packets.
    @Benchmark
    public int twoFragments() {
        nowNanos += 1000;
        id++;
        add(0, FIRST_BYTES, true);
        add(FIRST_BYTES, SECOND_BYTES, false);
        int before = listener.datagrams;
        stack.receive(burst.packet(0), nowNanos);
        stack.receive(burst.packet(1), nowNanos);
        stack.poll(nowNanos);
        burst.clear();
        if (listener.datagrams != before + 1) {
            throw new IllegalStateException("not put together");
        }
        return before;
    }

    private void add(int fragmentOffset, int length, boolean isFirst) {
        ByteBuffer bytes = burst.slabForNext(IP_BYTES + length).bytes();
        int at = burst.nextOffset();
        bytes.putInt(at, 0x4500 << 16 | IP_BYTES + length);
        bytes.putShort(at + 4, (short) id);
        bytes.putShort(at + 6, (short) (fragmentOffset / 8 | (isFirst ? MORE_FRAGMENTS : 0)));
        bytes.putInt(at + 8, 64 << 24 | UDP << 16);
        bytes.putInt(at + 12, 0xc612_0201);
        bytes.putInt(at + 16, 0xc613_0001);
        bytes.putShort(at + 10, (short) InternetChecksum.finish(InternetChecksum.sum(bytes, at, IP_BYTES)));
        if (isFirst) {
            bytes.putInt(at + IP_BYTES, 40_000 << 16 | 53);
            // no checksum, which IPv4 allows
            bytes.putInt(at + IP_BYTES + 4, FIRST_BYTES + SECOND_BYTES << 16);
        }
        burst.add(at, IP_BYTES + length, ChecksumState.UNVERIFIED, GsoType.NONE, 0);
    }

    private static final class Counting implements FlowListener {
        private int datagrams;

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
        public @Nullable DropReason onDatagram(UdpDatagram datagram) {
            datagrams++;
            return null;
        }
    }
}
