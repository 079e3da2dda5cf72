// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api.spi;

import java.io.IOException;
import java.net.Inet4Address;

/// The interfaces and routes of this host, for commands that have a network to themselves: the daemon leaves them
/// to its user. Found by [java.util.ServiceLoader]; from any thread.
public interface HostNetwork {
    /// Whether this provider knows this system, judged without side effects.
    boolean isSupported();

    /// Brings an interface up, such as `lo` in a fresh network namespace.
    ///
    /// @throws IOException with a message for the user
    void bringUp(String interfaceName) throws IOException;

    /// Sends what goes to a network into an interface that is up.
    ///
    /// @param network its address, all bits behind the prefix 0
    /// @param prefixBits 0 to 32
    /// @throws IOException with a message for the user
    void addRoute(Inet4Address network, int prefixBits, String interfaceName) throws IOException;
}
