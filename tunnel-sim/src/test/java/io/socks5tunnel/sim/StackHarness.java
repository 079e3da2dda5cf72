// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import io.socks5tunnel.api.spi.InboundPacket;
import io.socks5tunnel.api.spi.OutboundPacket;
import io.socks5tunnel.api.spi.PacketBurst;
import io.socks5tunnel.api.spi.TunCapabilities;
import io.socks5tunnel.api.spi.TunQueue;
import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.stack.FlowListener;
import io.socks5tunnel.stack.PacketSink;
import io.socks5tunnel.stack.PacketStack;
import io.socks5tunnel.stack.StackConfig;
import io.socks5tunnel.stack.TcpOpenRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// A packet stack on a memory TUN without shards: reads a burst, hands it in, lets the applications work, polls.
final class StackHarness implements PacketSink, FlowListener {
    final CountingSlabPool pool;
    final MemoryTun tun;
    final PacketStack stack;
    final EmittedPackets emitted;
    final List<StackApplication> applications = new ArrayList<>();
    final int slabsOfAnIdleStack;
    int forgotten;

    private final VirtualClock clock;
    private final SeededRandom random;
    private final TunQueue queue;
    private final PacketBurst burst;
    private final long pauseNanos;
    private final Supplier<StackApplication> newApplication;
    private boolean isCycleScheduled;
    private long deadlineGeneration;

    StackHarness(
            VirtualClock clock,
            SeededRandom random,
            StackScenario scenario,
            Supplier<StackApplication> newApplication) {
        this.clock = clock;
        this.random = random;
        this.newApplication = newApplication;
        pauseNanos = scenario.applicationPauseNanos();
        pool = new CountingSlabPool(scenario.slabBudget());
        burst = new PacketBurst(pool);
        StackConfig config = StackConfig.forMtu(scenario.mtuBytes());
        tun = MemoryTun.builder()
                .mtu(config.mtuBytes())
                .capabilities(scenario.capabilities())
                .open();
        SeededRandom refusalChance = random.fork("refusal");
        tun.memoryQueue(0).refuseWrites(() -> refusalChance.chance(scenario.writeRefusal()));
        emitted = new EmittedPackets(config.mtuBytes());
        queue = tun.queue(0);
        queue.onReadable(this::scheduleCycle);
        byte[] secret = new byte[32];
        random.fork("secret").fill(secret);
        stack = new PacketStack(config, this, pool, this, secret);
        slabsOfAnIdleStack = pool.taken();
    }

    void onWritten(Consumer<SimPacket> receiver) {
        tun.onWritten(packet -> {
            emitted.check(packet);
            receiver.accept(packet);
        });
    }

    @Override
    public boolean emit(OutboundPacket packet) {
        try {
            return queue.write(packet);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public TunCapabilities capabilities() {
        return queue.capabilities();
    }

    @Override
    public boolean onStray(InboundPacket packet, FlowKey key) {
        return false;
    }

    @Override
    public boolean onOpenRequest(TcpOpenRequest request) {
        StackApplication application = newApplication.get();
        applications.add(application);
        request.handler(application);
        // the dial takes its time
        clock.after(random.between(0, 30_000_000), () -> {
            if (!application.isReset()) {
                application.flow(request.accept(clock.nowNanos()));
                scheduleCycle();
            }
        });
        return true;
    }

    @Override
    public void onForgotten(FlowKey key) {
        forgotten++;
    }

    /// Gives the burst's slabs back, as an idle shard does.
    void release() {
        burst.release();
    }

    private void scheduleCycle() {
        if (!isCycleScheduled) {
            isCycleScheduled = true;
            clock.after(0, this::cycle);
        }
    }

    private void cycle() {
        isCycleScheduled = false;
        boolean hasMore = readBurst();
        for (int i = 0; i < burst.count(); i++) {
            stack.receive(burst.packet(i), clock.nowNanos());
        }
        boolean isUnfinished = false;
        for (int i = 0; i < applications.size(); i++) {
            isUnfinished |= applications.get(i).work();
        }
        stack.poll(clock.nowNanos());
        burst.clear();
        if (hasMore) {
            scheduleCycle();
        } else if (isUnfinished) {
            clock.after(pauseNanos, this::scheduleCycle);
        }
        scheduleDeadline();
    }

    private void scheduleDeadline() {
        long generation = ++deadlineGeneration;
        long deadline = stack.nextDeadlineNanos();
        if (deadline != PacketStack.NO_DEADLINE) {
            clock.at(deadline, () -> {
                if (generation == deadlineGeneration) {
                    scheduleCycle();
                }
            });
        }
    }

    private boolean readBurst() {
        try {
            return queue.read(burst);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
