// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT

/// `socks5-tunnel demo`: a tunnel at work, seen from its client. Start with [DemoCommand] and [Demo].
package io.socks5tunnel.sim.demo;
