// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

/// Which cases of an exhaustive test are played: all of them, or, where the test runs once for each of thousands of
/// mutants, every so-manieth (see docs/mutation.md).
final class CaseSelection {
    private static final int STEP = Integer.getInteger("socks5tunnel.caseStep", 1);

    private int seen;

    /// Whether the next case is among them.
    boolean isNextPlayed() {
        return seen++ % STEP == 0;
    }

    /// How many cases there were, played or not.
    int seen() {
        return seen;
    }
}
