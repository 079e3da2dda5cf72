// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.wire;

import java.nio.ByteBuffer;

/// The IPv4 header (RFC 791 §3.1).
///
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-------+-------+-----------+---+-------------------------------+
/// |version|  IHL  | service   |ECN|         total length          |
/// +-------+-------+-----------+---+-+-+-+-------------------------+
/// |        identification         |0|D|M|     fragment offset     |
/// +---------------+---------------+-+-+-+-------------------------+
/// | time to live  |   protocol    |        header checksum        |
/// +---------------+---------------+-------------------------------+
/// |                        source address                         |
/// +---------------------------------------------------------------+
/// |                      destination address                      |
/// +---------------------------------------------------------------+
/// |               options, 0 to 40 bytes, padded                  |
/// +---------------------------------------------------------------+
/// ```
///
/// `at` is where the header begins in `bytes`. Nothing is checked: callers know that [#MIN_LENGTH] bytes are there.
public final class Ipv4Header {
    /// Bytes without options.
    public static final int MIN_LENGTH = 20;
    /// Bytes with all the options that fit.
    public static final int MAX_LENGTH = 60;
    /// The bit of [#fragmentField] that says "do not fragment".
    public static final int DO_NOT_FRAGMENT = 0x4000;
    /// The bit of [#fragmentField] that says "more fragments follow".
    public static final int MORE_FRAGMENTS = 0x2000;
    /// The bits of [#fragmentField] that count units of eight bytes.
    public static final int OFFSET_MASK = 0x1fff;

    private static final long MAPPED_PREFIX = 0xffff_0000_0000L;
    private static final int VERSION = 4;
    private static final int VERSION_AND_LENGTH = 0;
    private static final int TYPE_OF_SERVICE = 1;
    private static final int TOTAL_LENGTH = 2;
    private static final int IDENTIFICATION = 4;
    private static final int FRAGMENT = 6;
    private static final int TIME_TO_LIVE = 8;
    private static final int PROTOCOL = 9;
    private static final int CHECKSUM = 10;
    private static final int SOURCE = 12;
    private static final int DESTINATION = 16;

    private Ipv4Header() {}

    /// The low half of the mapped form `::ffff:a.b.c.d` of an address; the high half is 0.
    public static long mapped(int address) {
        return MAPPED_PREFIX | Integer.toUnsignedLong(address);
    }

    /// Bytes with options, 0 to 60: below [#MIN_LENGTH] the header is malformed.
    public static int headerLength(ByteBuffer bytes, int at) {
        return (bytes.get(at + VERSION_AND_LENGTH) & 0x0f) << 2;
    }

    /// Type of service, 0 to 255; its two low bits are the ECN field.
    public static int typeOfService(ByteBuffer bytes, int at) {
        return bytes.get(at + TYPE_OF_SERVICE) & 0xff;
    }

    /// Header and payload, bytes, 0 to 65535.
    public static int totalLength(ByteBuffer bytes, int at) {
        return bytes.getShort(at + TOTAL_LENGTH) & 0xffff;
    }

    /// 0 to 65535.
    public static int identification(ByteBuffer bytes, int at) {
        return bytes.getShort(at + IDENTIFICATION) & 0xffff;
    }

    /// Flags and fragment offset as they lie there, 0 to 65535.
    public static int fragmentField(ByteBuffer bytes, int at) {
        return bytes.getShort(at + FRAGMENT) & 0xffff;
    }

    /// Whether this is a piece of a datagram: more follow, or some came before.
    public static boolean isFragment(ByteBuffer bytes, int at) {
        return (fragmentField(bytes, at) & (MORE_FRAGMENTS | OFFSET_MASK)) != 0;
    }

    /// 0 to 255.
    public static int timeToLive(ByteBuffer bytes, int at) {
        return bytes.get(at + TIME_TO_LIVE) & 0xff;
    }

    /// 0 to 255, see [IpProtocol].
    public static int protocol(ByteBuffer bytes, int at) {
        return bytes.get(at + PROTOCOL) & 0xff;
    }

    /// The header checksum, 0 to 65535.
    public static int checksum(ByteBuffer bytes, int at) {
        return bytes.getShort(at + CHECKSUM) & 0xffff;
    }

    /// The source address.
    public static int source(ByteBuffer bytes, int at) {
        return bytes.getInt(at + SOURCE);
    }

    /// The destination address.
    public static int destination(ByteBuffer bytes, int at) {
        return bytes.getInt(at + DESTINATION);
    }

    /// Writes a header of 20 bytes but for its checksum: identification 0, "do not fragment", as RFC 6864 §4.1
    /// allows for what is never fragmented.
    ///
    /// @param totalLength header and payload, bytes, 20 to 65535
    public static void write(ByteBuffer bytes, int at, int totalLength, int timeToLive, int protocol) {
        bytes.putInt(at + VERSION_AND_LENGTH, VERSION << 28 | MIN_LENGTH >> 2 << 24 | totalLength & 0xffff);
        bytes.putInt(at + IDENTIFICATION, DO_NOT_FRAGMENT);
        bytes.putInt(at + TIME_TO_LIVE, timeToLive << 24 | (protocol & 0xff) << 16);
    }

    /// Writes the type of service.
    public static void typeOfService(ByteBuffer bytes, int at, int value) {
        bytes.put(at + TYPE_OF_SERVICE, (byte) value);
    }

    /// Writes the total length, bytes.
    public static void totalLength(ByteBuffer bytes, int at, int value) {
        bytes.putShort(at + TOTAL_LENGTH, (short) value);
    }

    /// Writes identification, flags and fragment offset.
    public static void fragment(ByteBuffer bytes, int at, int identification, int fragmentField) {
        bytes.putInt(at + IDENTIFICATION, identification << 16 | fragmentField & 0xffff);
    }

    /// Writes both addresses.
    public static void addresses(ByteBuffer bytes, int at, int source, int destination) {
        bytes.putInt(at + SOURCE, source);
        bytes.putInt(at + DESTINATION, destination);
    }

    /// Computes the header checksum and writes it; everything else must be written before.
    public static void writeChecksum(ByteBuffer bytes, int at) {
        bytes.putShort(at + CHECKSUM, (short) 0);
        int checksum = InternetChecksum.finish(InternetChecksum.sum(bytes, at, headerLength(bytes, at)));
        bytes.putShort(at + CHECKSUM, (short) checksum);
    }
}
