// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// A UDP socket of a [SimHost], independent of the packet stack: it remembers what came to it, and cuts what is
/// larger than the host's MTU into fragments.
///
/// Confined to one thread.
public final class SimUdpSocket {
    /// A datagram that has come.
    ///
    /// @param source whom it is from, by its IP and UDP headers
    /// @param payload its bytes
    @SuppressWarnings("ArrayRecordComponent") // looked at, never compared
    public record Datagram(InetSocketAddress source, byte[] payload) {}

    /// An ICMP or ICMPv6 error about a datagram that was sent.
    ///
    /// @param destination where that datagram went
    /// @param type of the message
    /// @param code of the message
    public record Unreachable(InetSocketAddress destination, int type, int code) {}

    private final SimHost host;
    private final InetSocketAddress local;
    private final List<Datagram> received = new ArrayList<>();
    private final List<Unreachable> errors = new ArrayList<>();
    private Consumer<Datagram> observer = _ -> {};
    private int nextIdentification;

    SimUdpSocket(SimHost host, InetSocketAddress local) {
        this.host = host;
        this.local = local;
        nextIdentification = host.random().nextInt();
    }

    /// Its address.
    public InetSocketAddress local() {
        return local;
    }

    /// Sends a datagram, in fragments if it is larger than the MTU.
    ///
    /// @param payload at most what UDP can carry: 65507 bytes to IPv4, 65527 to IPv6
    public void send(InetSocketAddress destination, byte[] payload) {
        byte[] packet = PacketBuilder.between(local, destination)
                .mayFragment()
                .udp()
                .payload(payload)
                .build();
        if (packet.length <= host.mtuBytes()) {
            host.send(SimPacket.of(packet));
            return;
        }
        for (byte[] fragment : PacketBuilder.fragments(packet, host.mtuBytes(), nextIdentification++)) {
            host.send(SimPacket.of(fragment));
        }
    }

    /// The datagrams that came, in order.
    public List<Datagram> received() {
        return List.copyOf(received);
    }

    /// The errors that came, in order.
    public List<Unreachable> errors() {
        return List.copyOf(errors);
    }

    /// Has `newObserver` told of every datagram from now on, besides.
    public void onDatagram(Consumer<Datagram> newObserver) {
        observer = newObserver;
    }

    /// Closes it; what comes to it afterwards is answered with port unreachable.
    public void close() {
        host.forget(this);
    }

    void onDatagram(ParsedPacket packet) {
        Datagram datagram = new Datagram(packet.sourceSocket(), packet.payload());
        received.add(datagram);
        observer.accept(datagram);
    }

    void onUnreachable(Unreachable error) {
        errors.add(error);
    }
}
