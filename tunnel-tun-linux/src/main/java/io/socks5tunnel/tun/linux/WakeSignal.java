// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import io.socks5tunnel.tun.linux.nativecalls.EpollCalls;
import java.util.concurrent.atomic.AtomicInteger;

/// Ends a wait from another thread, by an event descriptor, and only if there is a wait to end.
///
/// ```
///             willWait()                 wake(): write
///   RUNNING ─────────────► WAITING ───────────────────────► SIGNALLED
///      ▲ ▲                    │                                 │
///      │ └────────────────────┘ hasWaited()                     │
///      └────────────────────────────────────────────────────────┘ hasWaited()
///   RUNNING ── wake(): no write ──► SIGNALLED: the next wait does not begin
/// ```
///
/// The descriptor is watched edge-triggered, so it never has to be read: every write is a new edge.
final class WakeSignal {
    private static final int RUNNING = 0;
    private static final int WAITING = 1;
    private static final int SIGNALLED = 2;

    private final AtomicInteger state = new AtomicInteger(RUNNING);
    private final EpollCalls calls;
    private final Object descriptorLock = new Object();
    private final int descriptor;
    private boolean isClosed;

    /// @param calls not used by any other thread
    /// @param descriptor an event descriptor, this object's from here on
    WakeSignal(EpollCalls calls, int descriptor) {
        this.calls = calls;
        this.descriptor = descriptor;
    }

    /// What to watch.
    int descriptor() {
        return descriptor;
    }

    /// Says that a wait is about to begin.
    ///
    /// @return false if it must not block, since [#wake] was called after the last one
    boolean willWait() {
        return state.compareAndSet(RUNNING, WAITING);
    }

    /// Says that the wait is over. Whatever was handed over before a [#wake] that is forgotten here is seen by the
    /// caller, who looks for it only now.
    void hasWaited() {
        state.set(RUNNING);
    }

    /// Ends the present or the next wait. From any thread.
    void wake() {
        if (state.get() != SIGNALLED && state.getAndSet(SIGNALLED) == WAITING) {
            write();
        }
    }

    /// The lock is free but for the instant of a close: without it a slow waker could write to a descriptor that
    /// was closed and opened again for something else. Wakers are many, so it guards the calls' error number too.
    private void write() {
        synchronized (descriptorLock) {
            if (!isClosed) {
                calls.signal(descriptor);
            }
        }
    }

    /// Closes the descriptor; later wake-ups do nothing.
    void close() {
        synchronized (descriptorLock) {
            if (!isClosed) {
                isClosed = true;
                calls.close(descriptor);
            }
        }
    }
}
