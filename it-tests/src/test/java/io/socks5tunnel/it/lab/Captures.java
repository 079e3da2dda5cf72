// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.lab;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;

/// The folder of captures that the property `socks5tunnel.captures` names, and great files made of them.
public final class Captures {
    private static final String PROPERTY = "socks5tunnel.captures";
    private static final int PCAP_HEADER_BYTES = 24;

    private Captures() {}

    /// A file of the folder. Without the folder the test is skipped, or failed if the property
    /// `socks5tunnel.requireAll` is set.
    public static Path file(String name) {
        String folder = System.getProperty(PROPERTY, "");
        if (folder.isEmpty()) {
            String reason = "no folder of captures: set " + PROPERTY;
            if (Boolean.getBoolean("socks5tunnel.requireAll")) {
                throw new IllegalStateException(reason);
            }
            Assumptions.abort(reason);
        }
        return Path.of(folder, name);
    }

    /// Writes a capture's packets again and again, until the file has at least so many bytes: pcap under one
    /// header, pcapng section by section.
    ///
    /// @return how many times
    public static int repeat(Path capture, Path into, long bytes) throws IOException {
        byte[] once = Files.readAllBytes(capture);
        boolean isPcapng = once[0] == 0x0a;
        byte[] again = isPcapng ? once : Arrays.copyOfRange(once, PCAP_HEADER_BYTES, once.length);
        try (OutputStream out = Files.newOutputStream(into)) {
            out.write(once);
            int times = 1;
            for (long written = once.length; written < bytes; written += again.length) {
                out.write(again);
                times++;
            }
            return times;
        }
    }
}
