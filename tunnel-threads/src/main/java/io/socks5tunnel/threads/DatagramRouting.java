// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.stack.UdpDatagram;
import io.socks5tunnel.threads.WaitingDatagrams.Waiting;
import io.socks5tunnel.threads.dns.PeerSources;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Decides what a client's datagram is for: the one place where a query can be answered by the tunnel itself, and
/// where a destination becomes what the SOCKS server is told. Confined to one shard.
interface DatagramRouting {
    /// Answers a datagram that is for the tunnel itself, before it belongs to any session.
    ///
    /// @return false if it is to be relayed
    boolean answer(UdpDatagram datagram, long nowNanos);

    /// What a new session needs to give replies the source that its client expects; null where servers are only
    /// told what clients say, so that replies are right as they are.
    @Nullable
    PeerSources newPeers();

    /// Decides where a datagram of a session goes, and notes it for the replies.
    ///
    /// @param peers what the session got by [#newPeers]
    /// @param payloadOffset where its payload begins in its slab
    void route(@Nullable PeerSources peers, UdpDatagram datagram, int payloadOffset, int payloadBytes, long nowNanos);

    /// Writes where the datagram goes that [#route] was called for last, as ATYP, address and port.
    ///
    /// @return bytes written, up to [SocksTarget#MAX_ENCODED_BYTES]
    int putDestination(UdpDatagram datagram, ByteBuffer into, int at);

    /// Carries a datagram in another way that the SOCKS server does not relay, if there is one for it.
    ///
    /// @return false if it is lost
    boolean rescue(UdpSession session, Waiting datagram, long nowNanos);

    /// Nothing is for the tunnel itself, and destinations are what they say.
    DatagramRouting LITERAL = new DatagramRouting() {
        @Override
        public boolean answer(UdpDatagram datagram, long nowNanos) {
            return false;
        }

        @Override
        public @Nullable PeerSources newPeers() {
            return null;
        }

        @Override
        public void route(
                @Nullable PeerSources peers,
                UdpDatagram datagram,
                int payloadOffset,
                int payloadBytes,
                long nowNanos) {}

        @Override
        public int putDestination(UdpDatagram datagram, ByteBuffer into, int at) {
            return SocksDatagram.putAddress(
                    into, at, datagram.destinationHigh(), datagram.destinationLow(), datagram.destinationPort());
        }

        @Override
        public boolean rescue(UdpSession session, Waiting datagram, long nowNanos) {
            return false;
        }
    };
}
