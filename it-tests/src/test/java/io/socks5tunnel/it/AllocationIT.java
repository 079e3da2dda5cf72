// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
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
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The stack allocates nothing per packet once it is warm. The JVM itself allocates now and then on any thread, so
/// the least of many rounds counts: what a packet costs is in every round.
final class AllocationIT {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int WARM_UP_ROUNDS = 10;
    private static final int ROUNDS = 20;
    static final int BURSTS_PER_ROUND = 2_000;
    private static final int SEGMENTS_PER_BURST = 16;
    private static final int SUPER_SEGMENT_BYTES = 44 * BareClient.SEGMENT_BYTES;
    private static final long BURST_NANOS = 100_000;

    private final FixedPool pool = new FixedPool();
    private final PacketBurst burst = new PacketBurst(pool);
    private final GatherList ranges = new GatherList();
    private final BareClient client = new BareClient();
    private final Opener opener = new Opener();
    private final PacketStack stack = new PacketStack(StackConfig.forMtu(1500), client, pool, opener, new byte[32]);
    private long nowNanos = 1_000_000_000L;
    private TcpFlow flow;

    /// Where the canary puts what it allocates, so that no compiler takes the allocation away.
    private @Nullable Object escaped;

    @BeforeEach
    void connect() {
        client.addSyn(burst);
        receiveBurst();
        assertThat(opener.request).as("the SYN was taken").isNotNull();
        flow = opener.request.accept(nowNanos);
        stack.poll(nowNanos);
        assertThat(client.isConnected()).as("SYN-ACK").isTrue();
        client.addAcknowledgement(burst);
        receiveBurst();
    }

    @Test
    void receivingOrdinarySegmentsAllocatesNothing() {
        assertThat(leastBytesPerRound(this::receiveSegments)).isZero();
        assertThat(client.unacknowledgedBytes()).isZero();
    }

    @Test
    void receivingSuperSegmentsAllocatesNothing() {
        assertThat(leastBytesPerRound(this::receiveSuperSegment)).isZero();
        assertThat(client.unacknowledgedBytes()).isZero();
    }

    @Test
    void sendingAllocatesNothing() {
        assertThat(leastBytesPerRound(this::send)).isZero();
        assertThat(client.receivedBytes())
                .as("at least a segment per burst left")
                .isGreaterThan((long) (WARM_UP_ROUNDS + ROUNDS) * BURSTS_PER_ROUND * BareClient.SEGMENT_BYTES);
    }

    @Test
    void anAllocationPerBurstWouldBeSeen() {
        assertThat(leastBytesPerRound(() -> {
                    receiveSuperSegment();
                    escaped = new byte[1];
                }))
                .isGreaterThanOrEqualTo(BURSTS_PER_ROUND * 16L);
        assertThat(escaped).isNotNull();
    }

    private void receiveSegments() {
        for (int i = 0; i < SEGMENTS_PER_BURST; i++) {
            client.addSegment(burst, BareClient.SEGMENT_BYTES);
        }
        receiveBurst();
    }

    private void receiveSuperSegment() {
        client.addSuperSegment(burst, SUPER_SEGMENT_BYTES);
        receiveBurst();
    }

    private void send() {
        ranges.clear();
        flow.reserve(ranges);
        flow.commit(Math.min(ranges.totalBytes(), SUPER_SEGMENT_BYTES));
        stack.poll(nowNanos);
        client.addAcknowledgement(burst);
        receiveBurst();
    }

    /// One turn of a shard: packets in, payload out, poll.
    private void receiveBurst() {
        client.tick();
        nowNanos += BURST_NANOS;
        for (int i = 0; i < burst.count(); i++) {
            stack.receive(burst.packet(i), nowNanos);
        }
        while (flow != null && flow.readableBytes() > 0) {
            ranges.clear();
            flow.peek(ranges);
            flow.consume(ranges.totalBytes());
        }
        stack.poll(nowNanos);
        burst.clear();
    }

    static long leastBytesPerRound(Runnable oneBurst) {
        for (int i = 0; i < WARM_UP_ROUNDS; i++) {
            allocatedBytes(oneBurst);
        }
        long least = Long.MAX_VALUE;
        for (int i = 0; i < ROUNDS; i++) {
            least = Math.min(least, allocatedBytes(oneBurst));
        }
        return least;
    }

    private static long allocatedBytes(Runnable oneBurst) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < BURSTS_PER_ROUND; i++) {
            oneBurst.run();
        }
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    /// Takes the one flow there is.
    private static final class Opener implements FlowListener, TcpFlowHandler {
        private @Nullable TcpOpenRequest request;

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
