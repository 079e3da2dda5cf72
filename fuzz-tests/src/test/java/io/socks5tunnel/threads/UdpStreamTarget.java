// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.spi.DatagramBatch;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.UpstreamOptions;
import io.socks5tunnel.fuzz.Finding;
import io.socks5tunnel.fuzz.FuzzBytes;
import io.socks5tunnel.fuzz.FuzzTarget;
import io.socks5tunnel.fuzz.SlabStock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// A stream of UDP-in-TCP in pieces of any size, both ways. From the server come the frames that the bytes say,
/// up to the first that is none; to the server goes each datagram whole or not at all, whatever the socket takes.
/// Nothing stays behind in the budget for copies.
///
/// ```
/// settings, size of pieces to read, size of pieces to write, the server's bytes …
/// ```
public final class UdpStreamTarget implements FuzzTarget {
    private static final InetSocketAddress SERVER = new InetSocketAddress("192.0.2.1", 1080);
    private static final UpstreamOptions OPTIONS = new UpstreamOptions(0, false);
    private static final int PREFIX_BYTES = 3;
    private static final int SHORTEST_HEADER_BYTES = 5;
    private static final int PIECES_OF_A_SIZE = 64;
    private static final int MOST_PIECES = 16 * PIECES_OF_A_SIZE;

    private static final int MOST_DATAGRAMS = 8;

    /// Each datagram begins at another place of it.
    private static final byte[] PAYLOAD = new byte[MOST_DATAGRAMS * 256];

    static {
        new Random(1).nextBytes(PAYLOAD);
    }

    private final SlabStock pool = new SlabStock();
    private final Slab outgoing = new Slab();
    private final Slab momentary = new Slab();
    private final Slab payloads = new Slab();
    private long outcome;

    @Override
    public long outcome() {
        return outcome;
    }

    @Override
    public void run(byte[] input) throws IOException {
        var bytes = new FuzzBytes(input);
        int settings = bytes.u8();
        outcome = 0;
        pool.reset();
        var budget = new CopyBudget((settings & 1) == 0 ? 1 << 20 : 300);
        var scratch = new DatagramScratch(pool, new CopyPool(budget), outgoing, momentary, 10);
        var reactor = new PipeReactor();
        var slot = new WakerSlot(() -> {});
        var link = new UpstreamLink(slot);
        link.open(reactor, SERVER, OPTIONS);
        var path = new UdpStream(link, slot);
        int readBytes = 1 + bytes.u8() * (1 + (settings >> 1 & 3) * 40);
        int writeBytes = 1 + bytes.u8();
        byte[] fromServer = bytes.rest();
        boolean isShort = (settings & 1) != 0;
        send(path, reactor.pipe(), scratch, writeBytes, fromServer, isShort);
        receive(path, reactor.pipe(), scratch, readBytes, fromServer, isShort);
        path.close(scratch);
        outcome = outcome * 31 + Arrays.hashCode(reactor.pipe().written().toByteArray());
        scratch.release();
        Finding.unlessSame(budget.usedBytes(), 0, "bytes of the budget for copies");
        Finding.unlessSame(pool.taken(), 0, "slabs in use at the end");
    }

    private void receive(
            UdpStream path, Pipe pipe, DatagramScratch scratch, int readBytes, byte[] stream, boolean isShort)
            throws IOException {
        var frames = new Frames();
        boolean isBroken = false;
        int at = 0;
        for (int i = 0; at < stream.length && !isBroken; i++) {
            int end = Math.min(stream.length, at + sizeOfPiece(i, readBytes));
            pipe.deliver(Arrays.copyOfRange(stream, at, end));
            isBroken = !tryReceive(path, pipe, frames, scratch);
            at = end;
        }
        List<byte[]> expected = frames(stream);
        if (isShort && isBroken) {
            // perhaps no memory was left for half a frame: what came before it counts all the same
            Finding.unless(frames.frames.size() <= expected.size(), "more frames than there are");
        } else {
            Finding.unlessSame(frames.frames.size(), expected.size(), "frames");
            Finding.unless(isBroken == isGarbageBehind(stream, expected), "it broke, or not, without reason");
        }
        outcome = frames.frames.size();
        for (int i = 0; i < frames.frames.size(); i++) {
            Finding.unless(Arrays.equals(frames.frames.get(i), expected.get(i)), "another frame");
        }
    }

    private static boolean tryReceive(UdpStream path, Pipe pipe, Frames frames, DatagramScratch scratch) {
        try {
            while (pipe.hasInput()) {
                path.receive(frames, scratch);
            }
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /// Pieces grow in the course of a run, so that small ones do not make it long.
    private static int sizeOfPiece(int index, int firstBytes) {
        return firstBytes << index / PIECES_OF_A_SIZE;
    }

    /// Sends datagrams whose sizes the input gives.
    private void send(UdpStream path, Pipe pipe, DatagramScratch scratch, int writeBytes, byte[] sizes, boolean isShort)
            throws IOException {
        var batch = new DatagramBatch();
        var expected = new ByteArrayOutputStream();
        int at = 0;
        for (int i = 0; i < Math.min(sizes.length, MOST_DATAGRAMS); i++) {
            int payloadBytes = Byte.toUnsignedInt(sizes[i]) * (1 + i);
            int headerBytes = PREFIX_BYTES + SocksDatagram.putAddress(payloads.bytes(), at + PREFIX_BYTES, 0, i, i);
            path.putPrefix(payloads.bytes(), at, headerBytes, payloadBytes);
            payloads.bytes().put(at + headerBytes, PAYLOAD, i, payloadBytes);
            batch.add(payloads, at, headerBytes, payloads, at + headerBytes, payloadBytes);
            byte[] frame = new byte[headerBytes + payloadBytes];
            payloads.bytes().get(at, frame);
            expected.writeBytes(frame);
            at += frame.length;
        }
        int sent = 0;
        try {
            for (int i = 0;
                    i < MOST_PIECES && (sent < batch.count() || pipe.written().size() < expected.size());
                    i++) {
                pipe.allow(sizeOfPiece(i, writeBytes));
                if (sent < batch.count()) {
                    sent += path.send(batch, sent, scratch);
                } else {
                    path.receive(new Frames(), scratch);
                }
            }
        } catch (IOException e) {
            Finding.unless(isShort, "the stream broke although nothing is short: " + e.getMessage());
            byte[] prefix = Arrays.copyOf(expected.toByteArray(), pipe.written().size());
            Finding.unless(Arrays.equals(pipe.written().toByteArray(), prefix), "other bytes were sent");
            return;
        }
        Finding.unless(Arrays.equals(pipe.written().toByteArray(), expected.toByteArray()), "other bytes were sent");
    }

    /// By a reading of the format of its own.
    private static List<byte[]> frames(byte[] stream) {
        List<byte[]> frames = new ArrayList<>();
        int at = 0;
        while (stream.length - at >= PREFIX_BYTES) {
            int header = Byte.toUnsignedInt(stream[at + 2]);
            int length = header + (Byte.toUnsignedInt(stream[at]) << 8 | Byte.toUnsignedInt(stream[at + 1]));
            if (header < SHORTEST_HEADER_BYTES || stream.length - at < length) {
                break;
            }
            frames.add(Arrays.copyOfRange(stream, at, at + length));
            at += length;
        }
        return frames;
    }

    private static boolean isGarbageBehind(byte[] stream, List<byte[]> frames) {
        int at = frames.stream().mapToInt(frame -> frame.length).sum();
        return stream.length - at >= PREFIX_BYTES && Byte.toUnsignedInt(stream[at + 2]) < SHORTEST_HEADER_BYTES;
    }

    private static final class Frames implements ReplyReceiver {
        private final List<byte[]> frames = new ArrayList<>();

        @Override
        public void onDatagram(Slab slab, int offset, int length) {
            throw new IllegalStateException("a stream has no datagrams");
        }

        @Override
        public void onFrame(Slab slab, int offset, int headerBytes, int payloadBytes) {
            byte[] frame = new byte[headerBytes + payloadBytes];
            slab.bytes().get(offset, frame);
            frames.add(frame);
        }

        @Override
        public void onEnd() {}

        @Override
        public void onGarbage() {}
    }
}
