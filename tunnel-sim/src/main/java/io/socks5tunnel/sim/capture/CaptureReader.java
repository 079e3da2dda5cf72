// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.capture;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Reads a pcap or pcapng file packet by packet, in constant memory; a file compressed with gzip is unpacked on the
/// way. Confined to one thread.
///
/// A broken file is no exception: packets are handed out up to the broken place, then [#next] gives null and
/// [#defect] says what is wrong. The same goes for a file that is no capture at all.
///
/// ```java
/// try (CaptureReader reader = CaptureReader.open(path)) {
///     for (CapturedPacket packet = reader.next(); packet != null; packet = reader.next()) {
///         …
///     }
///     if (reader.defect() != null) {
///         System.err.println(path + ": " + reader.defect().message());
///     }
/// }
/// ```
public final class CaptureReader implements AutoCloseable {
    /// The longest packet that is read, in bytes: libpcap's own limit. A longer one is a defect.
    public static final int MAX_PACKET_BYTES = PcapFormat.MAX_PACKET_BYTES;

    private static final int MAGIC_BYTES = 4;

    private final CaptureInput input;
    private final CaptureFormat format;
    private @Nullable CaptureDefect defect;
    private boolean isAtEnd;
    private long packets;

    private CaptureReader(CaptureInput input) throws IOException {
        this.input = input;
        format = recognise(input);
    }

    /// Opens a file of any file system.
    ///
    /// @throws IOException if it cannot be opened or read; what stands in it is no reason
    public static CaptureReader open(Path file) throws IOException {
        CaptureInput input = CaptureInput.open(file);
        try {
            return new CaptureReader(input);
        } catch (IOException e) {
            input.close();
            throw e;
        }
    }

    /// The next packet in the order of the file, which need not be that of time; null at the end, or where the file
    /// is broken.
    ///
    /// @throws IOException if the file cannot be read any more
    public @Nullable CapturedPacket next() throws IOException {
        if (isAtEnd) {
            return null;
        }
        CapturedPacket packet = null;
        try {
            packet = format.next();
        } catch (BrokenCaptureException e) {
            defect = e.defect();
        }
        isAtEnd = packet == null;
        packets += packet == null ? 0 : 1;
        return packet;
    }

    /// What is wrong with the file, once [#next] has given null; null if the file ended as it should.
    public @Nullable CaptureDefect defect() {
        return defect;
    }

    /// Packets handed out so far.
    public long packets() {
        return packets;
    }

    /// Bytes of the file taken so far, compressed ones as they stand in the file: set beside the file's size they
    /// tell how far the reading is, some 64 KiB ahead of the packets.
    public long fileBytesRead() {
        return input.fileBytesRead();
    }

    @Override
    public void close() throws IOException {
        input.close();
    }

    private static CaptureFormat recognise(CaptureInput input) throws IOException {
        try {
            int available = input.available(MAGIC_BYTES);
            if (available == 0) {
                return new NoCapture("the file is empty");
            }
            if (available < MAGIC_BYTES) {
                return new NoCapture("the file is too short for a capture");
            }
            int magic = input.peek(MAGIC_BYTES).getInt();
            if (magic == PcapngFormat.SECTION_HEADER) {
                return new PcapngFormat(input);
            }
            CaptureFormat pcap = PcapFormat.of(input, magic);
            return pcap != null
                    ? pcap
                    : new NoCapture("neither pcap nor pcapng: it begins with " + Integer.toHexString(magic));
        } catch (BrokenCaptureException e) {
            return new NoCapture(e.defect().text());
        }
    }
}
