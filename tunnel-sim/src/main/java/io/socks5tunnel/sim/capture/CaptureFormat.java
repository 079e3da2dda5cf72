// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.capture;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Takes packets out of one kind of capture file. Confined to one thread.
sealed interface CaptureFormat permits PcapFormat, PcapngFormat, NoCapture {
    /// The next packet, or null at a proper end.
    ///
    /// @throws IOException if the file cannot be read
    /// @throws BrokenCaptureException if it can, but makes no sense from here on
    @Nullable
    CapturedPacket next() throws IOException, BrokenCaptureException;
}
