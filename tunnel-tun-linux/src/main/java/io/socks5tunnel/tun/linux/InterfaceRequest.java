// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// A `struct ifreq`: the name of an interface, and one value that is asked for or set.
///
/// ```
///  0                16               40
/// +----------------+----------------+
/// | name, 0-padded | value (union)  |
/// +----------------+----------------+
/// ```
final class InterfaceRequest {
    /// The longest name of an interface, bytes.
    static final int MAX_NAME_BYTES = 15;

    private static final int LENGTH = 40;
    private static final int VALUE_OFFSET = 16;
    private static final int SOCKADDR_ADDRESS_OFFSET = VALUE_OFFSET + 4;
    private static final short AF_INET = 2;

    private final ByteBuffer bytes = ByteBuffer.allocate(LENGTH).order(ByteOrder.nativeOrder());

    /// About the interface `name`, at most [#MAX_NAME_BYTES] in UTF-8.
    InterfaceRequest(String name) {
        bytes.put(0, name.getBytes(StandardCharsets.UTF_8));
    }

    /// The structure, which calls fill in.
    byte[] structure() {
        return bytes.array();
    }

    /// The interface's name, as the kernel completed it.
    String name() {
        int end = 0;
        while (end <= MAX_NAME_BYTES && bytes.get(end) != 0) {
            end++;
        }
        return new String(bytes.array(), 0, end, StandardCharsets.UTF_8);
    }

    /// Sets a 16-bit value: flags.
    InterfaceRequest flags(int flags) {
        bytes.putShort(VALUE_OFFSET, (short) flags);
        return this;
    }

    /// The value as flags.
    int flags() {
        return bytes.getShort(VALUE_OFFSET) & 0xffff;
    }

    /// Sets a 32-bit value.
    InterfaceRequest number(int number) {
        bytes.putInt(VALUE_OFFSET, number);
        return this;
    }

    /// The value as a number.
    int number() {
        return bytes.getInt(VALUE_OFFSET);
    }

    /// Sets the value to a `struct sockaddr_in`.
    InterfaceRequest address(Inet4Address address) {
        bytes.putShort(VALUE_OFFSET, AF_INET);
        bytes.put(SOCKADDR_ADDRESS_OFFSET, address.getAddress());
        return this;
    }
}
