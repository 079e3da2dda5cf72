// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.demo;

/// What one step of the demo came to.
///
/// @param title what was done, at most [DemoReport#TITLE_COLUMNS] characters
/// @param bytes payload bytes that passed and were compared
/// @param nanos how long it took
/// @param isRight whether it went as it must
/// @param verdict in words; any length if something is wrong, else at most [DemoReport#VERDICT_COLUMNS] characters
record StepResult(String title, long bytes, long nanos, boolean isRight, String verdict) {}
