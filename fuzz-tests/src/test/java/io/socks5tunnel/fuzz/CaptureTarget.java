// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.fuzz;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.socks5tunnel.sim.capture.CaptureDefect;
import io.socks5tunnel.sim.capture.CaptureReader;
import io.socks5tunnel.sim.capture.CaptureWriter;
import io.socks5tunnel.sim.capture.CapturedPacket;
import io.socks5tunnel.sim.capture.IpPacket;
import io.socks5tunnel.sim.capture.LinkLayer;
import io.socks5tunnel.sim.capture.LinkType;
import io.socks5tunnel.sim.capture.SkippedFrame;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The bytes of a capture file, pcap or pcapng. Reading it ends, with sound packets and at most one complaint; and
/// the packets can be written and read again.
final class CaptureTarget implements FuzzTarget {
    private static final int MOST_PACKETS = 100_000;

    private final FileSystem files = Jimfs.newFileSystem(Configuration.unix());
    private final Path file = files.getPath("/capture");
    private final Path written = files.getPath("/written");
    private final byte[] begin;

    /// @param begin what every file begins with; the input follows
    CaptureTarget(int... begin) {
        this.begin = new byte[begin.length];
        for (int i = 0; i < begin.length; i++) {
            this.begin[i] = (byte) begin[i];
        }
    }

    @Override
    public void run(byte[] input) throws IOException {
        byte[] bytes = Arrays.copyOf(begin, begin.length + input.length);
        System.arraycopy(input, 0, bytes, begin.length, input.length);
        Files.write(file, bytes);
        List<CapturedPacket> packets = read(file, false);
        for (CapturedPacket packet : packets) {
            judge(packet);
        }
        if (!packets.isEmpty()) {
            writeAndReadAgain(packets);
        }
    }

    private static List<CapturedPacket> read(Path path, boolean isSound) throws IOException {
        List<CapturedPacket> packets = new ArrayList<>();
        try (CaptureReader reader = CaptureReader.open(path)) {
            for (CapturedPacket packet = reader.next(); packet != null; packet = reader.next()) {
                packets.add(packet);
                Finding.unless(packets.size() <= MOST_PACKETS, "more packets than the bytes can hold");
            }
            CaptureDefect defect = reader.defect();
            if (defect != null) {
                Finding.unless(!isSound, "what was written is broken");
                Finding.unless(defect.offset() >= 0 && !defect.text().isBlank(), "a defect without place or words");
            }
        }
        return packets;
    }

    private static void judge(CapturedPacket packet) {
        int length = packet.bytes().length;
        Finding.unless(length <= CaptureReader.MAX_PACKET_BYTES, "a packet that is too long");
        Finding.unless(length <= packet.originalLength(), "more was captured than there was");
        switch (LinkLayer.strip(packet)) {
            case IpPacket ip -> {
                Finding.unless(ip.bytes().length > 0, "an IP packet without a byte");
                Finding.unless(ip.cutBytes() >= 0 && ip.paddingBytes() >= 0, "less than nothing was cut or padded");
                Finding.unless(ip.bytes().length + ip.paddingBytes() <= length, "an IP packet longer than its frame");
            }
            case SkippedFrame skipped -> Finding.unless(!skipped.reason().text().isBlank(), "skipped without a reason");
        }
    }

    private void writeAndReadAgain(List<CapturedPacket> packets) throws IOException {
        try (CaptureWriter writer = CaptureWriter.pcapng(written)) {
            writer.addInterface("fuzz", LinkType.RAW);
            for (CapturedPacket packet : packets) {
                if (packet.nanos() >= 0) {
                    writer.write(0, packet.nanos(), packet.bytes(), packet.originalLength(), List.of());
                }
            }
        }
        int next = 0;
        List<CapturedPacket> again = read(written, true);
        for (CapturedPacket packet : packets) {
            if (packet.nanos() >= 0) {
                CapturedPacket same = again.get(next++);
                Finding.unless(
                        same.nanos() == packet.nanos()
                                && same.originalLength() == packet.originalLength()
                                && Arrays.equals(same.bytes(), packet.bytes()),
                        "a packet is another one after it was written and read");
            }
        }
        Finding.unlessSame(again.size(), next, "packets after writing and reading");
    }
}
