// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/// What a scenario asks for about names, and about echoes: what mapdns, the redirection and ICMP are told, and the
/// clients that use them.
///
/// @param cacheSize names that mapdns keeps, 0 for no mapdns
/// @param netmask of the range that names are mapped to, which may have fewer addresses than names are kept
/// @param capacity the most names that have an address at a time: what of the two is less
/// @param redirection how queries to other servers travel
/// @param isServerWithoutDatagrams whether the SOCKS server relays no datagrams at all
/// @param isEchoAnswered whether the tunnel answers echo requests
/// @param clients who looks up names
/// @param echoes who sends echo requests
record NamesPlan(
        int cacheSize,
        String netmask,
        int capacity,
        Redirection redirection,
        boolean isServerWithoutDatagrams,
        boolean isEchoAnswered,
        List<Client> clients,
        List<Echo> echoes) {
    /// Where mapdns answers.
    static final InetSocketAddress SERVER = new InetSocketAddress(InetAddress.ofLiteral("10.7.0.53"), 53);

    /// The same over IPv6.
    static final InetSocketAddress SERVER_6 = new InetSocketAddress(InetAddress.ofLiteral("fd00:7::53"), 53);

    /// A DNS server whose queries are redirected.
    static final InetSocketAddress REDIRECTED = new InetSocketAddress(InetAddress.ofLiteral("10.8.9.53"), 53);

    /// The same over IPv6.
    static final InetSocketAddress REDIRECTED_6 = new InetSocketAddress(InetAddress.ofLiteral("fd00:8:9::53"), 53);

    /// Where they are redirected to.
    static final InetSocketAddress RESOLVER = new InetSocketAddress(InetAddress.ofLiteral("203.0.113.53"), 5353);

    /// The first address of the range that names are mapped to.
    static final String NETWORK = "10.64.0.0";

    /// The /96 of the same.
    static final String NETWORK_6 = "fd00:64::";

    /// No names, no echoes.
    static final NamesPlan NONE =
            new NamesPlan(0, "255.255.0.0", 0, Redirection.OFF, false, false, List.of(), List.of());

    NamesPlan {
        clients = List.copyOf(clients);
        echoes = List.copyOf(echoes);
    }

    /// How queries to [#REDIRECTED] get to [#RESOLVER].
    enum Redirection {
        /// They do not.
        OFF,
        /// Over UDP, or TCP where the SOCKS server has no UDP.
        AUTO,
        /// Over UDP.
        UDP,
        /// Over TCP.
        TCP
    }

    /// What a client wants to know.
    enum Question {
        /// The address of a name, in the client's own family.
        ADDRESS,
        /// The same, and then the name of that address.
        POINTER,
        /// Something that mapdns has no answer to.
        OTHER,
        /// The address of a name, from a server whose queries are redirected.
        REDIRECTED
    }

    /// What a client does with an address.
    enum Use {
        /// Nothing.
        NOTHING,
        /// Connects to it.
        CONNECTION,
        /// Sends it a datagram.
        DATAGRAM
    }

    /// One thing that a client wants to get done.
    ///
    /// @param name in lower case
    /// @param isOverTcp whether the query goes over TCP
    /// @param isReplyNamed whether the SOCKS server says from which name a datagram comes, instead of the address
    record Errand(String name, Question question, boolean isOverTcp, Use use, boolean isReplyNamed) {}

    /// A client, which goes about its errands one after the other.
    ///
    /// @param address the client's
    /// @param startNanos when it begins, from the start of the simulation
    /// @param pauseNanos between two errands
    record Client(InetAddress address, long startNanos, long pauseNanos, List<Errand> errands) {
        Client {
            errands = List.copyOf(errands);
        }

        boolean isIpv6() {
            return address.getAddress().length == 16;
        }
    }

    /// Who sends echo requests.
    ///
    /// @param number its place in the scenario's list
    /// @param address the client's
    /// @param destination whom it asks
    /// @param startNanos when it begins, from the start of the simulation
    /// @param count how many it sends
    /// @param pauseNanos between two of them
    /// @param maxPayloadBytes how large they are at most
    record Echo(
            int number,
            InetAddress address,
            InetAddress destination,
            long startNanos,
            int count,
            long pauseNanos,
            int maxPayloadBytes) {}
}
