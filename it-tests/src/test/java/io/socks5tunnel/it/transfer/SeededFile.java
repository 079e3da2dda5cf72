// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.transfer;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.HexFormat;

/// Files of [SeededBytes].
public final class SeededFile {
    private SeededFile() {}

    /// Writes the first `bytes` of the stream of `seed`.
    public static void write(Path file, long bytes, long seed) {
        byte[] chunk = new byte[SeededBytes.CHUNK_BYTES];
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            for (long position = 0; position < bytes; position += chunk.length) {
                SeededBytes.fill(chunk, seed, position);
                out.write(chunk, 0, (int) Math.min(chunk.length, bytes - position));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The SHA-256 of any file, in hex.
    public static String sha256(Path file) {
        try (DigestInputStream in = new DigestInputStream(Files.newInputStream(file), SeededBytes.newDigest())) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
