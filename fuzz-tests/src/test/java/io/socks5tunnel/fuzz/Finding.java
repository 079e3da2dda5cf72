// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.fuzz;

/// An input was handled wrongly.
public final class Finding extends AssertionError {
    private static final long serialVersionUID = 1;

    public Finding(String message) {
        super(message);
    }

    /// Fails unless what must hold does.
    public static void unless(boolean holds, String otherwise) {
        if (!holds) {
            throw new Finding(otherwise);
        }
    }

    /// Fails unless both are the same. Unlike a joined message, this costs nothing as long as they are.
    public static void unlessSame(long actual, long expected, String what) {
        if (actual != expected) {
            throw new Finding(what + " is " + actual + " instead of " + expected);
        }
    }
}
