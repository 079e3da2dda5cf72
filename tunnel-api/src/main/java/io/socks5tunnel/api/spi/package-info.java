// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT

/// What providers of engines, TUN devices, reactors and commands implement.
package io.socks5tunnel.api.spi;
