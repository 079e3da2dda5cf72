// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

/// Gives the architecture rules a class to look at. Goes with the first real type.
interface Placeholder {}
