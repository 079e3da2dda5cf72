// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.capture;

/// What a section of pcapng says about one of its interfaces.
///
/// @param linkType number of the link layer
/// @param snapLength bytes of a packet that are kept, 0 for all
/// @param clock how its times are counted
record PcapngInterface(int linkType, long snapLength, PcapngClock clock) {}
