// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.dns;

import io.socks5tunnel.fuzz.Finding;
import java.nio.ByteBuffer;
import java.util.Locale;

/// Reads a DNS response as a strict client would, with code of its own. Whatever is wrong with it is a finding.
final class DnsText {
    private final ByteBuffer bytes;
    private final int end;
    private int at;

    private DnsText(ByteBuffer bytes, int at, int length) {
        this.bytes = bytes;
        this.at = at;
        end = at + length;
    }

    /// A response that was read.
    ///
    /// @param answerAt where the only answer's data begins, 0 if there is no answer
    record Response(int id, int flags, int questions, int answers, int answerType, int answerAt, int answerBytes) {
        int code() {
            return flags & 0xf;
        }
    }

    /// Reads the message at `[start, start + length)`: it must have an end, and nothing behind that.
    static Response read(ByteBuffer bytes, int start, int length) {
        Finding.unless(length >= 12, "a response of " + length + " bytes");
        return new DnsText(bytes, start, length).read();
    }

    /// The name at an offset, pointers followed, in lower case; non-letters as they are.
    static String name(ByteBuffer bytes, int start, int at) {
        var text = new StringBuilder();
        int next = at;
        for (int jumps = 0; jumps < 10; ) {
            int label = Byte.toUnsignedInt(bytes.get(next));
            if (label >= 0xc0) {
                next = start + (bytes.getShort(next) & 0x3fff);
                jumps++;
            } else if (label == 0) {
                return text.toString().toLowerCase(Locale.ROOT);
            } else {
                text.append(text.isEmpty() ? "" : ".");
                for (int i = 1; i <= label; i++) {
                    text.append((char) bytes.get(next + i));
                }
                next += 1 + label;
            }
        }
        throw new Finding("a name in circles");
    }

    private Response read() {
        int id = u16();
        int flags = u16();
        int questions = u16();
        int answers = u16();
        Finding.unlessSame(u16(), 0, "authority records");
        int additional = u16();
        Finding.unless(questions <= 1 && answers <= 1 && additional <= 1, "more than one of a kind");
        if (questions == 1) {
            skipName();
            skip(4);
        }
        int type = 0;
        int answerAt = 0;
        int answerBytes = 0;
        if (answers == 1) {
            skipName();
            type = u16();
            skip(6);
            answerBytes = u16();
            answerAt = at;
            skip(answerBytes);
        }
        if (additional == 1) {
            Finding.unlessSame(u8(), 0, "the length of the root's name");
            Finding.unlessSame(u16(), 41, "the type of the additional record");
            skip(6);
            skip(u16());
        }
        Finding.unlessSame(end - at, 0, "bytes behind the response");
        return new Response(id, flags, questions, answers, type, answerAt, answerBytes);
    }

    private void skipName() {
        int label = u8();
        while (label != 0) {
            if (label >= 0xc0) {
                skip(1);
                return;
            }
            Finding.unless(label < 64, "a label of " + label);
            skip(label);
            label = u8();
        }
    }

    private void skip(int count) {
        at += count;
        Finding.unless(at <= end, "the response is cut");
    }

    private int u8() {
        skip(1);
        return Byte.toUnsignedInt(bytes.get(at - 1));
    }

    private int u16() {
        return u8() << 8 | u8();
    }
}
