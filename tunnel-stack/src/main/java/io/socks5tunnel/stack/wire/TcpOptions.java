// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.wire;

import java.nio.ByteBuffer;

/// TCP options (RFC 9293 §3.2, RFC 7323, RFC 2018), read and written.
///
/// ```
/// kind 0                          end of list
/// kind 1                          no operation
/// kind 2, length 4,  16 bits      maximum segment size
/// kind 3, length 3,   8 bits      window scale
/// kind 4, length 2                SACK permitted
/// kind 5, length 2 + 8n           SACK: n times left edge, right edge
/// kind 8, length 10, 2 × 32 bits  timestamps: TSval, TSecr
/// ```
///
/// Every writer returns where the next option begins and puts no-operations in front, so that its option takes a
/// multiple of four bytes and any of them may follow any other.
public final class TcpOptions {
    /// Bytes that [#writeMaxSegmentSize] takes.
    public static final int MAX_SEGMENT_SIZE_LENGTH = 4;
    /// Bytes that [#writeWindowScale] takes.
    public static final int WINDOW_SCALE_LENGTH = 4;
    /// Bytes that [#writeSackPermitted] takes.
    public static final int SACK_PERMITTED_LENGTH = 4;
    /// Bytes that [#writeTimestamps] takes.
    public static final int TIMESTAMPS_LENGTH = 12;
    /// The largest window scale (RFC 7323 §2.3).
    public static final int MAX_WINDOW_SCALE_SHIFT = 14;

    private static final int END = 0;
    private static final int NOP = 1;
    private static final int MAX_SEGMENT_SIZE = 2;
    private static final int WINDOW_SCALE = 3;
    private static final int SACK_PERMITTED = 4;
    private static final int SACK = 5;
    private static final int TIMESTAMPS = 8;
    private static final int SACK_BLOCK_LENGTH = 8;

    private TcpOptions() {}

    /// Reads `length` bytes of options into `into`. Unknown options and known ones of a wrong length are passed
    /// over; a length that cannot be ends the reading, and what came before it stands (RFC 9293 MUST-6, MUST-7). Of
    /// an option that comes twice the last one counts. Never throws and never reads outside the range.
    public static void parse(ByteBuffer bytes, int at, int length, SegmentView into) {
        int end = at + length;
        int next = at;
        while (next < end) {
            int kind = bytes.get(next);
            if (kind == END) {
                return;
            }
            if (kind == NOP) {
                next++;
                continue;
            }
            if (end - next < 2) {
                return;
            }
            int optionLength = bytes.get(next + 1) & 0xff;
            if (optionLength < 2 || optionLength > end - next) {
                return;
            }
            read(bytes, next, kind, optionLength, into);
            next += optionLength;
        }
    }

    /// SACK blocks that an ordinary segment has room for: 3 beside timestamps, otherwise 4.
    public static int maxSackBlocks(boolean withTimestamps) {
        return withTimestamps ? 3 : 4;
    }

    /// Bytes that [#writeSackBlocks] takes.
    public static int sackLength(int blocks) {
        return blocks == 0 ? 0 : 4 + blocks * SACK_BLOCK_LENGTH;
    }

    /// Writes the MSS option. Only into SYN-ACK (RFC 9293 MUST-65).
    public static int writeMaxSegmentSize(ByteBuffer bytes, int at, int mssBytes) {
        bytes.putInt(at, MAX_SEGMENT_SIZE << 24 | 4 << 16 | mssBytes & 0xffff);
        return at + MAX_SEGMENT_SIZE_LENGTH;
    }

    /// Writes the window scale option. Only into a SYN-ACK that answers an offer.
    public static int writeWindowScale(ByteBuffer bytes, int at, int shift) {
        bytes.putInt(at, NOP << 24 | WINDOW_SCALE << 16 | 3 << 8 | shift & 0xff);
        return at + WINDOW_SCALE_LENGTH;
    }

    /// Writes SACK permitted. Only into a SYN-ACK that answers an offer.
    public static int writeSackPermitted(ByteBuffer bytes, int at) {
        bytes.putInt(at, NOP << 24 | NOP << 16 | SACK_PERMITTED << 8 | 2);
        return at + SACK_PERMITTED_LENGTH;
    }

    /// Writes timestamps.
    public static int writeTimestamps(ByteBuffer bytes, int at, int tsVal, int tsEcr) {
        bytes.putInt(at, NOP << 24 | NOP << 16 | TIMESTAMPS << 8 | 10);
        bytes.putInt(at + 4, tsVal);
        bytes.putInt(at + 8, tsEcr);
        return at + TIMESTAMPS_LENGTH;
    }

    /// Writes `blocks` SACK blocks, or nothing if there are none.
    ///
    /// @param edges left, right, left, right and so on, as in [SegmentView#sackLeft]
    /// @param blocks 0 to [#maxSackBlocks]
    public static int writeSackBlocks(ByteBuffer bytes, int at, int[] edges, int blocks) {
        if (blocks == 0) {
            return at;
        }
        bytes.putInt(at, NOP << 24 | NOP << 16 | SACK << 8 | 2 + blocks * SACK_BLOCK_LENGTH);
        for (int i = 0; i < 2 * blocks; i++) {
            bytes.putInt(at + 4 + 4 * i, edges[i]);
        }
        return at + sackLength(blocks);
    }

    /// Writes the options of a SYN-ACK but for timestamps, which follow with [#writeTimestamps] if both sides want
    /// them.
    ///
    /// @param windowScaleShift 0 to 14, or [SegmentView#NONE] for no scaling
    public static int writeSynAck(
            ByteBuffer bytes, int at, int mssBytes, int windowScaleShift, boolean isSackPermitted) {
        int next = writeMaxSegmentSize(bytes, at, mssBytes);
        if (windowScaleShift != SegmentView.NONE) {
            next = writeWindowScale(bytes, next, windowScaleShift);
        }
        return isSackPermitted ? writeSackPermitted(bytes, next) : next;
    }

    private static void read(ByteBuffer bytes, int at, int kind, int length, SegmentView into) {
        switch (kind) {
            case MAX_SEGMENT_SIZE -> {
                if (length == 4) {
                    into.maxSegmentSize(bytes.getShort(at + 2) & 0xffff);
                }
            }
            case WINDOW_SCALE -> {
                if (length == 3) {
                    into.windowScaleShift(Math.min(bytes.get(at + 2) & 0xff, MAX_WINDOW_SCALE_SHIFT));
                }
            }
            case SACK_PERMITTED -> {
                if (length == 2) {
                    into.sackPermitted();
                }
            }
            case TIMESTAMPS -> {
                if (length == 10) {
                    into.timestamps(bytes.getInt(at + 2), bytes.getInt(at + 6));
                }
            }
            case SACK -> readSack(bytes, at, length, into);
            default -> {
                // Passed over by its length.
            }
        }
    }

    private static void readSack(ByteBuffer bytes, int at, int length, SegmentView into) {
        if ((length - 2) % SACK_BLOCK_LENGTH != 0) {
            return;
        }
        for (int block = at + 2; block < at + length; block += SACK_BLOCK_LENGTH) {
            into.addSackBlock(bytes.getInt(block), bytes.getInt(block + 4));
        }
    }
}
