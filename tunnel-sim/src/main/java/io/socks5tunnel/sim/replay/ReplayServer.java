// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/// A real SOCKS5 server that a replay goes through, and where it is asked to send what the capture's clients sent
/// to addresses all over the world.
///
/// @param address the server's
/// @param networks addresses that stand for the captured destinations, at most one network per family; what has
///     none is not sent. Empty means the captured destinations themselves, which may be anybody's
public record ReplayServer(InetSocketAddress address, List<Network> networks) {
    /// Takes a copy of the list.
    public ReplayServer {
        networks = List.copyOf(networks);
    }

    /// A network that takes the place of the captured destinations.
    ///
    /// @param first any of its addresses
    /// @param prefixBits how many bits all of them share; 32 or 128 for a single host
    public record Network(InetAddress first, int prefixBits) {
        /// Reads `ADDRESS` or `ADDRESS/PREFIX`.
        ///
        /// @throws IllegalArgumentException if it is neither
        public static Network parse(String text) {
            int slash = text.indexOf('/');
            InetAddress address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
            int allBits = address.getAddress().length * Byte.SIZE;
            int bits = slash < 0 ? allBits : Integer.parseInt(text.substring(slash + 1));
            if (bits < 1 || bits > allBits) {
                throw new IllegalArgumentException(bits + " is not within 1 to " + allBits);
            }
            return new Network(address, bits);
        }
    }

    /// A server that is sent to addresses of these networks only.
    ///
    /// @param text one or two of `ADDRESS` or `NETWORK/PREFIX`, separated by a comma
    /// @throws IllegalArgumentException if it is something else, or has two networks of one family
    public static ReplayServer mapped(InetSocketAddress address, String text) {
        List<Network> networks = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            Network network = Network.parse(part.strip());
            int length = network.first().getAddress().length;
            if (networks.stream().anyMatch(other -> other.first().getAddress().length == length)) {
                throw new IllegalArgumentException("two networks of one family");
            }
            networks.add(network);
        }
        return new ReplayServer(address, networks);
    }

    /// A server that is sent to whomever the capture's clients wrote. Their hosts may be anybody's, and take it
    /// ill.
    public static ReplayServer withRealDestinations(InetSocketAddress address) {
        return new ReplayServer(address, List.of());
    }
}
