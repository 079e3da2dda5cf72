// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT

/// Whole networks from a seed, with faults, and invariants after every event.
///
/// Start with [io.socks5tunnel.sim.simulate.SeedRun] for what happens in a run, and with
/// [io.socks5tunnel.sim.simulate.ScenarioDraw] for what a seed asks for.
package io.socks5tunnel.sim.simulate;
