// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

/// An invariant that did not hold.
///
/// @param invariant which
/// @param atNanos when, from the start of the simulation
/// @param what what was seen instead
record Violation(Invariant invariant, long atNanos, String what) {}
