// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT

/// A read-only look inside the stack, for invariants.
package io.socks5tunnel.stack.inspect;
