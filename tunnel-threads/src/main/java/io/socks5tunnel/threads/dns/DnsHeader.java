// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.dns;

import java.nio.ByteBuffer;

/// The first 12 bytes of a DNS message (RFC 1035 §4.1.1, flags by RFC 2535 §6.1).
///
/// ```
///    0                   1                   2                   3
///    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
///   +-------------------------------+-+-------+-+-+-+-+-+-+-+-------+
///   |              ID               |Q|opcode |A|T|R|R| |A|C| RCODE |
///   |                               |R|       |A|C|D|A|Z|D|D|       |
///   +-------------------------------+-+-------+-+-+-+-+-+-+-+-------+
///   |            QDCOUNT            |            ANCOUNT            |
///   +-------------------------------+-------------------------------+
///   |            NSCOUNT            |            ARCOUNT            |
///   +-------------------------------+-------------------------------+
/// ```
public final class DnsHeader {
    /// Length, bytes.
    public static final int BYTES = 12;

    /// QR: a response.
    static final int RESPONSE = 0x8000;

    /// The bits of the opcode; 0 is a standard query.
    static final int OPCODE = 0x7800;

    /// TC: cut, ask again over TCP.
    static final int TRUNCATED = 0x0200;

    /// RD: the client wants the whole answer.
    static final int RECURSION_DESIRED = 0x0100;

    /// RA: it gets that.
    static final int RECURSION_AVAILABLE = 0x0080;

    /// CD: the client checks signatures itself.
    static final int CHECKING_DISABLED = 0x0010;

    private static final int FLAGS_FIELD_OFFSET = 2;
    private static final int COUNTS_FIELD_OFFSET = 4;

    private DnsHeader() {}

    /// The id, 0 to 65535.
    public static int id(ByteBuffer bytes, int at) {
        return Short.toUnsignedInt(bytes.getShort(at));
    }

    /// Sets the id, 0 to 65535.
    public static void id(ByteBuffer bytes, int at, int id) {
        bytes.putShort(at, (short) id);
    }

    /// Whether the message is a response.
    public static boolean isResponse(ByteBuffer bytes, int at) {
        return (flags(bytes, at) & RESPONSE) != 0;
    }

    static int flags(ByteBuffer bytes, int at) {
        return Short.toUnsignedInt(bytes.getShort(at + FLAGS_FIELD_OFFSET));
    }

    /// Entries of a section: 0 questions, 1 answers, 2 authority, 3 additional.
    static int count(ByteBuffer bytes, int at, int section) {
        return Short.toUnsignedInt(bytes.getShort(at + COUNTS_FIELD_OFFSET + 2 * section));
    }

    static void write(ByteBuffer bytes, int at, int id, int flags, int questions, int answers, int additional) {
        bytes.putShort(at, (short) id)
                .putShort(at + FLAGS_FIELD_OFFSET, (short) flags)
                .putShort(at + COUNTS_FIELD_OFFSET, (short) questions)
                .putShort(at + COUNTS_FIELD_OFFSET + 2, (short) answers)
                .putShort(at + COUNTS_FIELD_OFFSET + 4, (short) 0)
                .putShort(at + COUNTS_FIELD_OFFSET + 6, (short) additional);
    }
}
