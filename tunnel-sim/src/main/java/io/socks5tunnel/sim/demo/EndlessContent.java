// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.demo;

import io.socks5tunnel.sim.SeededRandom;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/// An endless byte stream that both ends know, so that each can check every byte it gets.
///
/// It repeats after a prime number of bytes: whatever is lost, doubled or moved by a power of two or by a multiple
/// of a segment shows. From any thread.
final class EndlessContent {
    private static final int PERIOD_BYTES = 1_048_573;

    private final ByteBuffer period;

    EndlessContent(long seed) {
        byte[] bytes = new byte[PERIOD_BYTES];
        new SeededRandom(seed).fill(bytes);
        period = ByteBuffer.allocateDirect(PERIOD_BYTES).put(bytes).flip();
    }

    /// A view of the stream from `position` on.
    ///
    /// @param most how many bytes are wanted; there may be fewer, but at least one
    ByteBuffer from(long position, long most) {
        int at = (int) (position % PERIOD_BYTES);
        return period.slice(at, (int) Math.min(most, PERIOD_BYTES - at));
    }

    /// Compares the remaining bytes of `bytes`, which it consumes, with the stream from `position` on.
    ///
    /// @return where in the stream they differ first, or -1 if they are equal
    long mismatch(long position, ByteBuffer bytes) {
        long at = position;
        while (bytes.hasRemaining()) {
            ByteBuffer expected = from(at, bytes.remaining());
            ByteBuffer received = bytes.slice(bytes.position(), expected.remaining());
            int difference = expected.mismatch(received);
            if (difference >= 0) {
                return at + difference;
            }
            bytes.position(bytes.position() + expected.remaining());
            at += expected.remaining();
        }
        return -1;
    }

    /// Sends `length` bytes of the stream.
    void send(WritableByteChannel channel, long position, long length) throws IOException {
        long sent = 0;
        while (sent < length) {
            sent += channel.write(from(position + sent, length - sent));
        }
    }

    /// Receives `length` bytes and compares them with the stream. All are received, whatever they are: who hangs up
    /// on a sender cannot tell it what was wrong.
    ///
    /// @param buffer its remaining bytes were received already
    /// @return where in the stream they differ first, or -1 if all are equal
    /// @throws EOFException if they are fewer
    long receive(ReadableByteChannel channel, long position, long length, ByteBuffer buffer) throws IOException {
        long received = 0;
        long first = -1;
        while (true) {
            int count = buffer.remaining();
            if (first < 0) {
                first = mismatch(position + received, buffer);
            }
            received += count;
            if (received >= length) {
                return first < 0 && received > length ? position + length : first;
            }
            buffer.clear();
            if (channel.read(buffer) < 0) {
                throw new EOFException("ended after " + received + " of " + length + " bytes");
            }
            buffer.flip();
        }
    }
}
