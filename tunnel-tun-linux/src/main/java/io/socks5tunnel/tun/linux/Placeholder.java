// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

/// Keeps the exported package from being empty, which javac refuses. Goes with the first real type.
interface Placeholder {}
