// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.capture;

/// A frame without an IP packet that could be had.
///
/// @param reason why
public record SkippedFrame(SkipReason reason) implements StrippedFrame {}
