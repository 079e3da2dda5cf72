// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.capture;

/// What [LinkLayer] made of a captured frame.
public sealed interface StrippedFrame permits IpPacket, SkippedFrame {}
