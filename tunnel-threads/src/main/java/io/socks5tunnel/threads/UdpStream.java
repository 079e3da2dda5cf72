// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.spi.DatagramBatch;
import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.threads.TcpRelay.Remainder;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Datagrams inside a TCP connection: hev's UDP-in-TCP (command 05). What the socket took of a frame only in part,
/// and what came of one only in part, is kept here until the rest follows. Confined to one shard.
final class UdpStream implements DatagramPath {
    /// What the length field can say, bytes.
    static final int MAX_PAYLOAD_BYTES = 65_535;

    /// The header's length is one byte, so a name of more than 248 bytes has no place in it.
    private static final int MAX_HEADER_BYTES = 255;

    /// Reads before others have their turn.
    private static final int TURN_READS = 8;

    /// Bytes of the two length fields.
    private static final int LENGTHS_BYTES = SocksDatagram.PREFIX_BYTES;

    private final UpstreamLink link;
    private final WakerSlot owner;

    /// The rest of a frame that the socket took in part.
    private byte @Nullable [] unsent;

    private int unsentFrom;
    private int unsentTo;

    /// The beginning of a frame that came in part.
    private byte @Nullable [] half;

    private int halfBytes;

    /// @param owner whom `link` wakes
    UdpStream(UpstreamLink link, WakerSlot owner) {
        this.link = link;
        this.owner = owner;
    }

    @Override
    public int maxPayloadBytes(int headerBytes) {
        return headerBytes <= MAX_HEADER_BYTES ? MAX_PAYLOAD_BYTES : NOTHING_FITS;
    }

    @Override
    public void putPrefix(ByteBuffer into, int at, int headerBytes, int payloadBytes) {
        SocksDatagram.putStreamPrefix(into, at, payloadBytes, headerBytes);
    }

    @Override
    public int send(DatagramBatch batch, int first, DatagramScratch scratch) throws IOException {
        if (!sendRest(scratch)) {
            return 0;
        }
        GatherList ranges = scratch.clearedRanges();
        int end = first;
        while (end < batch.count() && addFrame(batch, end, ranges)) {
            end++;
        }
        int written = link.isWritable() ? link.write(ranges) : 0;
        for (int i = first; i < end; i++) {
            int frame = batch.headerLength(i) + batch.length(i);
            if (written < frame) {
                if (written == 0) {
                    return i - first;
                }
                keepRest(batch, i, written, scratch);
                return i - first + 1;
            }
            written -= frame;
        }
        return end - first;
    }

    @Override
    public Remainder receive(ReplyReceiver replies, DatagramScratch scratch) throws IOException {
        if (link.isWritable()) {
            sendRest(scratch);
        }
        for (int turn = 0; link.isReadable(); turn++) {
            if (turn == TURN_READS) {
                return Remainder.WORK;
            }
            Slab slab = scratch.replySlab();
            if (slab == null) {
                return Remainder.HUNGER;
            }
            if (!receiveOnce(slab, replies, scratch)) {
                break;
            }
        }
        return Remainder.NOTHING;
    }

    /// A server has nothing to say before it was asked, so a byte is as bad as the end.
    @Override
    public boolean isAlive(DatagramScratch scratch) {
        if (!link.isReadable()) {
            return true;
        }
        GatherList ranges = scratch.clearedRanges();
        ranges.add(scratch.momentary(), 0, 1);
        try {
            return link.read(ranges) == 0;
        } catch (IOException _) {
            return false;
        }
    }

    @Override
    public void handTo(Waker newOwner) {
        owner.handTo(newOwner);
    }

    @Override
    public void close(DatagramScratch scratch) {
        link.close();
        forgetUnsent(scratch);
        forgetHalf(scratch);
    }

    /// One that no flow ever used holds nothing.
    @Override
    public void release() {
        link.close();
    }

    private static boolean addFrame(DatagramBatch batch, int index, GatherList ranges) {
        if (ranges.count() + 2 > GatherList.MAX_RANGES) {
            return false;
        }
        Slab header = batch.headerSlab(index);
        if (header != null) {
            ranges.add(header, batch.headerOffset(index), batch.headerLength(index));
        }
        ranges.add(batch.slab(index), batch.offset(index), batch.length(index));
        return true;
    }

    /// @return false if something of it must still be sent
    private boolean sendRest(DatagramScratch scratch) throws IOException {
        if (unsent == null) {
            return true;
        }
        if (!link.isWritable()) {
            return false;
        }
        int length = unsentTo - unsentFrom;
        scratch.momentary().bytes().put(0, unsent, unsentFrom, length);
        GatherList ranges = scratch.clearedRanges();
        ranges.add(scratch.momentary(), 0, length);
        unsentFrom += link.write(ranges);
        if (unsentFrom < unsentTo) {
            return false;
        }
        forgetUnsent(scratch);
        return true;
    }

    private void keepRest(DatagramBatch batch, int index, int written, DatagramScratch scratch) throws IOException {
        int headerBytes = batch.headerLength(index);
        int payloadBytes = batch.length(index);
        byte[] frame = scratch.copies().tryTake(headerBytes + payloadBytes);
        if (frame == null) {
            throw new IOException("no memory for the rest of a datagram");
        }
        Slab header = batch.headerSlab(index);
        if (header != null) {
            header.bytes().get(batch.headerOffset(index), frame, 0, headerBytes);
        }
        batch.slab(index).bytes().get(batch.offset(index), frame, headerBytes, payloadBytes);
        unsent = frame;
        unsentFrom = written;
        unsentTo = headerBytes + payloadBytes;
    }

    /// @return false if there is nothing more for now
    private boolean receiveOnce(Slab slab, ReplyReceiver replies, DatagramScratch scratch) throws IOException {
        if (half != null) {
            slab.bytes().put(0, half, 0, halfBytes);
        }
        GatherList ranges = scratch.clearedRanges();
        ranges.add(slab, halfBytes, Slab.CAPACITY_BYTES - halfBytes);
        int read = link.read(ranges);
        if (read < 0) {
            throw new IOException("the server ended the stream of datagrams");
        }
        if (read == 0) {
            return false;
        }
        int end = halfBytes + read;
        int used = passFrames(slab, end, replies);
        replies.onEnd();
        keepHalf(slab, used, end, scratch);
        return true;
    }

    private static int passFrames(Slab slab, int end, ReplyReceiver replies) throws IOException {
        ByteBuffer bytes = slab.bytes();
        int at = 0;
        while (end - at >= LENGTHS_BYTES) {
            int payloadBytes = Short.toUnsignedInt(bytes.getShort(at));
            int headerBytes = Byte.toUnsignedInt(bytes.get(at + 2));
            if (headerBytes < SocksDatagram.MIN_STREAM_HEADER_BYTES) {
                replies.onGarbage();
                replies.onEnd();
                throw new IOException("the server sent a header length of " + headerBytes);
            }
            if (end - at < headerBytes + payloadBytes) {
                break;
            }
            replies.onFrame(slab, at, headerBytes, payloadBytes);
            at += headerBytes + payloadBytes;
        }
        return at;
    }

    private void keepHalf(Slab slab, int from, int to, DatagramScratch scratch) throws IOException {
        int length = to - from;
        if (half != null && half.length < length || length == 0) {
            forgetHalf(scratch);
        }
        if (length > 0) {
            if (half == null) {
                half = scratch.copies().tryTake(length);
            }
            if (half == null) {
                throw new IOException("no memory for half a datagram");
            }
            slab.bytes().get(from, half, 0, length);
        }
        halfBytes = length;
    }

    private void forgetUnsent(DatagramScratch scratch) {
        if (unsent != null) {
            scratch.copies().give(unsent);
            unsent = null;
        }
    }

    private void forgetHalf(DatagramScratch scratch) {
        if (half != null) {
            scratch.copies().give(half);
            half = null;
        }
        halfBytes = 0;
    }
}
