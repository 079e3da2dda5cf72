// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.DnsSettings.Transport;
import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.stack.ClientSource;
import io.socks5tunnel.stack.UdpDatagram;
import io.socks5tunnel.threads.WaitingDatagrams.Waiting;
import io.socks5tunnel.threads.dns.DnsHeader;
import io.socks5tunnel.threads.dns.DnsRedirect;
import io.socks5tunnel.threads.dns.DnsResponder;
import io.socks5tunnel.threads.dns.MapDns;
import io.socks5tunnel.threads.dns.PeerSources;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Sends datagrams where the configuration of names wants them: queries for mapdns to its responder, those for
/// other DNS servers to the resolver, and what goes to a mapped address to the name. Confined to one shard.
final class DnsRouting implements DatagramRouting {
    private final MapDns names;
    private final DnsRedirect redirect;
    private final DnsResponder responder;
    private final DnsForwarder forwarder;
    private final UdpModes modes;
    private final ClientDatagrams clients;
    private final ShardCounters counters;
    private final Slab momentary;

    // what route() found
    private @Nullable String name;
    private long high;
    private long low;
    private int port;

    private DnsRouting(
            SharedState shared,
            DnsResponder responder,
            DnsForwarder forwarder,
            ClientDatagrams clients,
            ShardCounters counters,
            Slab momentary) {
        names = shared.names();
        redirect = shared.dnsRedirect();
        modes = shared.udpModes();
        this.responder = responder;
        this.forwarder = forwarder;
        this.clients = clients;
        this.counters = counters;
        this.momentary = momentary;
    }

    /// The routing of a configuration; where that is about no names at all, the literal one.
    ///
    /// @param momentary for answers, during one call; stays with the caller
    static DatagramRouting of(
            SharedState shared,
            DnsResponder responder,
            DnsForwarder forwarder,
            ClientDatagrams clients,
            ShardCounters counters,
            Slab momentary) {
        boolean isNeeded = shared.names().isOn() || shared.dnsRedirect().isOn();
        return isNeeded
                ? new DnsRouting(shared, responder, forwarder, clients, counters, momentary)
                : DatagramRouting.LITERAL;
    }

    @Override
    public boolean answer(UdpDatagram datagram, long nowNanos) {
        boolean isServed =
                names.isServedAt(datagram.destinationHigh(), datagram.destinationLow(), datagram.destinationPort());
        if (!isServed && !isForwarded(datagram, nowNanos)) {
            return false;
        }
        ClientSource client = datagram.source();
        int end = datagram.payloadOffset() + datagram.payloadLength();
        int step = datagram.segmentBytes() == 0 ? datagram.payloadLength() : datagram.segmentBytes();
        int at = datagram.payloadOffset();
        do {
            int length = Math.min(step, end - at);
            if (isServed) {
                answer(datagram, client, at, length, nowNanos);
            } else {
                forward(datagram, client, at, length, nowNanos);
            }
            at += step;
        } while (at < end);
        return true;
    }

    @Override
    public @Nullable PeerSources newPeers() {
        return names.isOn() || redirect.isOn() ? new PeerSources() : null;
    }

    @Override
    public void route(
            @Nullable PeerSources peers, UdpDatagram datagram, int payloadOffset, int payloadBytes, long nowNanos) {
        high = datagram.destinationHigh();
        low = datagram.destinationLow();
        port = datagram.destinationPort();
        name = null;
        if (peers == null) {
            return;
        }
        if (redirect.concerns(high, low, port)) {
            if (payloadBytes >= DnsHeader.BYTES) {
                peers.asked(DnsHeader.id(datagram.slab().bytes(), payloadOffset), high, low);
            }
            high = redirect.resolverHigh();
            low = redirect.resolverLow();
            port = redirect.resolver().getPort();
            return;
        }
        name = names.nameOf(high, low, nowNanos);
        peers.sent(high, low, port, name);
    }

    @Override
    public int putDestination(UdpDatagram datagram, ByteBuffer into, int at) {
        String found = name;
        return found == null
                ? SocksDatagram.putAddress(into, at, high, low, port)
                : SocksDatagram.putName(into, at, found, port);
    }

    /// A redirected query that came before anybody knew that the server relays no datagrams.
    @Override
    public boolean rescue(UdpSession session, Waiting datagram, long nowNanos) {
        PeerSources peers = session.peers();
        boolean isAuto = redirect.isOn() && redirect.transport() == Transport.AUTO;
        if (peers == null || !isAuto || datagram.payloadBytes() < DnsHeader.BYTES) {
            return false;
        }
        ByteBuffer copy = ByteBuffer.wrap(datagram.copy());
        if (!isToResolver(copy) || !peers.answered(DnsHeader.id(copy, datagram.headerBytes()))) {
            return false;
        }
        forwarder.ask(
                session.source(),
                peers.high(),
                peers.low(),
                copy,
                datagram.headerBytes(),
                datagram.payloadBytes(),
                nowNanos);
        return true;
    }

    private boolean isForwarded(UdpDatagram datagram, long nowNanos) {
        if (!redirect.concerns(datagram.destinationHigh(), datagram.destinationLow(), datagram.destinationPort())) {
            return false;
        }
        return switch (redirect.transport()) {
            case AUTO -> modes.isWithoutDatagrams(nowNanos);
            case UDP -> false;
            case TCP -> true;
        };
    }

    private boolean isToResolver(ByteBuffer header) {
        int at = SocksDatagram.PREFIX_BYTES;
        return !SocksDatagram.isName(header, at)
                && SocksDatagram.low(header, at) == redirect.resolverLow()
                && SocksDatagram.high(header, at) == redirect.resolverHigh();
    }

    private void forward(UdpDatagram datagram, ClientSource client, int at, int length, long nowNanos) {
        forwarder.ask(
                client,
                datagram.destinationHigh(),
                datagram.destinationLow(),
                datagram.slab().bytes(),
                at,
                length,
                nowNanos);
    }

    private void answer(UdpDatagram datagram, ClientSource client, int at, int length, long nowNanos) {
        int bytes = responder.answerDatagram(datagram.slab().bytes(), at, length, momentary.bytes(), 0, nowNanos);
        if (bytes == 0) {
            counters.drop(DropReason.DNS_MALFORMED, 1);
            return;
        }
        clients.sendDatagram(
                client,
                datagram.destinationHigh(),
                datagram.destinationLow(),
                datagram.destinationPort(),
                momentary,
                0,
                bytes);
    }
}
