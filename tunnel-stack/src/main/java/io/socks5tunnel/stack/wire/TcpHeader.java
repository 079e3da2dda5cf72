// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.wire;

import java.nio.ByteBuffer;

/// The TCP header (RFC 9293 §3.1).
///
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-------------------------------+-------------------------------+
/// |          source port          |       destination port        |
/// +-------------------------------+-------------------------------+
/// |                        sequence number                        |
/// +---------------------------------------------------------------+
/// |                     acknowledgment number                     |
/// +-------+-----+-+-+-+-+-+-+-+-+-+-------------------------------+
/// | data  |     |A|C|E|U|A|P|R|S|F|                               |
/// | off-  | res.|E|W|C|R|C|S|S|Y|I|            window             |
/// | set   |     | |R|E|G|K|H|T|N|N|                               |
/// +-------+-----+-+-+-+-+-+-+-+-+-+-------------------------------+
/// |           checksum            |        urgent pointer         |
/// +-------------------------------+-------------------------------+
/// |              options, 0 to 40 bytes, padded                   |
/// +---------------------------------------------------------------+
/// ```
///
/// `at` is where the header begins in `bytes`. Nothing is checked: callers know that [#MIN_LENGTH] bytes are there.
public final class TcpHeader {
    /// Bytes without options.
    public static final int MIN_LENGTH = 20;
    /// Bytes with all the options that fit.
    public static final int MAX_LENGTH = 60;
    /// Where the checksum lies, bytes: what virtio calls `csum_offset`.
    public static final int CHECKSUM = 16;

    /// No more data from the sender.
    public static final int FIN = 0x01;
    /// Synchronize sequence numbers.
    public static final int SYN = 0x02;
    /// Reset the connection.
    public static final int RST = 0x04;
    /// Push.
    public static final int PSH = 0x08;
    /// The acknowledgment number counts.
    public static final int ACK = 0x10;
    /// The urgent pointer counts.
    public static final int URG = 0x20;
    /// ECN echo (RFC 3168 §6.1).
    public static final int ECE = 0x40;
    /// Congestion window reduced (RFC 3168 §6.1).
    public static final int CWR = 0x80;
    /// Accurate ECN (RFC 9768).
    public static final int AE = 0x100;

    private static final int SOURCE_PORT = 0;
    private static final int DESTINATION_PORT = 2;
    private static final int SEQUENCE_NUMBER = 4;
    private static final int ACKNOWLEDGMENT_NUMBER = 8;
    private static final int DATA_OFFSET_AND_FLAGS = 12;
    private static final int WINDOW = 14;
    private static final int URGENT_POINTER = 18;
    private static final int FLAGS_MASK = 0x1ff;

    private TcpHeader() {}

    /// 0 to 65535.
    public static int sourcePort(ByteBuffer bytes, int at) {
        return bytes.getShort(at + SOURCE_PORT) & 0xffff;
    }

    /// 0 to 65535.
    public static int destinationPort(ByteBuffer bytes, int at) {
        return bytes.getShort(at + DESTINATION_PORT) & 0xffff;
    }

    /// SEG.SEQ; compare with [SequenceNumber].
    public static int sequenceNumber(ByteBuffer bytes, int at) {
        return bytes.getInt(at + SEQUENCE_NUMBER);
    }

    /// SEG.ACK; compare with [SequenceNumber].
    public static int acknowledgmentNumber(ByteBuffer bytes, int at) {
        return bytes.getInt(at + ACKNOWLEDGMENT_NUMBER);
    }

    /// The data offset in bytes, 0 to 60: below [#MIN_LENGTH] the header is malformed.
    public static int headerLength(ByteBuffer bytes, int at) {
        return (bytes.get(at + DATA_OFFSET_AND_FLAGS) & 0xf0) >>> 2;
    }

    /// The nine flags from [#AE] to [#FIN].
    public static int flags(ByteBuffer bytes, int at) {
        return bytes.getShort(at + DATA_OFFSET_AND_FLAGS) & FLAGS_MASK;
    }

    /// Unscaled, 0 to 65535.
    public static int window(ByteBuffer bytes, int at) {
        return bytes.getShort(at + WINDOW) & 0xffff;
    }

    /// 0 to 65535.
    public static int checksum(ByteBuffer bytes, int at) {
        return bytes.getShort(at + CHECKSUM) & 0xffff;
    }

    /// 0 to 65535.
    public static int urgentPointer(ByteBuffer bytes, int at) {
        return bytes.getShort(at + URGENT_POINTER) & 0xffff;
    }

    /// Writes both ports.
    public static void ports(ByteBuffer bytes, int at, int source, int destination) {
        bytes.putInt(at + SOURCE_PORT, source << 16 | destination & 0xffff);
    }

    /// Writes SEG.SEQ.
    public static void sequenceNumber(ByteBuffer bytes, int at, int value) {
        bytes.putInt(at + SEQUENCE_NUMBER, value);
    }

    /// Writes SEG.ACK.
    public static void acknowledgmentNumber(ByteBuffer bytes, int at, int value) {
        bytes.putInt(at + ACKNOWLEDGMENT_NUMBER, value);
    }

    /// Writes data offset and flags, and zeros between them.
    ///
    /// @param headerLength bytes with options, a multiple of 4, 20 to 60
    public static void headerLengthAndFlags(ByteBuffer bytes, int at, int headerLength, int flags) {
        assert (headerLength & 3) == 0 && headerLength >= MIN_LENGTH && headerLength <= MAX_LENGTH;
        bytes.putShort(at + DATA_OFFSET_AND_FLAGS, (short) (headerLength << 10 | flags & FLAGS_MASK));
    }

    /// Writes the window field.
    ///
    /// @param value already scaled down, 0 to 65535
    public static void window(ByteBuffer bytes, int at, int value) {
        bytes.putShort(at + WINDOW, (short) value);
    }

    /// Writes the checksum field.
    public static void checksum(ByteBuffer bytes, int at, int value) {
        bytes.putShort(at + CHECKSUM, (short) value);
    }

    /// Writes the urgent pointer.
    public static void urgentPointer(ByteBuffer bytes, int at, int value) {
        bytes.putShort(at + URGENT_POINTER, (short) value);
    }
}
