// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The fingerprint of a run: two runs of one seed must have the same, or something in them does not follow from the
/// seed. Confined to one thread.
public final class TraceDigest {
    private final MessageDigest digest = sha256();
    private final ByteBuffer head = ByteBuffer.allocate(8 + 8);

    /// Of no event yet.
    public TraceDigest() {}

    /// Adds an event: when, what kind of event in a number of one's own, and its bytes.
    public void add(long nowNanos, int kind, byte[] bytes) {
        head.clear();
        head.putLong(nowNanos).putInt(kind).putInt(bytes.length);
        digest.update(head.array());
        digest.update(bytes);
    }

    /// The fingerprint of everything added so far, 16 hexadecimal digits; adding goes on.
    public String value() {
        try {
            return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest(), 0, 8);
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's SHA-256 can be cloned", e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
