// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT

/// The program `socks5-tunnel`: its main class and the command line.
package io.socks5tunnel.tun.linux.daemon;
