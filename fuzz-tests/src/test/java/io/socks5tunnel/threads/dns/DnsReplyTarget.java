// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.dns;

import io.socks5tunnel.fuzz.Finding;
import io.socks5tunnel.fuzz.FuzzBytes;
import io.socks5tunnel.fuzz.FuzzTarget;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A resolver's stream in pieces of any size: out come the messages that went in. Each that has a header can be cut
/// to its question, and turned into a failure, within the room that it had.
///
/// ```
/// size of pieces, the resolver's bytes …
/// ```
public final class DnsReplyTarget implements FuzzTarget {
    private static final int LENGTH_BYTES = 2;
    private static final int TRUNCATED = 0x0200;
    private static final int SERVER_FAILURE = 2;

    @Override
    public void run(byte[] input) {
        var bytes = new FuzzBytes(input);
        int pieceBytes = 1 + bytes.u8();
        byte[] stream = bytes.rest();
        List<byte[]> messages = new ArrayList<>();
        var frames = new DnsFrames();
        ByteBuffer all = ByteBuffer.wrap(stream);
        for (int at = 0; at < stream.length; at += pieceBytes) {
            int length = Math.min(pieceBytes, stream.length - at);
            frames.received(all, at, length, (message, from, count) -> {
                byte[] copy = new byte[count];
                message.get(from, copy);
                messages.add(copy);
            });
        }
        List<byte[]> expected = split(stream);
        Finding.unlessSame(messages.size(), expected.size(), "messages");
        for (int i = 0; i < messages.size(); i++) {
            Finding.unless(Arrays.equals(messages.get(i), expected.get(i)), "another message");
            if (messages.get(i).length >= DnsHeader.BYTES) {
                shorten(messages.get(i), true);
                shorten(messages.get(i), false);
            }
        }
    }

    private static void shorten(byte[] message, boolean isCut) {
        byte[] copy = Arrays.copyOf(message, message.length);
        ByteBuffer bytes = ByteBuffer.wrap(copy);
        int length = isCut ? DnsReplies.truncate(bytes, 0, copy.length) : DnsReplies.fail(bytes, 0, copy.length);
        Finding.unless(length >= DnsHeader.BYTES && length <= message.length, "a response of " + length + " bytes");
        DnsText.Response response = DnsText.read(bytes, 0, length);
        Finding.unlessSame(
                response.id(), Short.toUnsignedInt(ByteBuffer.wrap(message).getShort(0)), "the id");
        Finding.unlessSame(response.answers(), 0, "answers");
        if (isCut) {
            Finding.unless((response.flags() & TRUNCATED) != 0, "cut, and it does not say so");
        } else {
            Finding.unlessSame(response.code(), SERVER_FAILURE, "the code");
        }
        Finding.unless(
                Arrays.equals(
                        Arrays.copyOfRange(copy, DnsHeader.BYTES, length),
                        Arrays.copyOfRange(message, DnsHeader.BYTES, length)),
                "another question");
    }

    private static List<byte[]> split(byte[] stream) {
        List<byte[]> messages = new ArrayList<>();
        int at = 0;
        while (stream.length - at >= LENGTH_BYTES) {
            int length = Byte.toUnsignedInt(stream[at]) << 8 | Byte.toUnsignedInt(stream[at + 1]);
            if (stream.length - at < LENGTH_BYTES + length) {
                break;
            }
            messages.add(Arrays.copyOfRange(stream, at + LENGTH_BYTES, at + LENGTH_BYTES + length));
            at += LENGTH_BYTES + length;
        }
        return messages;
    }
}
