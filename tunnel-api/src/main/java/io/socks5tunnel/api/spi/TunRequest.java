// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api.spi;

import io.socks5tunnel.api.TunSettings;

/// What an engine asks a [TunProvider] for.
///
/// @param settings the `tunnel` section of the configuration
/// @param queues how many queues are wanted, 1 to 256; a device may have fewer
/// @param descriptor an open TUN file descriptor to use as it is, or [TunQueue#NO_DESCRIPTOR] to open a device
public record TunRequest(TunSettings settings, int queues, int descriptor) {}
