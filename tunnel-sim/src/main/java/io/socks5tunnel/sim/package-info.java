// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT

/// Simulated TUNs, reactor, clock and network, packet builder and scripted peers.
package io.socks5tunnel.sim;
