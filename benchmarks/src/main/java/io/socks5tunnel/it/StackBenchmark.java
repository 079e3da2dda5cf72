// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.InboundPacket;
import io.socks5tunnel.api.spi.PacketBurst;
import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.stack.FlowListener;
import io.socks5tunnel.stack.PacketStack;
import io.socks5tunnel.stack.StackConfig;
import io.socks5tunnel.stack.TcpFlow;
import io.socks5tunnel.stack.TcpFlowHandler;
import io.socks5tunnel.stack.TcpOpenRequest;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// What one TCP flow costs in the stack alone: an operation is a packet, with all that belongs to it in a shard's
/// cycle. A stack of its own for each thread, as each shard has.
@State(Scope.Thread)
public class StackBenchmark {
    private static final int SEGMENTS_PER_BURST = 16;
    private static final int SUPER_SEGMENT_BYTES = 44 * BareClient.SEGMENT_BYTES;
    private static final long BURST_NANOS = 100_000;

    private final FixedPool pool = new FixedPool();
    private final PacketBurst burst = new PacketBurst(pool);
    private final GatherList ranges = new GatherList();
    private final BareClient client = new BareClient();
    private final PacketStack stack =
            new PacketStack(StackConfig.forMtu(1500), client, pool, new Acceptance(), new byte[32]);
    private long nowNanos = 1_000_000_000L;
    private TcpOpenRequest request;
    private TcpFlow flow;

    /// The three-way handshake.
    @Setup
    public void connect() {
        client.addSyn(burst);
        cycle();
        flow = request.accept(nowNanos);
        stack.poll(nowNanos);
        client.addAcknowledgement(burst);
        cycle();
        if (!client.isConnected()) {
            throw new IllegalStateException("not connected");
        }
    }

    /// Segments of 1448 bytes, 16 to a burst.
    @Benchmark
    @OperationsPerInvocation(SEGMENTS_PER_BURST)
    public int receiveSegment() {
        for (int i = 0; i < SEGMENTS_PER_BURST; i++) {
            client.addSegment(burst, BareClient.SEGMENT_BYTES);
        }
        return cycle();
    }

    /// Super-segments of 63 712 bytes.
    @Benchmark
    public int receiveSuperSegment() {
        client.addSuperSegment(burst, SUPER_SEGMENT_BYTES);
        return cycle();
    }

    /// A super-segment of 63 712 bytes to the client, and its acknowledgement.
    @Benchmark
    public int sendSuperSegment() {
        ranges.clear();
        flow.reserve(ranges);
        flow.commit(Math.min(ranges.totalBytes(), SUPER_SEGMENT_BYTES));
        stack.poll(nowNanos);
        client.addAcknowledgement(burst);
        return cycle();
    }

    private int cycle() {
        client.tick();
        nowNanos += BURST_NANOS;
        for (int i = 0; i < burst.count(); i++) {
            stack.receive(burst.packet(i), nowNanos);
        }
        int consumed = 0;
        while (flow != null && flow.readableBytes() > 0) {
            ranges.clear();
            flow.peek(ranges);
            flow.consume(ranges.totalBytes());
            consumed += ranges.totalBytes();
        }
        stack.poll(nowNanos);
        burst.clear();
        return consumed;
    }

    private final class Acceptance implements FlowListener, TcpFlowHandler {
        @Override
        public boolean onStray(InboundPacket packet, FlowKey key) {
            return false;
        }

        @Override
        public boolean onOpenRequest(TcpOpenRequest openRequest) {
            openRequest.handler(this);
            request = openRequest;
            return true;
        }

        @Override
        public void onForgotten(FlowKey key) {}

        @Override
        public void onConfirmed() {}

        @Override
        public void onReadable() {}

        @Override
        public void onWritable() {}

        @Override
        public void onReset() {}

        @Override
        public void onClosed() {}
    }
}
