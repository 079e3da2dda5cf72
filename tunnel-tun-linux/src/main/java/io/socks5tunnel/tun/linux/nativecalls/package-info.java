// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT

/// The one package that calls native code.
package io.socks5tunnel.tun.linux.nativecalls;
