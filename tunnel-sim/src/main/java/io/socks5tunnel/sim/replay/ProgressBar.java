// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import java.io.PrintWriter;
import java.util.Locale;

/// Shows how far a long replay is, in one line that is overwritten. Short replays show nothing.
final class ProgressBar implements ReplayObserver {
    private static final int WIDTH = 30;
    private static final long PAUSE_NANOS = 200_000_000;

    private final PrintWriter terminal;
    private long shownNanos = System.nanoTime();
    private boolean isShown;

    ProgressBar(PrintWriter terminal) {
        this.terminal = terminal;
    }

    @Override
    public void onProgress(double progress, long packets) {
        long nowNanos = System.nanoTime();
        if (nowNanos - shownNanos >= PAUSE_NANOS) {
            shownNanos = nowNanos;
            isShown = true;
            terminal.print("\r" + line(progress, packets));
            terminal.flush();
        }
    }

    /// Takes the line away.
    void close() {
        if (isShown) {
            terminal.print("\r" + " ".repeat(WIDTH + 40) + "\r");
            terminal.flush();
        }
    }

    static String line(double progress, long packets) {
        int done = (int) Math.round(progress * WIDTH);
        return String.format(
                Locale.ROOT,
                "[%s%s] %3.0f %%  %,d packets",
                "#".repeat(done),
                ".".repeat(WIDTH - done),
                progress * 100,
                packets);
    }
}
