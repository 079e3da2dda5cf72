// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.capture;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads pcapng, as described in draft-ietf-opsawg-pcapng: sections, each with interfaces and packets of its own.
/// Blocks that hold neither (names, statistics, secrets, what is not known) are passed over.
///
/// ```text
///  block: type 4 | total length 4 | body, a multiple of 4 | total length 4
/// ```
final class PcapngFormat implements CaptureFormat {
    /// Equal in both byte orders.
    static final int SECTION_HEADER = 0x0a0d0d0a;
    static final int BYTE_ORDER_MAGIC = 0x1a2b3c4d;
    static final int INTERFACE_DESCRIPTION = 1;
    static final int ENHANCED_PACKET = 6;
    static final int OPTION_END = 0;
    static final int OPTION_COMMENT = 1;
    static final int OPTION_INTERFACE_NAME = 2;
    static final int OPTION_TIME_RESOLUTION = 9;
    static final int OPTION_TIME_OFFSET = 14;

    private static final int OBSOLETE_PACKET = 2;
    private static final int SIMPLE_PACKET = 3;
    /// More interfaces than this in one section is a file that means harm.
    private static final int MAX_INTERFACES = 65_536;

    private static final int BLOCK_OVERHEAD_BYTES = 12;
    private static final int BODY_AT = 8;
    private static final long UNSIGNED = 0xffff_ffffL;

    private final CaptureInput input;
    private final List<PcapngInterface> interfaces = new ArrayList<>();
    private ByteOrder order = ByteOrder.LITTLE_ENDIAN;
    // interfaces of the sections before this one
    private int interfacesBefore;
    // of the last packet, for those that have no time
    private long nanos;
    private long packets;

    PcapngFormat(CaptureInput input) {
        this.input = input;
    }

    @Override
    public @Nullable CapturedPacket next() throws IOException, BrokenCaptureException {
        while (true) {
            int available = input.available(BLOCK_OVERHEAD_BYTES);
            if (available == 0) {
                return null;
            }
            if (available < BLOCK_OVERHEAD_BYTES) {
                throw broken("the file ends within the header of a block");
            }
            CapturedPacket packet = readBlock();
            if (packet != null) {
                packets++;
                nanos = packet.nanos();
                return packet;
            }
        }
    }

    private @Nullable CapturedPacket readBlock() throws IOException, BrokenCaptureException {
        ByteBuffer header = input.peek(BLOCK_OVERHEAD_BYTES);
        int type = header.getInt(0);
        if (type == SECTION_HEADER) {
            beginSection(header.getInt(8));
        }
        header.order(order);
        type = header.getInt(0);
        long length = header.getInt(4) & UNSIGNED;
        if (length < BLOCK_OVERHEAD_BYTES || length % 4 != 0) {
            throw broken("a block claims a length of " + length + " bytes");
        }
        switch (type) {
            case SECTION_HEADER -> readSectionHeader(length);
            case INTERFACE_DESCRIPTION -> readInterface(length);
            case ENHANCED_PACKET, OBSOLETE_PACKET, SIMPLE_PACKET -> {
                return readPacket(type, length);
            }
            default -> passOver(type, length);
        }
        return null;
    }

    /// @param magic read in big-endian order
    private void beginSection(int magic) throws BrokenCaptureException {
        if (magic == BYTE_ORDER_MAGIC) {
            order = ByteOrder.BIG_ENDIAN;
        } else if (Integer.reverseBytes(magic) == BYTE_ORDER_MAGIC) {
            order = ByteOrder.LITTLE_ENDIAN;
        } else {
            throw broken("the section has no byte order: " + Integer.toHexString(magic));
        }
        interfacesBefore += interfaces.size();
        interfaces.clear();
    }

    private void readSectionHeader(long length) throws IOException, BrokenCaptureException {
        ByteBuffer body = body("the section header", length, 16);
        int major = Short.toUnsignedInt(body.getShort(4));
        if (major != 1) {
            throw broken("pcapng version " + major + "." + Short.toUnsignedInt(body.getShort(6)) + " is not known");
        }
        input.skip(length);
    }

    private void readInterface(long length) throws IOException, BrokenCaptureException {
        ByteBuffer body = body("the description of an interface", length, 8);
        if (interfaces.size() == MAX_INTERFACES) {
            throw broken("the section has more than " + MAX_INTERFACES + " interfaces");
        }
        int linkType = Short.toUnsignedInt(body.getShort(0));
        long snapLength = body.getInt(4) & UNSIGNED;
        byte resolution = PcapngClock.MICROSECONDS.resolution();
        long offsetSeconds = 0;
        var options = new PcapngOptions(body, 8);
        while (options.next()) {
            if (options.code() == OPTION_TIME_RESOLUTION && options.length() == 1) {
                resolution = body.get(options.valueAt());
            } else if (options.code() == OPTION_TIME_OFFSET && options.length() == 8) {
                offsetSeconds = body.getLong(options.valueAt());
            }
        }
        interfaces.add(new PcapngInterface(linkType, snapLength, new PcapngClock(resolution, offsetSeconds)));
        input.skip(length);
    }

    private CapturedPacket readPacket(int type, long length) throws IOException, BrokenCaptureException {
        String what = "packet " + (packets + 1);
        CapturedPacket packet = switch (type) {
            case SIMPLE_PACKET -> simplePacket(what, body(what, length, 4));
            case OBSOLETE_PACKET -> {
                ByteBuffer body = body(what, length, 20);
                yield packet(what, body, Short.toUnsignedInt(body.getShort(0)));
            }
            default -> {
                ByteBuffer body = body(what, length, 20);
                yield packet(what, body, body.getInt(0) & UNSIGNED);
            }
        };
        input.skip(length);
        return packet;
    }

    /// Both kinds that have an interface and a time: they differ in the first four bytes only.
    ///
    /// ```text
    ///  interface 4 (obsolete: interface 2, drops 2) | time high 4 | low 4 | captured 4 | original 4 | bytes |
    ///  options
    /// ```
    private CapturedPacket packet(String what, ByteBuffer body, long interfaceNumber) throws BrokenCaptureException {
        PcapngInterface on = interfaceOf(what, interfaceNumber);
        long ticks = (body.getInt(4) & UNSIGNED) << 32 | body.getInt(8) & UNSIGNED;
        long captured = body.getInt(12) & UNSIGNED;
        long original = body.getInt(16) & UNSIGNED;
        byte[] bytes = bytes(what, body, 20, captured);
        return new CapturedPacket(
                on.clock().nanos(ticks),
                interfacesBefore + (int) interfaceNumber,
                on.linkType(),
                bytes,
                originalLength(original, captured),
                comments(body, 20 + (bytes.length + 3 & ~3)));
    }

    /// Has neither an interface, so that it is the first, nor a time, nor a length beside the original one.
    private CapturedPacket simplePacket(String what, ByteBuffer body) throws BrokenCaptureException {
        PcapngInterface on = interfaceOf(what, 0);
        long original = body.getInt(0) & UNSIGNED;
        long captured = on.snapLength() == 0 ? original : Math.min(original, on.snapLength());
        byte[] bytes = bytes(what, body, 4, captured);
        return new CapturedPacket(
                nanos, interfacesBefore, on.linkType(), bytes, originalLength(original, captured), List.of());
    }

    private PcapngInterface interfaceOf(String what, long number) throws BrokenCaptureException {
        if (number >= interfaces.size()) {
            throw broken(what + " names interface " + number + ", and " + interfaces.size() + " are described");
        }
        return interfaces.get((int) number);
    }

    private byte[] bytes(String what, ByteBuffer body, int at, long captured) throws BrokenCaptureException {
        if (captured > body.limit() - at) {
            throw broken(what + " claims " + captured + " bytes, and its block has " + (body.limit() - at));
        }
        if (captured > CaptureReader.MAX_PACKET_BYTES) {
            throw broken(what + " claims " + captured + " bytes, " + CaptureReader.MAX_PACKET_BYTES + " are the most");
        }
        byte[] bytes = new byte[(int) captured];
        body.get(at, bytes);
        return bytes;
    }

    private static int originalLength(long original, long captured) {
        return (int) Math.min(Math.max(original, captured), Integer.MAX_VALUE);
    }

    private static List<String> comments(ByteBuffer body, int at) {
        List<String> comments = List.of();
        var options = new PcapngOptions(body, at);
        while (options.next()) {
            if (options.code() == OPTION_COMMENT) {
                byte[] text = new byte[options.length()];
                body.get(options.valueAt(), text);
                comments = comments.isEmpty() ? new ArrayList<>() : comments;
                comments.add(new String(text, StandardCharsets.UTF_8));
            }
        }
        return comments;
    }

    /// The body of a block that is to be looked at, checked to end as it began.
    private ByteBuffer body(String what, long length, int minBodyBytes) throws IOException, BrokenCaptureException {
        if (length < BLOCK_OVERHEAD_BYTES + minBodyBytes) {
            throw broken(what + " is too short: its block has " + length + " bytes");
        }
        if (length > CaptureInput.MAX_WINDOW_BYTES) {
            throw broken(what + " claims a block of " + length + " bytes, " + CaptureInput.MAX_WINDOW_BYTES
                    + " are the most");
        }
        int blockBytes = (int) length;
        int available = input.available(blockBytes);
        if (available < blockBytes) {
            throw broken(what + " claims a block of " + length + " bytes, and " + available + " are left in the file");
        }
        ByteBuffer block = input.peek(blockBytes).order(order);
        requireSameLength(what, length, block.getInt(blockBytes - 4) & UNSIGNED);
        return block.slice(BODY_AT, blockBytes - BLOCK_OVERHEAD_BYTES).order(order);
    }

    private void passOver(int type, long length) throws IOException, BrokenCaptureException {
        String what = "a block of type " + Integer.toUnsignedString(type);
        long offset = input.offset();
        long passed = input.skip(length - 4);
        if (passed < length - 4 || input.available(4) < 4) {
            throw new BrokenCaptureException(offset, what + " claims " + length + " bytes, and the file ends before");
        }
        long again = input.peek(4).order(order).getInt() & UNSIGNED;
        if (again != length) {
            throw new BrokenCaptureException(offset, differingLengths(what, length, again));
        }
        input.skip(4);
    }

    private void requireSameLength(String what, long length, long again) throws BrokenCaptureException {
        if (again != length) {
            throw broken(differingLengths(what, length, again));
        }
    }

    private static String differingLengths(String what, long length, long again) {
        return what + " begins with a length of " + length + " bytes and ends with " + again;
    }

    private BrokenCaptureException broken(String text) {
        return new BrokenCaptureException(input.offset(), text);
    }
}
