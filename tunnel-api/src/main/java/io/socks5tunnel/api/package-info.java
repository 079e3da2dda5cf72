// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
/// What users compile against. Start with [Tunnel] and [TunnelConfig].
package io.socks5tunnel.api;
