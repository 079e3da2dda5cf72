// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT

/// Reads and writes packet captures, pcap and pcapng.
///
/// Start with [io.socks5tunnel.sim.capture.CaptureReader] and [io.socks5tunnel.sim.capture.CaptureWriter];
/// [io.socks5tunnel.sim.capture.LinkLayer] takes the IP packet out of a frame. What of the formats is understood is
/// written down in `docs/captures.md`.
package io.socks5tunnel.sim.capture;
