// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import io.socks5tunnel.tun.linux.nativecalls.SocketCalls;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// A `struct rtentry` of a 64-bit kernel: a route to a network through an interface.
///
/// ```
///  0     8             24        40      56      58        88         96         120
/// +-----+-------------+---------+-------+-------+---------+----------+----------+
/// | pad | destination | gateway | mask  | flags | unused  | device * | unused   |
/// +-----+-------------+---------+-------+-------+---------+----------+----------+
/// ```
final class RouteRequest {
    private static final int LENGTH = 120;
    private static final int DESTINATION_OFFSET = 8;
    private static final int MASK_OFFSET = 40;
    private static final int FLAGS_OFFSET = 56;
    private static final int DEVICE_OFFSET = 88;
    private static final int SOCKADDR_ADDRESS_OFFSET = 4;
    private static final short RTF_UP = 1;

    private final ByteBuffer bytes = ByteBuffer.allocate(LENGTH).order(ByteOrder.nativeOrder());

    /// @param device where the interface's name stands in memory, 0-terminated, until the call is over
    RouteRequest(Inet4Address network, Inet4Address mask, long device) {
        putAddress(DESTINATION_OFFSET, network);
        putAddress(MASK_OFFSET, mask);
        bytes.putShort(FLAGS_OFFSET, RTF_UP).putLong(DEVICE_OFFSET, device);
    }

    /// The structure, which calls only read.
    byte[] structure() {
        return bytes.array();
    }

    private void putAddress(int offset, Inet4Address address) {
        bytes.putShort(offset, (short) SocketCalls.AF_INET);
        bytes.put(offset + SOCKADDR_ADDRESS_OFFSET, address.getAddress());
    }
}
