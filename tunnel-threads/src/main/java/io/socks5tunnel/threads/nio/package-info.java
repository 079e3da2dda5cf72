// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
/// The portable reactor: a selector of `java.nio` for sockets, and a thread for each TUN queue that only a
/// descriptor tells of. Start with `NioReactor`.
package io.socks5tunnel.threads.nio;
