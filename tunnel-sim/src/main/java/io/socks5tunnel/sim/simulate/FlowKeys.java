// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import io.socks5tunnel.stack.FlowKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/// Flow keys of packets, as the stack makes them.
final class FlowKeys {
    private FlowKeys() {}

    /// The key of what goes from `client` to `destination`.
    static FlowKey of(InetSocketAddress client, InetSocketAddress destination) {
        return new FlowKey(
                high(client.getAddress()),
                low(client.getAddress()),
                client.getPort(),
                high(destination.getAddress()),
                low(destination.getAddress()),
                destination.getPort());
    }

    private static long high(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == 4 ? 0 : ByteBuffer.wrap(bytes).getLong(0);
    }

    private static long low(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return bytes.capacity() == 4 ? FlowKey.mappedIpv4(bytes.getInt(0)) : bytes.getLong(8);
    }
}
