// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.InboundPacket;
import io.socks5tunnel.api.spi.OutboundPacket;
import io.socks5tunnel.api.spi.PacketBurst;
import io.socks5tunnel.api.spi.TunCapabilities;
import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.stack.FlowListener;
import io.socks5tunnel.stack.PacketSink;
import io.socks5tunnel.stack.PacketStack;
import io.socks5tunnel.stack.StackConfig;
import io.socks5tunnel.stack.TcpFlow;
import io.socks5tunnel.stack.TcpFlowHandler;
import io.socks5tunnel.stack.TcpOpenRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// A packet stack whose client and whose application both do only what the test says. Accepts every flow at once.
final class ScriptedStack implements ScriptedClient.Link, PacketSink, FlowListener {
    private static final InetSocketAddress SERVER = new InetSocketAddress(InetAddress.ofLiteral("10.9.0.1"), 80);
    private static final InetSocketAddress CLIENT = new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), 4000);
    /// Close to 2^32, so that the client's sequence numbers wrap.
    private static final int CLIENT_ISS = -1000;

    final CountingSlabPool pool = new CountingSlabPool(1000);
    final int slabsOfAnIdleStack;
    final ScriptedClient client;
    boolean isReset;
    boolean isClosed;

    private final VirtualClock clock = new VirtualClock(77_000_000_000L);
    private final MemoryTun tun = MemoryTun.builder().open();
    private final PacketBurst burst = new PacketBurst(pool);
    private final PacketStack stack;
    private @Nullable TcpFlow flow;
    private @Nullable TcpOpenRequest request;

    ScriptedStack() {
        stack = new PacketStack(StackConfig.forMtu(1500), this, pool, this, new byte[32]);
        slabsOfAnIdleStack = pool.taken();
        client = new ScriptedClient(CLIENT, SERVER, CLIENT_ISS, this);
        tun.onWritten(packet -> client.receive(packet));
    }

    /// The flow that was accepted last.
    TcpFlow flow() {
        if (flow == null) {
            throw new IllegalStateException("no flow was accepted");
        }
        return flow;
    }

    /// Takes bytes from the flow, and lets the stack do what that makes possible.
    byte[] read(int count) {
        GatherList list = new GatherList();
        flow().peek(list);
        byte[] bytes = new byte[Math.min(count, list.totalBytes())];
        int at = 0;
        for (int i = 0; i < list.count() && at < bytes.length; i++) {
            int part = Math.min(bytes.length - at, list.length(i));
            list.slab(i).bytes().get(list.offset(i), bytes, at, part);
            at += part;
        }
        flow().consume(bytes.length);
        stack.poll(clock.nowNanos());
        return bytes;
    }

    /// Gives bytes to the flow, and lets the stack send them.
    void write(byte[] bytes) {
        GatherList list = new GatherList();
        flow().reserve(list);
        int at = 0;
        for (int i = 0; i < list.count() && at < bytes.length; i++) {
            int part = Math.min(bytes.length - at, list.length(i));
            list.slab(i).bytes().put(list.offset(i), bytes, at, part);
            at += part;
        }
        flow().commit(at);
        stack.poll(clock.nowNanos());
    }

    /// Resets the flow from the application's side.
    void abort() {
        flow().abort();
        stack.poll(clock.nowNanos());
        burst.release();
    }

    @Override
    public void deliver(SimPacket packet) {
        tun.inject(packet);
        try {
            tun.queue(0).read(burst);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        for (int i = 0; i < burst.count(); i++) {
            stack.receive(burst.packet(i), clock.nowNanos());
        }
        if (request != null) {
            flow = request.accept(clock.nowNanos());
            request = null;
        }
        stack.poll(clock.nowNanos());
        burst.clear();
    }

    @Override
    public void pass(long nanos) {
        long end = clock.nowNanos() + nanos;
        while (stack.nextDeadlineNanos() <= end) {
            clock.advanceTo(Math.max(clock.nowNanos(), stack.nextDeadlineNanos()));
            stack.poll(clock.nowNanos());
        }
        clock.advanceTo(end);
    }

    @Override
    public long nowNanos() {
        return clock.nowNanos();
    }

    @Override
    public boolean emit(OutboundPacket packet) {
        try {
            return tun.queue(0).write(packet);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public TunCapabilities capabilities() {
        return TunCapabilities.NONE;
    }

    @Override
    public boolean onStray(InboundPacket packet, FlowKey key) {
        return false;
    }

    @Override
    public boolean onOpenRequest(TcpOpenRequest opened) {
        request = opened;
        opened.handler(new TcpFlowHandler() {
            @Override
            public void onConfirmed() {}

            @Override
            public void onReadable() {}

            @Override
            public void onWritable() {}

            @Override
            public void onReset() {
                isReset = true;
            }

            @Override
            public void onClosed() {
                isClosed = true;
            }
        });
        return true;
    }

    @Override
    public void onForgotten(FlowKey key) {}
}
