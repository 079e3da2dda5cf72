// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.wire;

import java.nio.ByteBuffer;

/// The UDP header (RFC 768).
///
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-------------------------------+-------------------------------+
/// |          source port          |       destination port        |
/// +-------------------------------+-------------------------------+
/// |            length             |           checksum            |
/// +-------------------------------+-------------------------------+
/// ```
///
/// `at` is where the header begins in `bytes`. Nothing is checked: callers know that [#LENGTH] bytes are there.
public final class UdpHeader {
    /// Bytes.
    public static final int LENGTH = 8;
    /// Where the checksum lies, bytes: what virtio calls `csum_offset`.
    public static final int CHECKSUM = 6;

    private static final int SOURCE_PORT = 0;
    private static final int DESTINATION_PORT = 2;
    private static final int DATAGRAM_LENGTH = 4;

    private UdpHeader() {}

    /// 0 to 65535.
    public static int sourcePort(ByteBuffer bytes, int at) {
        return bytes.getShort(at + SOURCE_PORT) & 0xffff;
    }

    /// 0 to 65535.
    public static int destinationPort(ByteBuffer bytes, int at) {
        return bytes.getShort(at + DESTINATION_PORT) & 0xffff;
    }

    /// Header and payload, bytes, 0 to 65535.
    public static int length(ByteBuffer bytes, int at) {
        return bytes.getShort(at + DATAGRAM_LENGTH) & 0xffff;
    }

    /// 0 to 65535; over IPv4, 0 means that there is none.
    public static int checksum(ByteBuffer bytes, int at) {
        return bytes.getShort(at + CHECKSUM) & 0xffff;
    }

    /// All eight bytes as one number.
    ///
    /// @param length header and payload, bytes, 8 to 65535
    public static long word(int sourcePort, int destinationPort, int length, int checksum) {
        return (long) sourcePort << 48 | (long) destinationPort << 32 | (long) length << 16 | checksum;
    }

    /// Writes everything but the checksum, which becomes 0.
    ///
    /// @param length header and payload, bytes, 8 to 65535
    public static void write(ByteBuffer bytes, int at, int sourcePort, int destinationPort, int length) {
        bytes.putInt(at + SOURCE_PORT, sourcePort << 16 | destinationPort & 0xffff);
        bytes.putInt(at + DATAGRAM_LENGTH, length << 16);
    }

    /// Writes the checksum field. A computed 0 is to be sent as 65535.
    public static void checksum(ByteBuffer bytes, int at, int value) {
        bytes.putShort(at + CHECKSUM, (short) value);
    }
}
