// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT

/// The face of the packet stack: receive, poll, next deadline.
package io.socks5tunnel.stack;
