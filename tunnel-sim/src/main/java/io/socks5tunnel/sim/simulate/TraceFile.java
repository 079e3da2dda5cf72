// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import io.socks5tunnel.sim.SimPacket;
import io.socks5tunnel.sim.capture.CaptureWriter;
import io.socks5tunnel.sim.capture.LinkType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Writes what happened in a run as a pcapng file: one interface for the tunnel's device, one for the clients' end
/// of the wire. What was lost or refused is there too, with a comment.
final class TraceFile {
    private TraceFile() {}

    /// Writes all packets of `entries`, in place of a file of that name.
    static void write(Path file, List<Trace.Entry> entries) throws IOException {
        try (CaptureWriter writer = CaptureWriter.pcapng(file)) {
            int device = writer.addInterface("tunnel", LinkType.RAW);
            int clients = writer.addInterface("clients", LinkType.RAW);
            for (Trace.Entry entry : entries) {
                SimPacket packet = entry.packet();
                if (packet == null) {
                    continue;
                }
                switch (entry.kind()) {
                    case INTO_TUNNEL, FROM_TUNNEL -> writer.write(device, entry.nowNanos(), packet.bytes());
                    case CLIENT, TO_CLIENT -> writer.write(clients, entry.nowNanos(), packet.bytes());
                    case QUEUE_FULL, REFUSED ->
                        writer.write(
                                device,
                                entry.nowNanos(),
                                packet.bytes(),
                                entry.kind().note());
                    case LOST ->
                        writer.write(
                                clients,
                                entry.nowNanos(),
                                packet.bytes(),
                                entry.kind().note());
                    case UPSTREAM -> {}
                }
            }
        }
    }
}
