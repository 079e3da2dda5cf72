// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.capture;

import org.jspecify.annotations.Nullable;

/// A file that is no capture, or none that we know.
final class NoCapture implements CaptureFormat {
    private final String text;

    NoCapture(String text) {
        this.text = text;
    }

    @Override
    public @Nullable CapturedPacket next() throws BrokenCaptureException {
        throw new BrokenCaptureException(0, text);
    }
}
