// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.spi.DatagramBatch;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.stack.UdpDatagram;
import org.jspecify.annotations.Nullable;

/// The datagrams that one cycle has brought, by session, each a header made here and a payload that stays where the
/// device put it: so that what a burst brings for one session leaves in one call. Confined to one shard.
final class UdpBurst {
    private static final int CAPACITY = 1024;
    private static final int NONE = -1;

    private final Slab headers;
    private final DatagramScratch scratch;
    private final @Nullable Slab[] slabs = new @Nullable Slab[CAPACITY];
    private final int[] offsets = new int[CAPACITY];
    private final int[] lengths = new int[CAPACITY];
    private final int[] headerAt = new int[CAPACITY];
    private final int[] headerBytes = new int[CAPACITY];
    private final int[] packetAt = new int[CAPACITY];
    private final int[] packetHeaderBytes = new int[CAPACITY];
    private final int[] next = new int[CAPACITY];

    /// Which ones are in the batch that a session has been given.
    private final int[] batched = new int[DatagramBatch.MAX_DATAGRAMS];

    private final @Nullable UdpSession[] sessions = new @Nullable UdpSession[CAPACITY];
    private int sessionCount;
    private int count;
    private int headerEnd;

    /// @param headers for the headers; stays with the caller
    UdpBurst(Slab headers, DatagramScratch scratch) {
        this.headers = headers;
        this.scratch = scratch;
    }

    /// The first and the last datagram of a session in the burst.
    static final class Run {
        private int first = NONE;
        private int last = NONE;
    }

    /// Where the header of the next datagram is to be written, after making room if there is none.
    int headerRoom(long nowNanos) {
        if (count == CAPACITY || headerEnd + SocksDatagram.MAX_HEADER_BYTES > Slab.CAPACITY_BYTES) {
            flush(nowNanos);
        }
        return headerEnd;
    }

    /// Where headers are written.
    Slab headers() {
        return headers;
    }

    /// Adds a datagram, whose header was written to [#headerRoom].
    void add(UdpSession session, int newHeaderBytes, UdpDatagram datagram, int offset, int length) {
        int index = count++;
        slabs[index] = datagram.slab();
        offsets[index] = offset;
        lengths[index] = length;
        headerAt[index] = headerEnd;
        headerBytes[index] = newHeaderBytes;
        packetAt[index] = datagram.packet().offset();
        packetHeaderBytes[index] = datagram.payloadOffset() - packetAt[index];
        headerEnd += newHeaderBytes;
        next[index] = NONE;
        Run run = session.run();
        if (run.last == NONE) {
            run.first = index;
            sessions[sessionCount++] = session;
        } else {
            next[run.last] = index;
        }
        run.last = index;
    }

    /// Where the packet begins that has brought the datagram at `batchIndex` of the batch that a session has been
    /// given, in the slab of its payload.
    int packetAt(int batchIndex) {
        return packetAt[batched[batchIndex]];
    }

    /// The bytes of that packet before its first payload.
    int packetHeaderBytes(int batchIndex) {
        return packetHeaderBytes[batched[batchIndex]];
    }

    /// Sends everything, session by session.
    void flush(long nowNanos) {
        for (int i = 0; i < sessionCount; i++) {
            UdpSession session = sessions[i];
            sessions[i] = null;
            if (session != null) {
                flush(session, nowNanos);
            }
        }
        sessionCount = 0;
        count = 0;
        headerEnd = 0;
    }

    private void flush(UdpSession session, long nowNanos) {
        Run run = session.run();
        int index = run.first;
        run.first = NONE;
        run.last = NONE;
        while (index != NONE) {
            DatagramBatch batch = scratch.clearedBatch();
            while (index != NONE && batch.count() < scratch.batchDatagrams()) {
                Slab slab = slabs[index];
                if (slab != null) {
                    batched[batch.count()] = index;
                    batch.add(headers, headerAt[index], headerBytes[index], slab, offsets[index], lengths[index]);
                    slabs[index] = null;
                }
                index = next[index];
            }
            session.send(batch, nowNanos);
        }
    }
}
