// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import io.socks5tunnel.tun.linux.nativecalls.DeviceCalls;
import java.util.List;

/// Descriptors that are attached to a TUN device, one per queue.
///
/// @param name the interface's name
/// @param descriptors at least one
/// @param flags `IFF_…` that the kernel agreed to
/// @param isGiven whether the descriptors belong to somebody else, who also configures the device
/// @param offload what was negotiated for all of them
record TunAttachment(String name, List<Integer> descriptors, int flags, boolean isGiven, TunOffload offload) {
    /// Takes a copy of the list.
    TunAttachment {
        descriptors = List.copyOf(descriptors);
    }

    /// Gives up: closes what is ours.
    void close(DeviceCalls calls) {
        if (!isGiven) {
            descriptors.forEach(calls::close);
        }
    }
}
