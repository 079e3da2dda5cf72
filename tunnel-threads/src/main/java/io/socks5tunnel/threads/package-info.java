// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT

/// Worker pool, shards, mailboxes, flow directory, SOCKS5 client and relays.
package io.socks5tunnel.threads;
