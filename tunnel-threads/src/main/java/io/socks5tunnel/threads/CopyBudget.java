// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import java.util.concurrent.atomic.AtomicLong;

/// How much heap the datagrams of a tunnel may take that have to wait. May be used from any thread.
final class CopyBudget {
    private final long limitBytes;
    private final AtomicLong usedBytes = new AtomicLong();

    CopyBudget(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /// Takes `bytes` out of the budget.
    ///
    /// @return false if there are not as many; nothing was taken then
    boolean tryTake(int bytes) {
        if (usedBytes.addAndGet(bytes) <= limitBytes) {
            return true;
        }
        usedBytes.addAndGet(-bytes);
        return false;
    }

    /// Gives `bytes` back.
    void give(int bytes) {
        usedBytes.addAndGet(-bytes);
    }

    /// Bytes in use now.
    long usedBytes() {
        return usedBytes.get();
    }
}
