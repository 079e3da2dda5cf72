// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.socks5tunnel.tun.linux.nativecalls.SocketCalls;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;

/// `struct sockaddr_in` and `struct sockaddr_in6`. A socket is of the family of the address that it connects to, so
/// kernels without IPv6 serve IPv4.
///
/// ```
///          0        2        4              8                        24
///         +--------+--------+--------------+
/// IPv4    | family | port   | address      |
///         +--------+--------+--------------+------------------------+----------+
/// IPv6    | family | port   | flow         | address                | scope id |
///         +--------+--------+--------------+------------------------+----------+
/// ```
final class SocketAddressLayout {
    /// Room for either.
    static final int MAX_BYTES = 28;

    private static final int IPV4_BYTES = 16;
    private static final int PORT_OFFSET = 2;
    private static final int IPV4_ADDRESS_OFFSET = 4;
    private static final int IPV6_ADDRESS_OFFSET = 8;
    private static final int IPV6_SCOPE_OFFSET = 24;
    private static final ValueLayout.OfShort NETWORK_SHORT = JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

    private SocketAddressLayout() {}

    /// `AF_INET` or `AF_INET6`.
    static int family(InetSocketAddress address) {
        return address.getAddress() instanceof Inet4Address ? SocketCalls.AF_INET : SocketCalls.AF_INET6;
    }

    /// Writes `address` to `memory`.
    ///
    /// @return bytes written
    static int put(MemorySegment memory, InetSocketAddress address) {
        memory.fill((byte) 0);
        memory.set(JAVA_SHORT, 0, (short) family(address));
        memory.set(NETWORK_SHORT, PORT_OFFSET, (short) address.getPort());
        byte[] raw = address.getAddress().getAddress();
        if (address.getAddress() instanceof Inet6Address ipv6) {
            MemorySegment.copy(raw, 0, memory, JAVA_BYTE, IPV6_ADDRESS_OFFSET, raw.length);
            memory.set(JAVA_INT, IPV6_SCOPE_OFFSET, ipv6.getScopeId());
            return MAX_BYTES;
        }
        MemorySegment.copy(raw, 0, memory, JAVA_BYTE, IPV4_ADDRESS_OFFSET, raw.length);
        return IPV4_BYTES;
    }

    /// Reads the address in `memory`.
    static InetSocketAddress get(MemorySegment memory) throws IOException {
        boolean isIpv4 = memory.get(JAVA_SHORT, 0) == SocketCalls.AF_INET;
        byte[] raw = new byte[isIpv4 ? 4 : 16];
        int at = isIpv4 ? IPV4_ADDRESS_OFFSET : IPV6_ADDRESS_OFFSET;
        MemorySegment.copy(memory, JAVA_BYTE, at, raw, 0, raw.length);
        int port = memory.get(NETWORK_SHORT, PORT_OFFSET) & 0xffff;
        return new InetSocketAddress(InetAddress.getByAddress(raw), port);
    }
}
