// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api.spi;

import java.io.IOException;

/// Opens TUN devices; found by [java.util.ServiceLoader].
public interface TunProvider {
    /// Whether this provider can serve `request` on this system, judged without side effects.
    boolean supports(TunRequest request);

    /// Opens, configures and brings up a device.
    ///
    /// @throws IOException with a message for the user: what was tried, what the system said, what to do
    TunDevice open(TunRequest request) throws IOException;
}
