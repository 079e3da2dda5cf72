// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api.spi;

import io.socks5tunnel.api.TunSettings;
import java.util.List;

/// What an engine asks a [TunProvider] for.
///
/// @param settings the `tunnel` section of the configuration
/// @param queues how many queues are wanted, 1 to 256; a device may have fewer
/// @param descriptors open file descriptors of one TUN device to use as they are, a queue each; empty to open a
///     device
public record TunRequest(TunSettings settings, int queues, List<Integer> descriptors) {
    /// Takes a copy of the list.
    public TunRequest {
        descriptors = List.copyOf(descriptors);
    }

    /// With one descriptor.
    ///
    /// @param descriptor open, or [TunQueue#NO_DESCRIPTOR] to open a device
    public TunRequest(TunSettings settings, int queues, int descriptor) {
        this(settings, queues, descriptor < 0 ? List.of() : List.of(descriptor));
    }

    /// Whether the device is there already, and whoever opened it has configured it.
    public boolean isGiven() {
        return !descriptors.isEmpty();
    }
}
