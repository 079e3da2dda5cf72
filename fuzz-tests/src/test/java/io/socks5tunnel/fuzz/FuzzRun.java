// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.fuzz;

/// What Jazzer calls: the target named by its first argument. Only `./fuzz` starts it.
public final class FuzzRun {
    private static FuzzTarget target = _ -> {};

    private FuzzRun() {}

    /// Once, before the first input.
    public static void fuzzerInitialize(String[] arguments) {
        target = Target.named(arguments[0]).make();
    }

    /// For each input.
    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        target.run(input);
    }
}
