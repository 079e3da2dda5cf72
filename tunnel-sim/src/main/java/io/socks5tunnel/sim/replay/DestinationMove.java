// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import io.socks5tunnel.sim.ParsedPacket;
import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Stands between the clients of a capture and the tunnel, as a translator of addresses (RFC 3022) does: the tunnel
/// sees addresses of a [ReplayServer.Network] in the place of the captured destinations, the clients see those that
/// they wrote to. Ports stay. Each captured address has one of its own, in the order of their first packets; a
/// network of one address stands for all.
///
/// What has no address, since the network is full or there is none of its family, is not sent, and counted. So is
/// what goes to more than one host, which is nothing for a SOCKS5 server. Confined to one thread.
final class DestinationMove {
    /// Flows to a shared address that are remembered; the one used least recently is forgotten beyond that.
    private static final int MAX_FLOWS = 1 << 16;

    private static final int ICMP_CHECKSUM_AT = 2;

    private final List<ReplayServer.Network> networks;
    private final Map<InetAddress, InetAddress> moved = new HashMap<>();
    private final Map<InetAddress, InetAddress> originals = new HashMap<>();

    /// Where the flows went that share the one address of a network.
    private final LinkedHashMap<FlowKey, InetAddress> sharers = new LinkedHashMap<>(16, 0.75f, true);

    private long unsentPackets;

    /// @param networks at most one per family
    DestinationMove(List<ReplayServer.Network> networks) {
        this.networks = networks;
    }

    /// Packets that were not sent, since nothing stands for their destination.
    long unsentPackets() {
        return unsentPackets;
    }

    /// A client's packet as the tunnel is to see it, or null if it must not.
    byte @Nullable [] toTunnel(byte[] packet) {
        if (!AddressField.isIn(packet)) {
            unsentPackets++;
            return null;
        }
        int at = AddressField.destinationAt(packet);
        InetAddress original = address(AddressField.get(packet, at));
        InetAddress instead = moved(original);
        if (instead == null) {
            unsentPackets++;
            return null;
        }
        byte[] changed = packet.clone();
        AddressField.put(changed, at, instead.getAddress());
        ParsedPacket parsed = ParsedPacket.parse(packet);
        if (isShared(original)) {
            remember(flow(parsed, instead), original);
            remember(
                    new FlowKey(0, new InetSocketAddress(parsed.source(), 0), new InetSocketAddress(instead, 0)),
                    original);
        }
        if (IcmpQuote.isError(parsed)) {
            // about a packet of the captured server's
            changeQuote(changed, AddressField.sourceAt(changed), instead.getAddress());
        }
        return changed;
    }

    /// A packet of the tunnel as the client is to see it.
    byte[] toClient(byte[] packet) {
        ParsedPacket parsed = ParsedPacket.parse(packet);
        FlowKey quoted = IcmpQuote.flow(parsed);
        FlowKey asSent = quoted == null
                ? new FlowKey(parsed.protocol(), parsed.destinationSocket(), parsed.sourceSocket())
                : quoted;
        InetAddress original = original(asSent);
        if (original == null) {
            return packet;
        }
        byte[] changed = packet.clone();
        if (quoted == null || parsed.source().equals(quoted.server().getAddress())) {
            AddressField.put(changed, AddressField.sourceAt(changed), original.getAddress());
        }
        if (quoted != null) {
            changeQuote(changed, AddressField.destinationAt(changed), original.getAddress());
        }
        return changed;
    }

    private @Nullable InetAddress moved(InetAddress original) {
        boolean isBroadcast = original instanceof Inet4Address && original.getAddress()[0] == -1;
        if (original.isMulticastAddress() || isBroadcast) {
            return null;
        }
        InetAddress known = moved.get(original);
        if (known != null) {
            return known;
        }
        for (ReplayServer.Network network : networks) {
            if (network.first().getClass() == original.getClass()) {
                InetAddress next = next(network);
                if (next != null) {
                    moved.put(original, next);
                    originals.put(next, original);
                }
                return next;
            }
        }
        return null;
    }

    /// The next free address of a network, or its only one. The first and the last of others are no host's.
    private @Nullable InetAddress next(ReplayServer.Network network) {
        byte[] raw = network.first().getAddress();
        int hostBits = raw.length * Byte.SIZE - network.prefixBits();
        if (hostBits == 0) {
            return network.first();
        }
        long used = moved.keySet().stream()
                .filter(address -> address.getClass() == network.first().getClass())
                .count();
        BigInteger size = BigInteger.ONE.shiftLeft(hostBits);
        boolean hasEnds = hostBits > 1;
        BigInteger host = BigInteger.valueOf(used + (hasEnds ? 1 : 0));
        if (host.compareTo(hasEnds ? size.subtract(BigInteger.ONE) : size) >= 0) {
            return null;
        }
        BigInteger network0 = new BigInteger(1, raw).shiftRight(hostBits).shiftLeft(hostBits);
        byte[] sum = network0.or(host).toByteArray();
        byte[] address = new byte[raw.length];
        int length = Math.min(sum.length, raw.length);
        System.arraycopy(sum, sum.length - length, address, raw.length - length, length);
        return address(address);
    }

    private boolean isShared(InetAddress original) {
        int bits = original.getAddress().length * Byte.SIZE;
        return networks.stream()
                .anyMatch(network -> network.first().getClass() == original.getClass() && network.prefixBits() == bits);
    }

    private @Nullable InetAddress original(FlowKey asSent) {
        InetAddress instead = asSent.server().getAddress();
        InetAddress known = originals.get(instead);
        if (known == null || !isShared(instead)) {
            return known;
        }
        InetAddress ofFlow = sharers.get(asSent);
        // fragments have no ports: the last that this client has sent to
        return ofFlow != null
                ? ofFlow
                : sharers.get(new FlowKey(
                        0, new InetSocketAddress(asSent.client().getAddress(), 0), new InetSocketAddress(instead, 0)));
    }

    private void remember(FlowKey flow, InetAddress original) {
        sharers.put(flow, original);
        if (sharers.size() > MAX_FLOWS) {
            sharers.pollFirstEntry();
        }
    }

    private static FlowKey flow(ParsedPacket packet, InetAddress instead) {
        return new FlowKey(
                packet.protocol(), packet.sourceSocket(), new InetSocketAddress(instead, packet.destinationPort()));
    }

    /// Changes an address of the packet that an ICMP error quotes.
    ///
    /// @param at where it lies in the quoted packet
    private static void changeQuote(byte[] error, int at, byte[] address) {
        ParsedPacket parsed = ParsedPacket.parse(error);
        byte[] quoted = parsed.payload();
        if (!AddressField.isIn(quoted) || AddressField.get(quoted, at).length != address.length) {
            return;
        }
        AddressField.put(quoted, at, address);
        System.arraycopy(quoted, 0, error, parsed.payloadOffset(), quoted.length);
        int icmp = IpHeaders.transportOffset(error);
        IpHeaders.setTransportChecksum(error, icmp, icmp + ICMP_CHECKSUM_AT, parsed.protocol());
    }

    private static InetAddress address(byte[] raw) {
        try {
            return InetAddress.getByAddress(Arrays.copyOf(raw, raw.length));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 and 16 bytes are always an address", e);
        }
    }
}
