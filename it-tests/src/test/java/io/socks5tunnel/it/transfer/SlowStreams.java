// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.transfer;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;

/// Applications that take their time.
final class SlowStreams {
    private static final int ROOM_BYTES = 65_536;
    private static final int FIRST_READ_MILLIS = 700;
    private static final int READ_BYTES = 16_384;
    private static final int READ_MILLIS = 3;
    private static final int LONGEST_WRITE_BYTES = 600;
    private static final int WRITE_MILLIS = 1;

    private SlowStreams() {}

    /// Leaves a socket little room for what is not read yet.
    static void narrow(Socket socket) throws SocketException {
        socket.setReceiveBufferSize(ROOM_BYTES);
    }

    /// Reads nothing for a while, and then a little at a time.
    static InputStream slow(InputStream in) {
        return new FilterInputStream(in) {
            private int pauseMillis = FIRST_READ_MILLIS;

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                pause(pauseMillis);
                pauseMillis = READ_MILLIS;
                return in.read(bytes, offset, Math.min(length, READ_BYTES));
            }
        };
    }

    /// Writes pieces of 1 byte, 2 bytes and so on up to a few hundred.
    static OutputStream slow(OutputStream out) {
        return new FilterOutputStream(out) {
            private int count;

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                int end = offset + length;
                for (int at = offset; at < end; ) {
                    int piece = Math.min(end - at, 1 + count++ % LONGEST_WRITE_BYTES);
                    out.write(bytes, at, piece);
                    pause(WRITE_MILLIS);
                    at += piece;
                }
            }
        };
    }

    private static void pause(int millis) throws IOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new InterruptedIOException(e.getMessage());
        }
    }
}
