// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.lab;

import io.socks5tunnel.sim.capture.CaptureReader;
import io.socks5tunnel.sim.capture.CapturedPacket;
import io.socks5tunnel.sim.capture.IpPacket;
import io.socks5tunnel.sim.capture.LinkLayer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/// Reads a capture to its end, takes the IP packets out of the frames, and prints how many there were and how fast
/// that went. Runs in a process of its own, so that its heap can be made small.
public final class CaptureCount {
    private CaptureCount() {}

    /// The argument is the capture's path. Exits with 1 if the capture is broken.
    public static void main(String[] arguments) throws IOException {
        long startNanos = System.nanoTime();
        long packets = 0;
        long skipped = 0;
        try (CaptureReader reader = CaptureReader.open(Path.of(arguments[0]))) {
            for (CapturedPacket packet = reader.next(); packet != null; packet = reader.next()) {
                packets++;
                skipped += LinkLayer.strip(packet) instanceof IpPacket ? 0 : 1;
            }
            if (reader.defect() != null) {
                System.err.println(reader.defect().message());
                System.exit(1);
            }
        }
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "%d packets, %d without IP, in %.2f s: %,.0f packets/s%n",
                packets,
                skipped,
                seconds,
                packets / seconds);
    }
}
