// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.capture;

/// Carries a [CaptureDefect] from the place that found it to [CaptureReader], which keeps it; never seen outside.
final class BrokenCaptureException extends Exception {
    private static final long serialVersionUID = 1L;

    private final long offset;
    private final String text;

    BrokenCaptureException(long offset, String text) {
        super(text, null, false, false);
        this.offset = offset;
        this.text = text;
    }

    CaptureDefect defect() {
        return new CaptureDefect(offset, text);
    }
}
