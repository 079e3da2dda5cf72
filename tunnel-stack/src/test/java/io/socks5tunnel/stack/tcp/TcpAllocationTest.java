// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.spi.ChecksumState;
import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.GsoType;
import io.socks5tunnel.api.spi.InboundPacket;
import io.socks5tunnel.api.spi.OutboundPacket;
import io.socks5tunnel.api.spi.PacketBurst;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.SlabPool;
import io.socks5tunnel.api.spi.TunCapabilities;
import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.stack.FlowListener;
import io.socks5tunnel.stack.PacketSink;
import io.socks5tunnel.stack.PacketStack;
import io.socks5tunnel.stack.StackConfig;
import io.socks5tunnel.stack.TcpFlow;
import io.socks5tunnel.stack.TcpOpenRequest;
import io.socks5tunnel.stack.fixture.PacketBytes;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// A packet costs no allocation once a flow is warm, in either direction, with and without losses. Counted by the
/// virtual
/// machine for this thread.
class TcpAllocationTest {
    private static final int ROUNDS = 20_000;
    private static final int MSS = 1460;

    /// Allocated bytes of this thread. By reflection: this module does not read the management modules.
    private static long allocatedBytes() {
        try {
            return (long) COUNT.invoke(COUNTER);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final Object COUNTER;
    private static final java.lang.reflect.Method COUNT;

    static {
        try {
            Class<?> factory = Class.forName("java.lang.management.ManagementFactory");
            COUNTER = factory.getMethod("getThreadMXBean").invoke(null);
            COUNT = Class.forName("com.sun.management.ThreadMXBean").getMethod("getCurrentThreadAllocatedBytes");
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @Nested
    class PerPacket {
        @Test
        void receivingAllocatesNothing() {
            measure(new Wire(), wire -> wire.receiveInOrder());
        }

        @Test
        void receivingOutOfOrderAllocatesNothing() {
            measure(new Wire(), wire -> wire.receiveSwapped());
        }

        @Test
        void keepingWhatIsNotReadAtOnceAllocatesNothing() {
            measure(new Wire(), wire -> wire.receiveAndReadLater());
        }

        @Test
        void sendingAllocatesNothing() {
            measure(new Wire(), wire -> wire.sendAndAcknowledge());
        }

        /// What served the last packets is gone then, and what replaces it is kept again.
        @Test
        void afterSparesWereDiscardedAllocatesOnce() {
            allocatesOnceAfterADiscard(Wire::receiveAndReadLater);
            allocatesOnceAfterADiscard(Wire::sendAndAcknowledge);
        }

        private static void allocatesOnceAfterADiscard(Consumer<Wire> round) {
            var wire = new Wire();
            measure(wire, round);
            wire.stack.discardSpares();

            long before = allocatedBytes();
            round.accept(wire);
            assertThat(allocatedBytes() - before).isPositive();
            measure(wire, round);
        }
    }

    private static void measure(Wire wire, Consumer<Wire> round) {
        assertThat(allocatedBytes()).isNotNegative();
        for (int i = 0; i < ROUNDS; i++) {
            round.accept(wire);
        }
        long before = allocatedBytes();
        for (int i = 0; i < ROUNDS; i++) {
            round.accept(wire);
        }
        long allocated = allocatedBytes() - before;
        assertThat(wire.sentBytes + wire.readBytes).as("bytes moved").isGreaterThanOrEqualTo(2L * ROUNDS * 3 * MSS);
        // The compilers' own work on this thread shows as a few hundred bytes at times; a packet's would show as 20
        // 000 times 16 at least.
        assertThat((double) allocated / ROUNDS).as("bytes per round").isLessThan(1.0);
    }

    /// One warm connection, driven with templates that only get new numbers.
    private static final class Wire implements FlowListener, PacketSink, SlabPool {
        private final ArrayDeque<Slab> free = new ArrayDeque<>();
        private final PacketBurst burst = new PacketBurst(this);
        private final GatherList list = new GatherList();
        private final byte[] template;
        private final int headerLength = 40;
        private final PacketStack stack;
        private TcpFlow flow;
        private TcpOpenRequest request;
        private int serverIsn;
        private long now = 1_000_000_000L;
        private int seq = 1_001;
        private int ack;
        private long sentBytes;
        private long readBytes;
        private static final TunCapabilities OFFLOAD = new TunCapabilities(true, true, false);

        Wire() {
            byte[] secret = new byte[32];
            stack = new PacketStack(StackConfig.forMtu(1500), this, this, this, secret);
            put(PacketBytes.ipv4()
                    .seq(1_000)
                    .flags(2)
                    .options("020405b40103030701010402")
                    .bytes());
            flush();
            flow = request.accept(now);
            stack.poll(now);
            ack = serverIsn + 1;
            template = PacketBytes.ipv4().payload(new byte[MSS]).bytes();
            send(0, MSS);
            finishReceiving(MSS, true);
        }

        void receiveInOrder() {
            for (int i = 0; i < 4; i++) {
                send(i * MSS, MSS);
            }
            finishReceiving(4 * MSS, true);
        }

        void receiveSwapped() {
            send(MSS, MSS);
            send(3 * MSS, MSS);
            send(0, MSS);
            send(2 * MSS, MSS);
            finishReceiving(4 * MSS, true);
        }

        void receiveAndReadLater() {
            send(0, MSS);
            send(2 * MSS, MSS);
            finishReceiving(0, false);
            send(MSS, MSS);
            finishReceiving(3 * MSS, false);
            read();
            stack.poll(now);
        }

        void sendAndAcknowledge() {
            list.clear();
            flow.reserve(list);
            flow.commit(Math.min(list.totalBytes(), 10 * MSS));
            stack.poll(now);
            now += 100_000;
            ack = serverIsn + 1 + (int) sentBytes;
            send(0, 0);
            flush();
        }

        private void finishReceiving(int bytes, boolean isRead) {
            for (int i = 0; i < burst.count(); i++) {
                stack.receive(burst.packet(i), now);
            }
            if (isRead) {
                read();
            }
            stack.poll(now);
            burst.clear();
            seq += bytes;
            now += 100_000;
        }

        private void read() {
            while (flow.readableBytes() > 0) {
                list.clear();
                flow.peek(list);
                flow.consume(list.totalBytes());
                readBytes += list.totalBytes();
            }
        }

        private void flush() {
            for (int i = 0; i < burst.count(); i++) {
                stack.receive(burst.packet(i), now);
            }
            stack.poll(now);
            burst.clear();
        }

        private void send(int offset, int length) {
            Slab slab = burst.slabForNext(2048);
            int at = burst.nextOffset();
            ByteBuffer bytes = slab.bytes();
            bytes.put(at, template, 0, headerLength + length);
            bytes.putShort(at + 2, (short) (headerLength + length));
            bytes.putShort(at + 10, (short) 0);
            int sum = 0;
            for (int i = 0; i < 20; i += 2) {
                sum += bytes.getShort(at + i) & 0xffff;
            }
            sum = (sum & 0xffff) + (sum >>> 16);
            sum = (sum & 0xffff) + (sum >>> 16);
            bytes.putShort(at + 10, (short) ~sum);
            bytes.putInt(at + 24, seq + offset);
            bytes.putInt(at + 28, ack);
            burst.add(at, headerLength + length, ChecksumState.VALID, GsoType.NONE, 0);
        }

        private void put(byte[] packet) {
            Slab slab = burst.slabForNext(2048);
            slab.bytes().put(burst.nextOffset(), packet);
            burst.add(burst.nextOffset(), packet.length, ChecksumState.VALID, GsoType.NONE, 0);
        }

        @Override
        public boolean onStray(InboundPacket packet, FlowKey key) {
            return false;
        }

        @Override
        public boolean onOpenRequest(TcpOpenRequest newRequest) {
            request = newRequest;
            return true;
        }

        @Override
        public void onForgotten(FlowKey key) {
            throw new AssertionError("the flow ended");
        }

        @Override
        public boolean emit(OutboundPacket packet) {
            if ((packet.headerSlab().bytes().get(packet.headerOffset() + 33) & 2) != 0) {
                serverIsn = packet.headerSlab().bytes().getInt(packet.headerOffset() + 24);
            }
            sentBytes += packet.payload().totalBytes();
            return true;
        }

        @Override
        public TunCapabilities capabilities() {
            return OFFLOAD;
        }

        @Override
        public Slab tryTake() {
            return free.isEmpty() ? new Slab() : free.pop();
        }

        @Override
        public void give(Slab slab) {
            free.push(slab);
        }

        @Override
        public int available() {
            return Integer.MAX_VALUE;
        }
    }
}
