// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT

/// The Linux TUN: device, queues and offload.
package io.socks5tunnel.tun.linux;
