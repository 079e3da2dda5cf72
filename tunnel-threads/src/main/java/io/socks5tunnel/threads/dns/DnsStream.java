// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.dns;

import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.stack.TcpFlow;
import io.socks5tunnel.stack.TcpFlowHandler;
import io.socks5tunnel.stack.TcpOpenRequest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One TCP connection with a client that asks mapdns: queries with their length in front, answered in order, as
/// many after one another as it likes (RFC 7766 §6.2). Confined to one shard.
final class DnsStream implements TcpFlowHandler {
    /// The longest query that is taken, bytes. Real ones have some hundred at most.
    static final int MAX_QUERY_BYTES = 4096;

    private static final int LENGTH_BYTES = 2;

    /// What a query usually needs.
    private static final int USUAL_BYTES = 512;

    private final DnsStreams streams;
    private final DnsResponder responder;
    private final TcpFlow flow;

    /// What has come of a query that is not whole yet; null between queries, so that a waiting client costs
    /// nothing.
    private byte @Nullable [] pending;

    private int pendingBytes;
    private boolean isEnded;
    private boolean isOutputShut;

    /// When the client was last heard of, ns.
    long lastActivityNanos;

    /// Whether it is on the list of streams with something to do.
    boolean isReady;

    /// Accepts a client's connection. It is heard of from the first event on.
    DnsStream(DnsStreams streams, TcpOpenRequest request, DnsResponder responder, long nowNanos) {
        this.streams = streams;
        this.responder = responder;
        request.handler(this);
        flow = request.accept(nowNanos);
    }

    @Override
    public void onConfirmed() {}

    @Override
    public void onReadable() {
        streams.wake(this);
    }

    @Override
    public void onWritable() {
        streams.wake(this);
    }

    @Override
    public void onReset() {
        isEnded = true;
        streams.wake(this);
    }

    @Override
    public void onClosed() {
        isEnded = true;
        streams.wake(this);
    }

    /// Whether nothing is left of the connection.
    boolean isEnded() {
        return isEnded;
    }

    /// Answers what has come.
    ///
    /// @return false if no memory was free for an answer: try again later
    boolean run(long nowNanos) {
        while (!isEnded && flow.readableBytes() > 0) {
            if (!hasRoom()) {
                return flow.sendSpaceBytes() < LENGTH_BYTES + DnsResponder.MAX_REPLY_BYTES;
            }
            if (!take()) {
                break;
            }
            if (isWhole() && !answer(nowNanos)) {
                abort();
            }
        }
        if (!isEnded && flow.isInputEnded() && !isOutputShut) {
            isOutputShut = true;
            flow.shutdownOutput();
        }
        return true;
    }

    /// Ends the connection from this side: in good order, if the client has ever been there.
    void close() {
        if (flow.isConfirmed()) {
            flow.shutdownOutput();
            flow.shutdownInput();
        } else {
            abort();
        }
    }

    /// Ends the connection with a reset.
    void abort() {
        isEnded = true;
        pending = null;
        flow.abort();
    }

    private boolean hasRoom() {
        if (flow.sendSpaceBytes() < LENGTH_BYTES + DnsResponder.MAX_REPLY_BYTES) {
            return false;
        }
        GatherList room = streams.clearedRoom();
        flow.reserve(room);
        boolean hasMemory = room.totalBytes() >= LENGTH_BYTES + DnsResponder.MAX_REPLY_BYTES;
        flow.commit(0);
        return hasMemory;
    }

    /// Moves bytes of one query over, at most up to its end.
    ///
    /// @return false if nothing more can be moved
    private boolean take() {
        GatherList ranges = streams.clearedInput();
        flow.peek(ranges);
        int taken = 0;
        for (int i = 0; i < ranges.count() && !isWhole(); i++) {
            ByteBuffer from = ranges.slab(i).bytes();
            int at = ranges.offset(i);
            int end = at + ranges.length(i);
            while (at < end && !isWhole()) {
                int count = Math.min(end - at, missingBytes());
                byte[] into = roomFor(pendingBytes + count);
                from.get(at, into, pendingBytes, count);
                pendingBytes += count;
                at += count;
                taken += count;
            }
        }
        flow.consume(taken);
        return taken > 0;
    }

    /// Bytes until the length is known, and then until the query is whole.
    private int missingBytes() {
        return pendingBytes < LENGTH_BYTES
                ? LENGTH_BYTES - pendingBytes
                : LENGTH_BYTES + Math.min(queryBytes(), MAX_QUERY_BYTES) - pendingBytes;
    }

    private boolean isWhole() {
        return pendingBytes >= LENGTH_BYTES && missingBytes() <= 0;
    }

    private int queryBytes() {
        byte[] bytes = pending;
        return bytes == null ? 0 : Byte.toUnsignedInt(bytes[0]) << 8 | Byte.toUnsignedInt(bytes[1]);
    }

    private byte[] roomFor(int bytes) {
        byte[] present = pending;
        if (present == null) {
            present = new byte[Math.max(bytes, USUAL_BYTES)];
        } else if (present.length < bytes) {
            present = Arrays.copyOf(present, Math.max(bytes, LENGTH_BYTES + Math.min(queryBytes(), MAX_QUERY_BYTES)));
        }
        pending = present;
        return present;
    }

    /// Answers the query that has become whole.
    ///
    /// @return false if it is none, so that what follows cannot be trusted either
    private boolean answer(long nowNanos) {
        byte[] bytes = pending;
        int length = queryBytes();
        pending = null;
        pendingBytes = 0;
        if (bytes == null || length > MAX_QUERY_BYTES) {
            return false;
        }
        ByteBuffer reply = streams.reply();
        int replyBytes =
                responder.answerMessage(ByteBuffer.wrap(bytes), LENGTH_BYTES, length, reply, LENGTH_BYTES, nowNanos);
        if (replyBytes == 0) {
            return false;
        }
        reply.putShort(0, (short) replyBytes);
        send(reply, LENGTH_BYTES + replyBytes);
        return true;
    }

    private void send(ByteBuffer reply, int bytes) {
        GatherList room = streams.clearedRoom();
        flow.reserve(room);
        int sent = 0;
        for (int i = 0; i < room.count() && sent < bytes; i++) {
            int count = Math.min(room.length(i), bytes - sent);
            room.slab(i).bytes().put(room.offset(i), reply, sent, count);
            sent += count;
        }
        flow.commit(sent);
    }
}
