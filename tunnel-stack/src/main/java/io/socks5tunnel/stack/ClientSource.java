// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack;

/// Names a UDP flow: the client's address and port, whatever the destinations (RFC 4787 §4.1, endpoint-independent
/// mapping). The address has the form of flow keys.
///
/// @param high upper half of the address, 0 for IPv4
/// @param low lower half of the address, or [FlowKey#mappedIpv4]
/// @param port 0 to 65535
public record ClientSource(long high, long low, int port) {
    /// Whether the address is IPv4.
    public boolean isIpv4() {
        return high == 0 && low >>> 32 == 0xffff;
    }

    /// The same as the key of a flow to nowhere, for what is kept by flow key.
    public FlowKey asFlowKey() {
        return new FlowKey(high, low, port, 0, isIpv4() ? FlowKey.mappedIpv4(0) : 0, 0);
    }

    @Override
    public String toString() {
        var client = asFlowKey().client();
        return "[" + client.getAddress().getHostAddress() + "]:" + client.getPort();
    }
}
