// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.benchmark.load;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Does nothing: what a JVM costs by itself.
public final class Sleeper {
    private Sleeper() {}

    /// Sleeps until the process is ended.
    public static void main(String[] arguments) {
        while (true) {
            LockSupport.parkNanos(TimeUnit.DAYS.toNanos(1));
        }
    }
}
