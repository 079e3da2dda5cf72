// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.capture;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Writes a capture file with times in nanoseconds. Confined to one thread.
///
/// The file is readable after every packet that was flushed: nothing in it is ever patched, so that a process that
/// dies leaves a file whose last packet at most is broken.
///
/// ```java
/// try (CaptureWriter writer = CaptureWriter.pcapng(path)) {
///     int tun = writer.addInterface("tun0", LinkType.RAW);
///     writer.write(tun, nanos, packet, "answered with a reset");
/// }
/// ```
public final class CaptureWriter implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;
    /// Type, total length, and total length again at the end.
    private static final int BLOCK_OVERHEAD_BYTES = 12;

    private static final int SECTION_HEADER_BYTES = BLOCK_OVERHEAD_BYTES + 16;
    private static final int PACKET_HEADER_BYTES = 20;
    private static final int OPTION_HEADER_BYTES = 4;
    private static final int MAX_OPTION_BYTES = 65_535;
    private static final byte NANOSECONDS = 9;
    private static final int NANOS_PER_SECOND = 1_000_000_000;

    private final OutputStream out;
    private final boolean isPcapng;
    // holds whole blocks only, so that what reaches the file ends with one
    private ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private int interfaces;

    private CaptureWriter(OutputStream out, boolean isPcapng) {
        this.out = out;
        this.isPcapng = isPcapng;
    }

    /// Begins a pcapng file, in place of one of that name.
    public static CaptureWriter pcapng(Path file) throws IOException {
        var writer = new CaptureWriter(Files.newOutputStream(file), true);
        writer.begin(PcapngFormat.SECTION_HEADER, SECTION_HEADER_BYTES)
                .putInt(PcapngFormat.BYTE_ORDER_MAGIC)
                .putShort((short) 1)
                .putShort((short) 0)
                // how long the section is: not known, since nothing is patched later
                .putLong(-1);
        writer.end(SECTION_HEADER_BYTES);
        return writer;
    }

    /// Begins a pcap file, in place of one of that name. It has one interface, number 0, and no place for comments.
    public static CaptureWriter pcap(Path file, LinkType linkType) throws IOException {
        var writer = new CaptureWriter(Files.newOutputStream(file), false);
        writer.interfaces = 1;
        writer.room(PcapFormat.FILE_HEADER_BYTES)
                .putInt(PcapFormat.MAGIC_NANOS)
                .putShort((short) 2)
                .putShort((short) 4)
                .putLong(0)
                .putInt(CaptureReader.MAX_PACKET_BYTES)
                .putInt(linkType.number());
        return writer;
    }

    /// Describes one more interface; allowed at any time, in pcapng only.
    ///
    /// @param name for people, up to 65535 bytes of UTF-8
    /// @return its number, for [#write]
    public int addInterface(String name, LinkType linkType) throws IOException {
        if (!isPcapng) {
            throw new IllegalStateException("a pcap file has one interface, number 0");
        }
        byte[] text = utf8(name);
        int length = BLOCK_OVERHEAD_BYTES + 8 + optionBytes(text.length) + optionBytes(1) + OPTION_HEADER_BYTES;
        ByteBuffer block = begin(PcapngFormat.INTERFACE_DESCRIPTION, length)
                .putShort((short) linkType.number())
                .putShort((short) 0)
                // no snap length
                .putInt(0);
        putOption(block, PcapngFormat.OPTION_INTERFACE_NAME, text);
        putOption(block, PcapngFormat.OPTION_TIME_RESOLUTION, new byte[] {NANOSECONDS});
        block.putInt(PcapngFormat.OPTION_END);
        end(length);
        return interfaces++;
    }

    /// Writes a whole packet without a comment.
    ///
    /// @param interfaceIndex as [#addInterface] gave it, or 0 in pcap
    /// @param nanos time of capture, nanoseconds since 1970, 0 or more; below 2^32 seconds in pcap
    /// @param bytes from the link layer's header on, at most [CaptureReader#MAX_PACKET_BYTES]; not kept
    public void write(int interfaceIndex, long nanos, byte[] bytes) throws IOException {
        write(interfaceIndex, nanos, bytes, bytes.length, List.of());
    }

    /// Writes a whole packet with a comment, which a pcap file leaves out.
    ///
    /// @param comment at most 65535 bytes of UTF-8 are written
    public void write(int interfaceIndex, long nanos, byte[] bytes, String comment) throws IOException {
        write(interfaceIndex, nanos, bytes, bytes.length, List.of(comment));
    }

    /// Writes a packet that may be cut, with any number of comments, which a pcap file leaves out.
    ///
    /// @param originalLength bytes that it had on the wire
    public void write(int interfaceIndex, long nanos, byte[] bytes, int originalLength, List<String> comments)
            throws IOException {
        if (interfaceIndex < 0 || interfaceIndex >= interfaces) {
            throw new IllegalArgumentException("interface " + interfaceIndex + " of " + interfaces);
        }
        if (bytes.length > CaptureReader.MAX_PACKET_BYTES || originalLength < bytes.length || nanos < 0) {
            throw new IllegalArgumentException(
                    "a packet of " + bytes.length + " bytes (" + originalLength + " on the wire) at " + nanos);
        }
        if (isPcapng) {
            writeBlock(interfaceIndex, nanos, bytes, originalLength, comments);
        } else {
            writeRecord(nanos, bytes, originalLength);
        }
    }

    /// Hands everything that was written to the operating system.
    public void flush() throws IOException {
        out.write(buffer.array(), 0, buffer.position());
        buffer.clear();
        out.flush();
    }

    /// Flushes and ends the file.
    @Override
    public void close() throws IOException {
        try (out) {
            flush();
        }
    }

    private void writeRecord(long nanos, byte[] bytes, int originalLength) throws IOException {
        room(PcapFormat.RECORD_HEADER_BYTES + bytes.length)
                .putInt((int) (nanos / NANOS_PER_SECOND))
                .putInt((int) (nanos % NANOS_PER_SECOND))
                .putInt(bytes.length)
                .putInt(originalLength)
                .put(bytes);
    }

    private void writeBlock(int interfaceIndex, long nanos, byte[] bytes, int originalLength, List<String> comments)
            throws IOException {
        List<byte[]> texts = new ArrayList<>(comments.size());
        int optionsBytes = 0;
        for (String comment : comments) {
            byte[] text = utf8(comment);
            texts.add(text);
            optionsBytes += optionBytes(text.length);
        }
        int length = BLOCK_OVERHEAD_BYTES
                + PACKET_HEADER_BYTES
                + padded(bytes.length)
                + (texts.isEmpty() ? 0 : optionsBytes + OPTION_HEADER_BYTES);
        if (length > CaptureInput.MAX_WINDOW_BYTES) {
            throw new IllegalArgumentException("comments of " + optionsBytes + " bytes");
        }
        ByteBuffer block = begin(PcapngFormat.ENHANCED_PACKET, length)
                .putInt(interfaceIndex)
                .putInt((int) (nanos >>> 32))
                .putInt((int) nanos)
                .putInt(bytes.length)
                .putInt(originalLength);
        putPadded(block, bytes);
        for (byte[] text : texts) {
            putOption(block, PcapngFormat.OPTION_COMMENT, text);
        }
        if (!texts.isEmpty()) {
            block.putInt(PcapngFormat.OPTION_END);
        }
        end(length);
    }

    private ByteBuffer begin(int blockType, int length) throws IOException {
        return room(length).putInt(blockType).putInt(length);
    }

    private void end(int length) {
        buffer.putInt(length);
    }

    /// The buffer, with at least so many bytes free.
    private ByteBuffer room(int length) throws IOException {
        if (buffer.remaining() < length) {
            flush();
        }
        if (buffer.capacity() < length) {
            buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        }
        return buffer;
    }

    private static void putOption(ByteBuffer block, int code, byte[] value) {
        block.putShort((short) code).putShort((short) value.length);
        putPadded(block, value);
    }

    private static void putPadded(ByteBuffer block, byte[] bytes) {
        block.put(bytes);
        for (int i = bytes.length; i < padded(bytes.length); i++) {
            block.put((byte) 0);
        }
    }

    private static int optionBytes(int valueLength) {
        return OPTION_HEADER_BYTES + padded(valueLength);
    }

    private static int padded(int length) {
        return length + 3 & ~3;
    }

    private static byte[] utf8(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return bytes.length <= MAX_OPTION_BYTES ? bytes : Arrays.copyOf(bytes, MAX_OPTION_BYTES);
    }
}
