// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import io.socks5tunnel.sim.SimPacket;
import io.socks5tunnel.sim.capture.CaptureWriter;
import io.socks5tunnel.sim.capture.LinkType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/// Writes what passed the device to a pcapng file, with a comment on every packet that was made up, changed,
/// dropped or answered with a refusal.
final class ReplayRecording implements ReplayObserver, AutoCloseable {
    private final CaptureWriter writer;
    private final int device;
    private long firstNanos;

    ReplayRecording(Path file) throws IOException {
        writer = CaptureWriter.pcapng(file);
        device = writer.addInterface("replay", LinkType.RAW);
    }

    @Override
    public void onStart(long newFirstNanos) {
        firstNanos = Math.max(0, newFirstNanos);
    }

    @Override
    public void onClientPacket(long nanos, FlowKey flow, int instance, SimPacket packet, String remarks) {
        write(nanos, packet, remarks);
    }

    @Override
    public void onTunnelPacket(long nanos, FlowKey flow, int instance, SimPacket packet) {
        write(nanos, packet, "");
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }

    private void write(long nanos, SimPacket packet, String comment) {
        try {
            if (comment.isEmpty()) {
                writer.write(device, firstNanos + nanos, packet.bytes());
            } else {
                writer.write(device, firstNanos + nanos, packet.bytes(), comment);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
