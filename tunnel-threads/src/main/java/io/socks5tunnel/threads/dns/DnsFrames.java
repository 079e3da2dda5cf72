// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.dns;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// Puts DNS messages together that come as a stream, each with its length in front (RFC 1035 §4.2.2), however it is
/// cut. Confined to one shard.
public final class DnsFrames {
    /// Bytes of the length in front.
    public static final int LENGTH_BYTES = 2;

    private static final int USUAL_BYTES = 2048;

    private byte[] bytes = new byte[USUAL_BYTES];
    private int end;

    /// Nothing has come yet.
    public DnsFrames() {}

    /// Told about each message.
    public interface Receiver {
        /// A whole message.
        ///
        /// @param message holds it at `[at, at + length)`; valid during this call, and may be changed
        void onMessage(ByteBuffer message, int at, int length);
    }

    /// Takes bytes of the stream, and passes on the messages that become whole.
    public void received(ByteBuffer from, int at, int length, Receiver receiver) {
        if (end + length > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(end + length, 2 * bytes.length));
        }
        from.get(at, bytes, end, length);
        end += length;
        ByteBuffer messages = ByteBuffer.wrap(bytes, 0, end);
        int next = 0;
        while (end - next >= LENGTH_BYTES) {
            int messageBytes = Short.toUnsignedInt(messages.getShort(next));
            if (end - next < LENGTH_BYTES + messageBytes) {
                break;
            }
            receiver.onMessage(messages, next + LENGTH_BYTES, messageBytes);
            next += LENGTH_BYTES + messageBytes;
        }
        System.arraycopy(bytes, next, bytes, 0, end - next);
        end -= next;
    }
}
