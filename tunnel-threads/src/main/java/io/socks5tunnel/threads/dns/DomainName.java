// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.dns;

import java.nio.ByteBuffer;

/// Names in questions (RFC 1035 §3.1): labels with a length byte each, ended by an empty one. Nothing here follows
/// a compression pointer, so none can lead in a circle.
final class DomainName {
    /// The longest name with its length bytes.
    static final int MAX_BYTES = 255;

    /// The longest name as text, without a dot at its end.
    static final int MAX_CHARACTERS = 253;

    /// Not a name, or not a whole one.
    static final int MALFORMED = -1;

    private static final int LABEL_KIND = 0xc0;
    private static final int POINTER = 0xc0;
    private static final int POINTER_BYTES = 2;
    private static final int MAX_LABEL_BYTES = 63;

    private DomainName() {}

    /// The length of the uncompressed name at an offset, bytes, or [#MALFORMED].
    ///
    /// @param end offset behind the last byte that may be read
    static int length(ByteBuffer bytes, int at, int end) {
        int next = at;
        while (next < end && next - at < MAX_BYTES) {
            int label = Byte.toUnsignedInt(bytes.get(next));
            if (label == 0) {
                return next + 1 - at;
            }
            if ((label & LABEL_KIND) != 0) {
                return MALFORMED;
            }
            next += 1 + label;
        }
        return MALFORMED;
    }

    /// The length of the name at an offset as it lies there, bytes, be it compressed or not, or [#MALFORMED].
    static int storedLength(ByteBuffer bytes, int at, int end) {
        int next = at;
        while (next < end && next - at < MAX_BYTES) {
            int label = Byte.toUnsignedInt(bytes.get(next));
            if (label == 0) {
                return next + 1 - at;
            }
            if ((label & LABEL_KIND) == POINTER) {
                return next + POINTER_BYTES <= end ? next + POINTER_BYTES - at : MALFORMED;
            }
            if ((label & LABEL_KIND) != 0) {
                return MALFORMED;
            }
            next += 1 + label;
        }
        return MALFORMED;
    }

    /// The text of a name for which [#length] found no fault, in lower case and without a dot at its end. Bytes
    /// that are no ASCII become question marks; a [host name][#isHostName] has none.
    static String text(ByteBuffer bytes, int at) {
        StringBuilder text = new StringBuilder(64);
        int next = at;
        int label = Byte.toUnsignedInt(bytes.get(next));
        while (label > 0) {
            if (!text.isEmpty()) {
                text.append('.');
            }
            for (int i = 1; i <= label; i++) {
                text.append(lowerCase(bytes.get(next + i)));
            }
            next += 1 + label;
            label = Byte.toUnsignedInt(bytes.get(next));
        }
        return text.toString();
    }

    /// Whether a text, in lower case, can be the name of a host: labels of letters, digits, hyphens and underscores
    /// (RFC 1123 §2.1, the last one by custom), and not something that reads as an IPv4 address.
    static boolean isHostName(String text) {
        if (text.isEmpty() || text.length() > MAX_CHARACTERS) {
            return false;
        }
        int labelStart = 0;
        boolean isNumeric = true;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.') {
                if (!isLabel(i - labelStart)) {
                    return false;
                }
                labelStart = i + 1;
                isNumeric = true;
            } else if (!isHostCharacter(c)) {
                return false;
            } else {
                isNumeric &= c >= '0' && c <= '9';
            }
        }
        return isLabel(text.length() - labelStart) && !isNumeric;
    }

    /// Writes a [host name][#isHostName].
    ///
    /// @return bytes written
    static int write(String text, ByteBuffer into, int at) {
        int lengthAt = at;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.') {
                into.put(lengthAt, (byte) (at + i - lengthAt));
                lengthAt = at + i + 1;
            } else {
                into.put(at + 1 + i, (byte) c);
            }
        }
        into.put(lengthAt, (byte) (at + text.length() - lengthAt));
        into.put(at + 1 + text.length(), (byte) 0);
        return text.length() + 2;
    }

    private static boolean isLabel(int length) {
        return length > 0 && length <= MAX_LABEL_BYTES;
    }

    private static boolean isHostCharacter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }

    /// Dots and other bytes inside of labels must not become text that means something else.
    private static char lowerCase(byte b) {
        if (b >= 'A' && b <= 'Z') {
            return (char) (b + ('a' - 'A'));
        }
        return b > ' ' && b != '.' && b < 0x7f ? (char) b : '?';
    }
}
