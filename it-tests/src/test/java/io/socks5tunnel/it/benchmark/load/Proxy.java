// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.benchmark.load;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Where a load generator without a tunnel sends its load, and what it has to say there first.
///
/// @param address the SOCKS5 server
/// @param destination behind it
record Proxy(InetSocketAddress address, InetSocketAddress destination) {
    /// The answer to the greeting and the one to a request, bytes.
    static final int ANSWER_BYTES = 2 + 10;

    private static final byte IPV4 = 1;

    /// @param text `ADDRESS:PORT`, or `-` for none
    static @Nullable Proxy parse(String text, InetSocketAddress destination) {
        if (text.equals("-")) {
            return null;
        }
        String[] parts = text.split(":", 2);
        InetAddress address = InetAddress.ofLiteral(parts[0]);
        return new Proxy(new InetSocketAddress(address, Integer.parseInt(parts[1])), destination);
    }

    /// Greeting and request in one.
    ///
    /// @param command 1 to connect, 3 for an association
    ByteBuffer opening(int command) {
        ByteBuffer opening = ByteBuffer.allocate(3 + 10);
        opening.put(new byte[] {5, 1, 0, 5, (byte) command, 0, IPV4});
        putDestination(opening);
        return opening.flip();
    }

    /// What stands before every datagram.
    void putDatagramHeader(ByteBuffer buffer) {
        buffer.put(new byte[] {0, 0, 0, IPV4});
        putDestination(buffer);
    }

    private void putDestination(ByteBuffer buffer) {
        buffer.put(destination.getAddress().getAddress()).putShort((short) destination.getPort());
    }
}
