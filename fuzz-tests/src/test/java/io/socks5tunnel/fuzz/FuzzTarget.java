// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.fuzz;

/// Something that must cope with whatever bytes it is given. Confined to one thread.
@FunctionalInterface
public interface FuzzTarget {
    /// Handles one input, as if none had come before. Whatever is thrown is a finding.
    void run(byte[] input) throws Exception;

    /// What the last input led to, as a number: the same input has the same, whatever came before. Only of targets
    /// that use memory again.
    default long outcome() {
        throw new UnsupportedOperationException("nothing is used again");
    }
}
