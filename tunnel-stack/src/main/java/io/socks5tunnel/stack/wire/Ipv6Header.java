// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.wire;

import java.nio.ByteBuffer;

/// The IPv6 header (RFC 8200 §3) and its fragment header (§4.5).
///
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-------+-----------+---+---------------------------------------+
/// |version| traffic cl|ECN|              flow label               |
/// +-------+-----------+---+-------+---------------+---------------+
/// |        payload length         |  next header  |   hop limit   |
/// +-------------------------------+---------------+---------------+
/// |                   source address, 16 bytes                    |
/// +---------------------------------------------------------------+
/// |                 destination address, 16 bytes                 |
/// +---------------------------------------------------------------+
///
/// +---------------+---------------+-------------------------+---+-+
/// |  next header  |       0       |     fragment offset     | 0 |M|
/// +---------------+---------------+-------------------------+---+-+
/// |                        identification                         |
/// +---------------------------------------------------------------+
/// ```
///
/// `at` is where the header begins in `bytes`. Nothing is checked: callers know that the bytes are there.
public final class Ipv6Header {
    /// Bytes of the fixed header.
    public static final int LENGTH = 40;
    /// Bytes of the fragment header.
    public static final int FRAGMENT_LENGTH = 8;
    /// The bit of [#fragmentField] that says "more fragments follow".
    public static final int MORE_FRAGMENTS = 1;
    /// The bits of [#fragmentField] that are the offset in bytes, as they lie there.
    public static final int OFFSET_MASK = 0xfff8;

    private static final int VERSION = 6;
    private static final int VERSION_CLASS_LABEL = 0;
    private static final int PAYLOAD_LENGTH = 4;
    private static final int NEXT_HEADER = 6;
    private static final int HOP_LIMIT = 7;
    private static final int SOURCE = 8;
    private static final int DESTINATION = 24;
    private static final int FRAGMENT_FIELD = 2;
    private static final int FRAGMENT_IDENTIFICATION = 4;

    private Ipv6Header() {}

    /// 0 to 255; its two low bits are the ECN field.
    public static int trafficClass(ByteBuffer bytes, int at) {
        return bytes.getInt(at + VERSION_CLASS_LABEL) >>> 20 & 0xff;
    }

    /// 0 to 2^20 - 1.
    public static int flowLabel(ByteBuffer bytes, int at) {
        return bytes.getInt(at + VERSION_CLASS_LABEL) & 0xf_ffff;
    }

    /// Bytes behind the fixed header, extension headers included, 0 to 65535.
    public static int payloadLength(ByteBuffer bytes, int at) {
        return bytes.getShort(at + PAYLOAD_LENGTH) & 0xffff;
    }

    /// 0 to 255, see [IpProtocol].
    public static int nextHeader(ByteBuffer bytes, int at) {
        return bytes.get(at + NEXT_HEADER) & 0xff;
    }

    /// 0 to 255.
    public static int hopLimit(ByteBuffer bytes, int at) {
        return bytes.get(at + HOP_LIMIT) & 0xff;
    }

    /// The source address, high half.
    public static long sourceHigh(ByteBuffer bytes, int at) {
        return bytes.getLong(at + SOURCE);
    }

    /// The source address, low half.
    public static long sourceLow(ByteBuffer bytes, int at) {
        return bytes.getLong(at + SOURCE + 8);
    }

    /// The destination address, high half.
    public static long destinationHigh(ByteBuffer bytes, int at) {
        return bytes.getLong(at + DESTINATION);
    }

    /// The destination address, low half.
    public static long destinationLow(ByteBuffer bytes, int at) {
        return bytes.getLong(at + DESTINATION + 8);
    }

    /// Offset and flags of a fragment header at `at`, 0 to 65535.
    public static int fragmentField(ByteBuffer bytes, int at) {
        return bytes.getShort(at + FRAGMENT_FIELD) & 0xffff;
    }

    /// The identification of a fragment header at `at`.
    public static int fragmentIdentification(ByteBuffer bytes, int at) {
        return bytes.getInt(at + FRAGMENT_IDENTIFICATION);
    }

    /// Writes everything but the addresses, with traffic class 0.
    ///
    /// @param payloadLength bytes behind the fixed header, 0 to 65535
    public static void write(ByteBuffer bytes, int at, int payloadLength, int nextHeader, int hopLimit) {
        bytes.putInt(at + VERSION_CLASS_LABEL, VERSION << 28);
        bytes.putInt(at + PAYLOAD_LENGTH, payloadLength << 16 | (nextHeader & 0xff) << 8 | hopLimit & 0xff);
    }

    /// Writes traffic class and flow label.
    public static void classAndLabel(ByteBuffer bytes, int at, int trafficClass, int flowLabel) {
        bytes.putInt(at + VERSION_CLASS_LABEL, VERSION << 28 | (trafficClass & 0xff) << 20 | flowLabel & 0xf_ffff);
    }

    /// Writes a fragment header.
    ///
    /// @param fragmentField offset in bytes, a multiple of 8, and [#MORE_FRAGMENTS]
    public static void writeFragment(ByteBuffer bytes, int at, int nextHeader, int fragmentField, int identification) {
        bytes.putInt(at, nextHeader << 24 | fragmentField & 0xffff);
        bytes.putInt(at + FRAGMENT_IDENTIFICATION, identification);
    }

    /// Writes the next header of the fixed header.
    public static void nextHeader(ByteBuffer bytes, int at, int value) {
        bytes.put(at + NEXT_HEADER, (byte) value);
    }

    /// Writes the payload length, bytes.
    public static void payloadLength(ByteBuffer bytes, int at, int value) {
        bytes.putShort(at + PAYLOAD_LENGTH, (short) value);
    }

    /// Writes the source address.
    public static void source(ByteBuffer bytes, int at, long high, long low) {
        bytes.putLong(at + SOURCE, high);
        bytes.putLong(at + SOURCE + 8, low);
    }

    /// Writes the destination address.
    public static void destination(ByteBuffer bytes, int at, long high, long low) {
        bytes.putLong(at + DESTINATION, high);
        bytes.putLong(at + DESTINATION + 8, low);
    }
}
