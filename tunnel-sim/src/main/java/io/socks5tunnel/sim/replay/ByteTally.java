// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Counts the bytes of a stream and takes their fingerprint. Confined to one thread.
final class ByteTally {
    private static final int DIGEST_BYTES = 8;

    private final MessageDigest digest;
    private long bytes;

    ByteTally() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    void add(byte[] from, int offset, int length) {
        digest.update(from, offset, length);
        bytes += length;
    }

    long bytes() {
        return bytes;
    }

    /// Of everything added so far, 16 hexadecimal digits; adding goes on.
    String value() {
        try {
            return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest(), 0, DIGEST_BYTES);
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's SHA-256 can be cloned", e);
        }
    }
}
