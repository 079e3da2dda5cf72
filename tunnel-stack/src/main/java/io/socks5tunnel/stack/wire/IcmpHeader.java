// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.wire;

import java.nio.ByteBuffer;

/// The header of ICMP (RFC 792) and ICMPv6 (RFC 4443 §2.1) messages.
///
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +---------------+---------------+-------------------------------+
/// |     type      |     code      |           checksum            |
/// +---------------+---------------+-------------------------------+
/// |     the rest: unused in errors, identifier and sequence in    |
/// |     echo, the MTU in "packet too big", else as RFCs say       |
/// +---------------------------------------------------------------+
/// ```
///
/// `at` is where the header begins in `bytes`. Nothing is checked: callers know that [#LENGTH] bytes are there.
public final class IcmpHeader {
    /// Bytes.
    public static final int LENGTH = 8;

    /// ICMP: the answer to an echo request.
    public static final int ECHO_REPLY = 0;
    /// ICMP: please answer.
    public static final int ECHO_REQUEST = 8;
    /// ICMP: slow down; not to be heeded any more (RFC 6633).
    public static final int SOURCE_QUENCH = 4;
    /// ICMP: there is a better router.
    public static final int REDIRECT = 5;
    /// ICMP: a header field is wrong.
    public static final int PARAMETER_PROBLEM = 12;
    /// The code of [#DESTINATION_UNREACHABLE] that says "too big, and not to be fragmented" (RFC 1191 §4).
    public static final int CODE_FRAGMENTATION_NEEDED = 4;
    /// ICMPv6: please answer.
    public static final int ECHO_REQUEST_V6 = 128;
    /// ICMPv6: the answer to an echo request.
    public static final int ECHO_REPLY_V6 = 129;
    /// ICMPv6: too big for the next link.
    public static final int PACKET_TOO_BIG_V6 = 2;
    /// ICMPv6: a header field is wrong or unknown.
    public static final int PARAMETER_PROBLEM_V6 = 4;

    /// ICMP: a host, network, protocol or port cannot be reached.
    public static final int DESTINATION_UNREACHABLE = 3;
    /// ICMP: the time to live ran out.
    public static final int TIME_EXCEEDED = 11;
    /// ICMPv6: a destination cannot be reached.
    public static final int DESTINATION_UNREACHABLE_V6 = 1;
    /// ICMPv6: the hop limit ran out.
    public static final int TIME_EXCEEDED_V6 = 3;

    private static final int TYPE = 0;
    private static final int CODE = 1;
    private static final int CHECKSUM = 2;
    private static final int REST = 4;

    private IcmpHeader() {}

    /// 0 to 255.
    public static int type(ByteBuffer bytes, int at) {
        return bytes.get(at + TYPE) & 0xff;
    }

    /// 0 to 255.
    public static int code(ByteBuffer bytes, int at) {
        return bytes.get(at + CODE) & 0xff;
    }

    /// 0 to 65535.
    public static int checksum(ByteBuffer bytes, int at) {
        return bytes.getShort(at + CHECKSUM) & 0xffff;
    }

    /// The second word.
    public static int rest(ByteBuffer bytes, int at) {
        return bytes.getInt(at + REST);
    }

    /// All eight bytes as one number.
    public static long word(int type, int code, int checksum, int rest) {
        return (long) type << 56 | (long) code << 48 | (long) checksum << 32 | Integer.toUnsignedLong(rest);
    }

    /// Whether a message of this type tells of an error, so that it must not be answered by another (RFC 1122
    /// §3.2.2, RFC 4443 §2.4 e).
    public static boolean isError(int type, boolean isIpv4) {
        if (!isIpv4) {
            return type < ECHO_REQUEST_V6;
        }
        return type == DESTINATION_UNREACHABLE
                || type == SOURCE_QUENCH
                || type == REDIRECT
                || type == TIME_EXCEEDED
                || type == PARAMETER_PROBLEM;
    }

    /// Writes everything but the checksum, which becomes 0.
    public static void write(ByteBuffer bytes, int at, int type, int code, int rest) {
        bytes.putInt(at + TYPE, type << 24 | (code & 0xff) << 16);
        bytes.putInt(at + REST, rest);
    }

    /// Writes the checksum field.
    public static void checksum(ByteBuffer bytes, int at, int value) {
        bytes.putShort(at + CHECKSUM, (short) value);
    }
}
