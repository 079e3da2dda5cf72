// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.capture;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads pcap, as described in draft-ietf-opsawg-pcap, in both byte orders; and its variant with longer record
/// headers that an old Linux patch wrote.
///
/// ```text
///  file:   magic 4 | major 2 | minor 2 | reserved 8 | snap length 4 | flags and link type 4
///  packet: seconds 4 | fraction 4 | captured 4 | original 4 | (variant: interface 4, protocol 2, type 1, pad 1)
/// ```
final class PcapFormat implements CaptureFormat {
    static final int MAGIC_MICROS = 0xa1b2c3d4;
    static final int MAGIC_NANOS = 0xa1b23c4d;
    static final int MAGIC_LONG_RECORDS = 0xa1b2cd34;
    static final int FILE_HEADER_BYTES = 24;
    static final int RECORD_HEADER_BYTES = 16;
    /// Longest packet of libpcap, and ours.
    static final int MAX_PACKET_BYTES = 262_144;

    private static final int LONG_RECORD_HEADER_BYTES = 24;
    private static final int LINK_TYPE_MASK = 0xffff;
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long UNSIGNED = 0xffff_ffffL;

    private final CaptureInput input;
    private final ByteOrder order;
    private final int nanosPerFraction;
    private final int recordHeaderBytes;
    private boolean isHeaderRead;
    // before version 2.4 some wrote the two lengths of a packet in the opposite order
    private boolean mayHaveSwappedLengths;
    private int linkType;
    private long packets;

    private PcapFormat(CaptureInput input, ByteOrder order, int magic) {
        this.input = input;
        this.order = order;
        nanosPerFraction = magic == MAGIC_NANOS ? 1 : 1000;
        recordHeaderBytes = magic == MAGIC_LONG_RECORDS ? LONG_RECORD_HEADER_BYTES : RECORD_HEADER_BYTES;
    }

    /// The reader of a file with that magic number, read in big-endian order; null if it is none of ours.
    static @Nullable PcapFormat of(CaptureInput input, int magic) {
        if (isMagic(magic)) {
            return new PcapFormat(input, ByteOrder.BIG_ENDIAN, magic);
        }
        int reversed = Integer.reverseBytes(magic);
        return isMagic(reversed) ? new PcapFormat(input, ByteOrder.LITTLE_ENDIAN, reversed) : null;
    }

    @Override
    public @Nullable CapturedPacket next() throws IOException, BrokenCaptureException {
        if (!isHeaderRead) {
            readFileHeader();
        }
        long offset = input.offset();
        int headerBytes = input.available(recordHeaderBytes);
        if (headerBytes == 0) {
            return null;
        }
        packets++;
        if (headerBytes < recordHeaderBytes) {
            throw broken(offset, "the file ends within its header");
        }
        return readPacket(offset);
    }

    private void readFileHeader() throws IOException, BrokenCaptureException {
        if (input.available(FILE_HEADER_BYTES) < FILE_HEADER_BYTES) {
            throw new BrokenCaptureException(0, "the file ends within the header of pcap");
        }
        ByteBuffer header = input.peek(FILE_HEADER_BYTES).order(order);
        int major = Short.toUnsignedInt(header.getShort(4));
        int minor = Short.toUnsignedInt(header.getShort(6));
        if (major != 2) {
            throw new BrokenCaptureException(4, "pcap version " + major + "." + minor + " is not known");
        }
        mayHaveSwappedLengths = minor < 4;
        linkType = header.getInt(20) & LINK_TYPE_MASK;
        input.skip(FILE_HEADER_BYTES);
        isHeaderRead = true;
    }

    private CapturedPacket readPacket(long offset) throws IOException, BrokenCaptureException {
        ByteBuffer header = input.peek(recordHeaderBytes).order(order);
        long seconds = header.getInt(0) & UNSIGNED;
        long fraction = header.getInt(4) & UNSIGNED;
        long captured = header.getInt(8) & UNSIGNED;
        long original = header.getInt(12) & UNSIGNED;
        if (mayHaveSwappedLengths && captured > original) {
            long swap = captured;
            captured = original;
            original = swap;
        }
        if (captured > MAX_PACKET_BYTES) {
            throw broken(offset, "it claims " + captured + " bytes, " + MAX_PACKET_BYTES + " are the most");
        }
        input.skip(recordHeaderBytes);
        int length = (int) captured;
        int available = input.available(length);
        if (available < length) {
            throw broken(offset, "it claims " + length + " bytes, and " + available + " are left in the file");
        }
        byte[] bytes = new byte[length];
        input.peek(length).get(bytes);
        input.skip(length);
        return new CapturedPacket(
                seconds * NANOS_PER_SECOND + fraction * nanosPerFraction,
                0,
                linkType,
                bytes,
                (int) Math.min(Math.max(original, captured), Integer.MAX_VALUE),
                List.of());
    }

    private BrokenCaptureException broken(long offset, String text) {
        return new BrokenCaptureException(offset, "packet " + packets + " is broken: " + text);
    }

    private static boolean isMagic(int magic) {
        return magic == MAGIC_MICROS || magic == MAGIC_NANOS || magic == MAGIC_LONG_RECORDS;
    }
}
