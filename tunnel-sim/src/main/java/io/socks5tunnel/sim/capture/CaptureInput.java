// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.capture;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// The bytes of a capture, unpacked where the file is compressed, with a window over what is being looked at.
/// Confined to one thread.
///
/// A window is at most [#MAX_WINDOW_BYTES] long, so that a length in a broken file cannot make us ask for memory.
final class CaptureInput implements AutoCloseable {
    /// The longest record or block that is looked at: a packet of 256 KiB, which is libpcap's own limit, with room
    /// for options.
    static final int MAX_WINDOW_BYTES = 1 << 20;

    private static final int BUFFER_BYTES = 1 << 16;
    private static final int GZIP_FIRST = 0x1f;
    private static final int GZIP_SECOND = 0x8b;

    private final CountedStream file;
    private final InputStream in;
    private final boolean isCompressed;
    private byte[] buffer = new byte[BUFFER_BYTES];
    private int at;
    private int limit;
    // offset in the unpacked data of the buffer's first byte
    private long bufferOffset;

    private CaptureInput(CountedStream file, InputStream in, boolean isCompressed) {
        this.file = file;
        this.in = in;
        this.isCompressed = isCompressed;
    }

    static CaptureInput open(Path path) throws IOException {
        var file = new CountedStream(Files.newInputStream(path));
        try {
            var buffered = new BufferedInputStream(file, BUFFER_BYTES);
            buffered.mark(2);
            boolean isCompressed = buffered.read() == GZIP_FIRST && buffered.read() == GZIP_SECOND;
            buffered.reset();
            return new CaptureInput(file, isCompressed ? new LazyGzipStream(buffered) : buffered, isCompressed);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    boolean isCompressed() {
        return isCompressed;
    }

    /// Bytes taken from the file so far, as they stand there; some of them may still wait in a buffer.
    long fileBytesRead() {
        return file.count;
    }

    /// Where the next byte stands, in the unpacked data.
    long offset() {
        return bufferOffset + at;
    }

    /// How many of the next `wanted` bytes there are: less only at the end.
    int available(int wanted) throws IOException, BrokenCaptureException {
        fill(wanted);
        return Math.min(limit - at, wanted);
    }

    /// The next bytes, without passing them. The view is good until the next call.
    ByteBuffer peek(int length) {
        if (length > limit - at) {
            throw new IllegalStateException("peek at " + length + " bytes, have " + (limit - at));
        }
        return ByteBuffer.wrap(buffer, at, length).slice();
    }

    /// Passes bytes, which need not have been looked at.
    ///
    /// @return how many there were: less than asked only at the end
    long skip(long length) throws IOException, BrokenCaptureException {
        long left = length;
        while (left > 0) {
            if (at == limit && available(1) == 0) {
                break;
            }
            int step = (int) Math.min(left, limit - at);
            at += step;
            left -= step;
        }
        return length - left;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private void fill(int wanted) throws IOException, BrokenCaptureException {
        if (limit - at >= wanted) {
            return;
        }
        if (wanted > MAX_WINDOW_BYTES) {
            throw new IllegalStateException("a window of " + wanted + " bytes");
        }
        makeRoom(wanted);
        while (limit - at < wanted) {
            int count = read();
            if (count < 0) {
                return;
            }
            limit += count;
        }
    }

    private void makeRoom(int wanted) {
        if (buffer.length - at >= wanted) {
            return;
        }
        byte[] target = wanted <= buffer.length ? buffer : new byte[Math.max(wanted, buffer.length * 2)];
        System.arraycopy(buffer, at, target, 0, limit - at);
        bufferOffset += at;
        limit -= at;
        at = 0;
        buffer = target;
    }

    private int read() throws IOException, BrokenCaptureException {
        try {
            return in.read(buffer, limit, buffer.length - limit);
        } catch (ZipException | EOFException e) {
            // thrown by the unpacking only: a plain file ends without one
            String reason = e instanceof EOFException ? "it ends too early" : String.valueOf(e.getMessage());
            throw new BrokenCaptureException(bufferOffset + limit, "the compressed data is broken: " + reason);
        }
    }

    /// Reads the header of gzip when the first byte is wanted, so that a broken one is found where all else is.
    private static final class LazyGzipStream extends InputStream {
        private final InputStream packed;
        private InputStream unpacked = InputStream.nullInputStream();
        private boolean isOpen;

        LazyGzipStream(InputStream packed) {
            this.packed = packed;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (!isOpen) {
                unpacked = new GZIPInputStream(packed, BUFFER_BYTES);
                isOpen = true;
            }
            return unpacked.read(into, offset, length);
        }

        @Override
        public void close() throws IOException {
            unpacked.close();
            packed.close();
        }
    }

    private static final class CountedStream extends FilterInputStream {
        private long count;

        CountedStream(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            count += value < 0 ? 0 : 1;
            return value;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int read = super.read(into, offset, length);
            count += Math.max(read, 0);
            return read;
        }
    }
}
