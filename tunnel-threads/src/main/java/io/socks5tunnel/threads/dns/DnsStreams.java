// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.dns;

import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.Reactor;
import io.socks5tunnel.stack.TcpOpenRequest;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.concurrent.TimeUnit;

/// The TCP connections of a shard to mapdns: they end here, no SOCKS server hears of them. Confined to one shard.
public final class DnsStreams {
    /// Connections at a time. Beyond that the one that was silent longest is reset.
    public static final int MAX_STREAMS = 256;

    /// How long a connection may be silent (RFC 7766 §6.2.3: some seconds).
    public static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final DnsResponder responder;
    private final GatherList input = new GatherList();

    /// For answers: the rest of a slab and a fresh one are enough, and what is reserved and not filled is work for
    /// nothing.
    private final GatherList room = new GatherList(2);

    private final ByteBuffer reply = ByteBuffer.allocate(Short.BYTES + DnsResponder.MAX_REPLY_BYTES);

    /// All connections, the one that was silent longest first.
    private final LinkedHashSet<DnsStream> byActivity = new LinkedHashSet<>();

    private final ArrayDeque<DnsStream> ready = new ArrayDeque<>();
    private boolean isHungry;
    private long nowNanos;

    /// No connections yet.
    public DnsStreams(DnsResponder responder) {
        this.responder = responder;
    }

    /// Accepts a connection.
    public void open(TcpOpenRequest request, long openedNanos) {
        nowNanos = openedNanos;
        if (byActivity.size() >= MAX_STREAMS) {
            DnsStream silent = byActivity.getFirst();
            byActivity.remove(silent);
            silent.abort();
        }
        touch(new DnsStream(this, request, responder, openedNanos));
    }

    /// Answers what has come, and ends connections whose time is up.
    public void run(long cycleNanos) {
        nowNanos = cycleNanos;
        isHungry = false;
        for (int turns = ready.size(); turns > 0; turns--) {
            DnsStream stream = ready.remove();
            stream.isReady = false;
            if (byActivity.contains(stream)) {
                run(stream);
            }
        }
        while (!byActivity.isEmpty() && nowNanos - byActivity.getFirst().lastActivityNanos >= IDLE_NANOS) {
            DnsStream silent = byActivity.getFirst();
            byActivity.remove(silent);
            silent.close();
        }
    }

    /// When [#run] must be called at the latest.
    public long nextDeadlineNanos() {
        if (isHungry) {
            return nowNanos + RETRY_NANOS;
        }
        return byActivity.isEmpty() ? Reactor.NO_DEADLINE : byActivity.getFirst().lastActivityNanos + IDLE_NANOS;
    }

    /// Connections now.
    public int size() {
        return byActivity.size();
    }

    /// Resets all connections.
    public void endAll() {
        byActivity.forEach(DnsStream::abort);
        byActivity.clear();
        ready.clear();
    }

    void wake(DnsStream stream) {
        if (!stream.isReady) {
            stream.isReady = true;
            ready.add(stream);
        }
    }

    GatherList clearedInput() {
        input.clear();
        return input;
    }

    GatherList clearedRoom() {
        room.clear();
        return room;
    }

    /// Forgets the slabs that the last questions and answers lay in.
    public void discardSpares() {
        input.clear();
        room.clear();
    }

    ByteBuffer reply() {
        return reply;
    }

    private void run(DnsStream stream) {
        boolean isDone = stream.run(nowNanos);
        if (stream.isEnded()) {
            byActivity.remove(stream);
            return;
        }
        touch(stream);
        if (!isDone) {
            isHungry = true;
            wake(stream);
        }
    }

    private void touch(DnsStream stream) {
        byActivity.remove(stream);
        stream.lastActivityNanos = nowNanos;
        byActivity.add(stream);
    }
}
