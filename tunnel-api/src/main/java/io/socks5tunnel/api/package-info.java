// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT

/// The tunnel as its users see it.
package io.socks5tunnel.api;
