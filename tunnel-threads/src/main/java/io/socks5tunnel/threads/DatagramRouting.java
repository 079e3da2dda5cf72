// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.stack.UdpDatagram;
import java.nio.ByteBuffer;

/// Decides what a client's datagram is for: the one place where a query can be answered by the tunnel itself, and
/// where a destination becomes what the SOCKS server is told. Confined to one shard.
interface DatagramRouting {
    /// Answers a datagram that is for the tunnel itself, before it belongs to any session.
    ///
    /// @return false if it is to be relayed
    boolean answer(UdpDatagram datagram, long nowNanos);

    /// Writes the destination as ATYP, address and port.
    ///
    /// @return bytes written, up to [SocksTarget#MAX_ENCODED_BYTES]
    int putDestination(UdpDatagram datagram, ByteBuffer into, int at);

    /// Nothing is for the tunnel itself, and destinations are what they say.
    DatagramRouting LITERAL = new DatagramRouting() {
        @Override
        public boolean answer(UdpDatagram datagram, long nowNanos) {
            return false;
        }

        @Override
        public int putDestination(UdpDatagram datagram, ByteBuffer into, int at) {
            return SocksDatagram.putAddress(
                    into, at, datagram.destinationHigh(), datagram.destinationLow(), datagram.destinationPort());
        }
    };
}
