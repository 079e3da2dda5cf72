// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.benchmark;

import java.util.List;

/// Takes the samples of one [Section].
interface Measurement {
    /// Measures all set-ups in alternation.
    void run(List<SetUp> setUps, BenchmarkOptions options, Results results);
}
