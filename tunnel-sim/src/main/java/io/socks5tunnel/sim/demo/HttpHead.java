// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.demo;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// What stands before the body of an HTTP/1.1 message, as far as the demo needs it.
///
/// @param startLine the request line or the status line
/// @param contentLength bytes of the body, or [#NO_LENGTH]
record HttpHead(String startLine, long contentLength) {
    /// The body is absent, or ends with the connection.
    static final long NO_LENGTH = -1;

    private static final String END = "\r\n\r\n";
    private static final String LENGTH_FIELD = "content-length:";

    /// Reads until the head is complete.
    ///
    /// @param buffer empty and large enough; its remaining bytes are the beginning of the body afterwards
    static HttpHead read(ReadableByteChannel channel, ByteBuffer buffer) throws IOException {
        int end;
        do {
            if (!buffer.hasRemaining()) {
                throw new IOException("no HTTP: the head does not end");
            }
            if (channel.read(buffer) < 0) {
                throw new EOFException("the connection ended before an HTTP head was complete");
            }
            end = text(buffer).indexOf(END);
        } while (end < 0);
        String head = text(buffer).substring(0, end);
        buffer.flip().position(end + END.length());
        return parse(head);
    }

    /// Sends the head.
    void write(WritableByteChannel channel) throws IOException {
        StringBuilder text = new StringBuilder(startLine).append("\r\nConnection: close\r\n");
        if (contentLength != NO_LENGTH) {
            text.append("Content-Length: ").append(contentLength).append("\r\n");
        }
        writeAll(channel, ByteBuffer.wrap(text.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII)));
    }

    static void writeAll(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static String text(ByteBuffer written) {
        byte[] raw = new byte[written.position()];
        written.get(0, raw);
        return new String(raw, StandardCharsets.ISO_8859_1);
    }

    private static HttpHead parse(String head) throws IOException {
        String[] lines = head.split("\r\n", -1);
        long length = NO_LENGTH;
        for (String line : lines) {
            if (line.toLowerCase(Locale.ROOT).startsWith(LENGTH_FIELD)) {
                length = number(line.substring(LENGTH_FIELD.length()).trim());
            }
        }
        return new HttpHead(lines[0], length);
    }

    /// Reads a number that a peer sent.
    static long number(String text) throws IOException {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IOException("no HTTP: " + text + " is no number", e);
        }
    }
}
