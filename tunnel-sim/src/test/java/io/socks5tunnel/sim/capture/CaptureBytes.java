// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.capture;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/// Writes capture files number by number, right or wrong, so that nothing of the writer under test is trusted.
final class CaptureBytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteOrder order;

    private CaptureBytes(ByteOrder order) {
        this.order = order;
    }

    static CaptureBytes littleEndian() {
        return new CaptureBytes(ByteOrder.LITTLE_ENDIAN);
    }

    static CaptureBytes in(ByteOrder order) {
        return new CaptureBytes(order);
    }

    /// The header of a pcap file of version 2.4.
    static CaptureBytes pcap(ByteOrder order, int magic, int linkType) {
        return in(order).u32(magic).u16(2).u16(4).u32(0).u32(0).u32(65_535).u32(linkType);
    }

    /// A pcapng section header.
    CaptureBytes section() {
        return block(0x0a0d0d0a, body().u32(0x1a2b3c4d).u16(1).u16(0).u64(-1));
    }

    /// A description of an interface, options as they are given.
    CaptureBytes describe(int linkType, int snapLength, byte[]... options) {
        CaptureBytes body = body().u16(linkType).u16(0).u32(snapLength);
        for (byte[] option : options) {
            body.bytes(option);
        }
        return block(1, body);
    }

    /// An enhanced packet block.
    CaptureBytes enhanced(int interfaceNumber, long ticks, byte[] packet, int originalLength, byte[]... options) {
        CaptureBytes body = body().u32(interfaceNumber)
                .u32((int) (ticks >>> 32))
                .u32((int) ticks)
                .u32(packet.length)
                .u32(originalLength)
                .bytes(packet)
                .pad();
        for (byte[] option : options) {
            body.bytes(option);
        }
        return block(6, body);
    }

    /// A block of any type around a body, with the right length twice.
    CaptureBytes block(int type, CaptureBytes body) {
        byte[] bytes = body.toBytes();
        return u32(type).u32(bytes.length + 12).bytes(bytes).u32(bytes.length + 12);
    }

    /// An option of pcapng, padded.
    byte[] option(int code, byte[] value) {
        return body().u16(code).u16(value.length).bytes(value).pad().toBytes();
    }

    byte[] comment(String text) {
        return option(1, text.getBytes(StandardCharsets.UTF_8));
    }

    byte[] endOfOptions() {
        return option(0, new byte[0]);
    }

    /// An empty one of the same byte order.
    CaptureBytes body() {
        return in(order);
    }

    CaptureBytes u8(int value) {
        out.write(value);
        return this;
    }

    CaptureBytes u16(int value) {
        return bytes(ByteBuffer.allocate(2).order(order).putShort((short) value).array());
    }

    CaptureBytes u32(int value) {
        return bytes(ByteBuffer.allocate(4).order(order).putInt(value).array());
    }

    CaptureBytes u64(long value) {
        return bytes(ByteBuffer.allocate(8).order(order).putLong(value).array());
    }

    CaptureBytes bytes(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    /// Zeros up to a multiple of four.
    CaptureBytes pad() {
        while (out.size() % 4 != 0) {
            out.write(0);
        }
        return this;
    }

    byte[] toBytes() {
        return out.toByteArray();
    }

    int length() {
        return out.size();
    }

    Reading read() {
        return read(toBytes());
    }

    static Reading read(byte[] file) {
        try (var files = Jimfs.newFileSystem(Configuration.unix())) {
            Path path = files.getPath("/capture");
            Files.write(path, file);
            return read(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Reading read(Path path) throws IOException {
        List<CapturedPacket> packets = new ArrayList<>();
        try (CaptureReader reader = CaptureReader.open(path)) {
            for (CapturedPacket packet = reader.next(); packet != null; packet = reader.next()) {
                packets.add(packet);
            }
            return new Reading(packets, reader.defect());
        }
    }

    static byte[] gzip(byte[] bytes) {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replaceAll("\\s", ""));
    }

    /// Bytes 1, 2, 3 and so on.
    static byte[] counting(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i + 1);
        }
        return bytes;
    }

    /// What a file gave.
    record Reading(List<CapturedPacket> packets, CaptureDefect defect) {}
}
