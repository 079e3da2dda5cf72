// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import io.socks5tunnel.sim.ParsedPacket;
import io.socks5tunnel.sim.capture.CaptureDefect;
import io.socks5tunnel.sim.capture.CaptureReader;
import io.socks5tunnel.sim.capture.CapturedPacket;
import io.socks5tunnel.sim.capture.IpPacket;
import io.socks5tunnel.sim.capture.LinkLayer;
import io.socks5tunnel.sim.capture.SkipReason;
import io.socks5tunnel.sim.capture.SkippedFrame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The IP packets of a capture file, one after the other, with what is no IP counted and left out. Confined to one
/// thread.
final class CaptureSource implements AutoCloseable {
    /// Longer silences are played as this one: files that were merged jump by months.
    static final long MAX_GAP_NANOS = 3_600_000_000_000L;

    private final CaptureReader reader;
    private final long fileBytes;
    private final Map<SkipReason, Long> skipped = new EnumMap<>(SkipReason.class);
    private long packets;
    private long cutRefused;
    private long paddedPackets;
    private long shortenedGaps;
    private long movedPackets;
    private long firstNanos;
    private long lastFileNanos;
    private long lastNanos;

    private CaptureSource(CaptureReader reader, long fileBytes) {
        this.reader = reader;
        this.fileBytes = fileBytes;
    }

    static CaptureSource open(Path file) throws IOException {
        return new CaptureSource(CaptureReader.open(file), Files.size(file));
    }

    /// The next IP packet, or null at the end, or where the file is broken.
    @Nullable
    ReplayPacket next() throws IOException {
        CapturedPacket frame;
        while ((frame = reader.next()) != null) {
            packets++;
            long atNanos = place(frame.nanos());
            switch (LinkLayer.strip(frame)) {
                case SkippedFrame frameWithout -> skipped.merge(frameWithout.reason(), 1L, Long::sum);
                case IpPacket packet -> {
                    ReplayPacket replay = prepare(packet, atNanos);
                    if (replay != null) {
                        return replay;
                    }
                }
            }
        }
        return null;
    }

    /// What is wrong with the file, once there is no next packet.
    @Nullable
    CaptureDefect defect() {
        return reader.defect();
    }

    /// Frames read.
    long packets() {
        return packets;
    }

    /// Frames without an IP packet, by reason.
    Map<SkipReason, Long> skipped() {
        return skipped;
    }

    /// Packets that the snap length cut inside their headers, which therefore cannot be played.
    long cutRefused() {
        return cutRefused;
    }

    /// Packets whose cut payload was filled with zeros.
    long paddedPackets() {
        return paddedPackets;
    }

    /// Packets whose loopback addresses were replaced, since no TUN device carries those.
    long movedPackets() {
        return movedPackets;
    }

    /// Silences that were longer than [#MAX_GAP_NANOS].
    long shortenedGaps() {
        return shortenedGaps;
    }

    /// When the first frame was captured, ns since 1970.
    long firstNanos() {
        return firstNanos;
    }

    /// How much of the file has been read, 0 to 1.
    double progress() {
        return fileBytes == 0 ? 1 : Math.min(1, reader.fileBytesRead() / (double) fileBytes);
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }

    /// Time never goes back, whatever the file says, and never jumps.
    private long place(long fileNanos) {
        if (packets == 1) {
            firstNanos = fileNanos;
            lastFileNanos = fileNanos;
        }
        long gapNanos = fileNanos - lastFileNanos;
        if (fileNanos > lastFileNanos && gapNanos > 0 || fileNanos < lastFileNanos && gapNanos < 0) {
            shortenedGaps += gapNanos > MAX_GAP_NANOS ? 1 : 0;
            lastNanos += Math.clamp(gapNanos, 0, MAX_GAP_NANOS);
        }
        lastFileNanos = Math.max(fileNanos, lastFileNanos);
        return lastNanos;
    }

    private @Nullable ReplayPacket prepare(IpPacket packet, long atNanos) {
        int captured = packet.bytes().length;
        byte[] bytes = Arrays.copyOf(packet.bytes(), captured + packet.cutBytes());
        movedPackets += LoopbackMove.move(bytes) ? 1 : 0;
        if (packet.isWhole()) {
            return ReplayPacket.captured(packets, atNanos, bytes, 0);
        }
        ParsedPacket parsed = ParsedPacket.parse(bytes);
        int transportOffset = IpHeaders.transportOffset(bytes);
        boolean hasTransport = parsed.isTcp() || parsed.isUdp() || parsed.isIcmp();
        boolean areHeadersWhole = parsed.isFragment() && captured >= transportOffset
                || hasTransport && parsed.payloadOffset() > transportOffset && captured >= parsed.payloadOffset();
        if (!areHeadersWhole) {
            cutRefused++;
            return null;
        }
        paddedPackets++;
        return ReplayPacket.captured(packets, atNanos, bytes, packet.cutBytes());
    }
}
