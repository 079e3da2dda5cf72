// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.script;

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
import io.socks5tunnel.stack.TcpFlowHandler;
import io.socks5tunnel.stack.TcpOpenRequest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The stack in virtual time, and an application that accepts everybody at once.
final class StackHost implements ScriptHost, FlowListener, PacketSink, TcpFlowHandler {
    private static final int MTU = 1500;
    private static final long MILLI = 1_000_000;
    private static final int SLABS = 4_096;

    private final InetSocketAddress client;
    private final InetSocketAddress server;
    private final PacketStack stack;
    private final PacketBurst burst;
    private final List<byte[]> sent = new ArrayList<>();
    private final GatherList ranges = new GatherList();
    private @Nullable TcpOpenRequest request;
    private @Nullable TcpFlow flow;
    private boolean isReset;
    private boolean isClosed;
    private long now = 77_000 * MILLI;

    StackHost(InetSocketAddress client, InetSocketAddress server, int receiveBufferBytes) {
        this.client = client;
        this.server = server;
        SlabPool pool = new Slabs();
        burst = new PacketBurst(pool);
        stack = new PacketStack(config(receiveBufferBytes), this, pool, this, new byte[32]);
    }

    private static StackConfig config(int receiveBufferBytes) {
        StackConfig usual = StackConfig.forMtu(MTU);
        return receiveBufferBytes == 0
                ? usual
                : new StackConfig(
                        MTU,
                        receiveBufferBytes,
                        receiveBufferBytes,
                        usual.initialSendBufferBytes(),
                        usual.maxSendBufferBytes(),
                        usual.minRtoNanos(),
                        usual.maxRtoNanos(),
                        usual.timeWaitNanos(),
                        false);
    }

    @Override
    public InetSocketAddress client() {
        return client;
    }

    @Override
    public InetSocketAddress server() {
        return server;
    }

    @Override
    public void inject(byte[] packet) {
        burst.clear();
        Slab slab = burst.slabForNext(packet.length + 16);
        int at = burst.nextOffset() + 12;
        slab.bytes().put(at, packet);
        burst.add(at, packet.length, ChecksumState.UNVERIFIED, GsoType.NONE, 0);
        stack.receive(burst.packet(0), now);
        acceptWaiting();
        stack.poll(now);
        burst.clear();
    }

    private void acceptWaiting() {
        TcpOpenRequest waiting = request;
        if (waiting != null) {
            request = null;
            flow = waiting.accept(now);
        }
    }

    @Override
    public List<byte[]> answers() {
        List<byte[]> all = List.copyOf(sent);
        sent.clear();
        return all;
    }

    @Override
    public void pass(long millis) {
        long end = now + millis * MILLI;
        while (stack.nextDeadlineNanos() <= end) {
            now = Math.max(now, stack.nextDeadlineNanos());
            stack.poll(now);
        }
        now = end;
        stack.poll(now);
    }

    @Override
    public boolean isConnected() {
        return flow != null && (flow.isConfirmed() || isReset || isClosed);
    }

    private TcpFlow connected() {
        TcpFlow present = flow;
        if (present == null) {
            throw new IllegalStateException("no connection");
        }
        return present;
    }

    @Override
    public byte[] read(int limit) throws IOException {
        TcpFlow from = connected();
        if (isReset) {
            throw new IOException("reset");
        }
        ranges.clear();
        from.peek(ranges);
        if (ranges.totalBytes() == 0 && from.isInputEnded()) {
            throw new EndOfStream();
        }
        byte[] bytes = new byte[Math.min(limit, ranges.totalBytes())];
        int at = 0;
        for (int i = 0; i < ranges.count() && at < bytes.length; i++) {
            int length = Math.min(bytes.length - at, ranges.length(i));
            ranges.slab(i).bytes().get(ranges.offset(i), bytes, at, length);
            at += length;
        }
        from.consume(bytes.length);
        stack.poll(now);
        return bytes;
    }

    @Override
    public int write(byte[] bytes) throws IOException {
        if (isReset) {
            throw new IOException("reset");
        }
        int at = 0;
        while (at < bytes.length && connected().sendSpaceBytes() > 0) {
            ranges.clear();
            connected().reserve(ranges);
            int before = at;
            for (int i = 0; i < ranges.count() && at < bytes.length; i++) {
                int length = Math.min(ranges.length(i), bytes.length - at);
                ranges.slab(i).bytes().put(ranges.offset(i), bytes, at, length);
                at += length;
            }
            connected().commit(at - before);
        }
        stack.poll(now);
        return at;
    }

    @Override
    public void shutdownOutput() {
        connected().shutdownOutput();
        stack.poll(now);
    }

    @Override
    public void closeSocket() {
        connected().shutdownOutput();
        connected().shutdownInput();
        stack.poll(now);
    }

    @Override
    public void reset() {
        connected().abort();
        stack.poll(now);
    }

    @Override
    public void close() {
        stack.abortAll(now);
        burst.release();
    }

    @Override
    public boolean onStray(InboundPacket packet, FlowKey key) {
        return false;
    }

    @Override
    public boolean onOpenRequest(TcpOpenRequest newRequest) {
        newRequest.handler(this);
        request = newRequest;
        isReset = false;
        isClosed = false;
        return true;
    }

    @Override
    public void onForgotten(FlowKey key) {
        // the flow tells enough
    }

    @Override
    public boolean emit(OutboundPacket packet) {
        byte[] bytes = Arrays.copyOf(
                headerOf(packet), packet.headerLength() + packet.payload().totalBytes());
        int at = packet.headerLength();
        GatherList payload = packet.payload();
        for (int i = 0; i < payload.count(); i++) {
            payload.slab(i).bytes().get(payload.offset(i), bytes, at, payload.length(i));
            at += payload.length(i);
        }
        sent.add(bytes);
        return true;
    }

    private static byte[] headerOf(OutboundPacket packet) {
        byte[] header = new byte[packet.headerLength()];
        packet.headerSlab().bytes().get(packet.headerOffset(), header, 0, header.length);
        return header;
    }

    @Override
    public TunCapabilities capabilities() {
        return TunCapabilities.NONE;
    }

    @Override
    public void onConfirmed() {
        // isConfirmed tells
    }

    @Override
    public void onReadable() {
        // scripts say when to read
    }

    @Override
    public void onWritable() {
        // scripts say when to write
    }

    @Override
    public void onReset() {
        isReset = true;
    }

    @Override
    public void onClosed() {
        isClosed = true;
    }

    /// As many slabs as a script can need.
    private static final class Slabs implements SlabPool {
        private int available = SLABS;

        @Override
        public @Nullable Slab tryTake() {
            if (available == 0) {
                return null;
            }
            available--;
            return new Slab();
        }

        @Override
        public void give(Slab slab) {
            available++;
        }

        @Override
        public int available() {
            return available;
        }
    }
}
