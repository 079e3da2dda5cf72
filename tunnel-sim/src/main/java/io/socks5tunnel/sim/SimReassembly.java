// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Puts the fragments that reach a [SimHost] together (RFC 791 §3.2, RFC 8200 §4.5). Exact duplicates are ignored;
/// fragments that overlap otherwise, or leave a hole of an odd size, spoil their packet. Confined to one thread.
final class SimReassembly {
    /// As in Linux.
    private static final long PATIENCE_NANOS = 30_000_000_000L;

    private record Key(InetAddress source, InetAddress destination, int protocol, int identification) {}

    private final VirtualClock clock;
    private final Map<Key, Parts> packets = new HashMap<>();
    private long spoilt;
    private long timedOut;

    SimReassembly(VirtualClock clock) {
        this.clock = clock;
    }

    /// Adds a fragment.
    ///
    /// @return the whole packet if it was the last that was missing
    @Nullable
    SimPacket add(ParsedPacket fragment) {
        Key key = new Key(fragment.source(), fragment.destination(), fragment.protocol(), fragment.identification());
        Parts parts = packets.get(key);
        if (parts == null) {
            parts = new Parts();
            packets.put(key, parts);
            Parts added = parts;
            clock.after(PATIENCE_NANOS, () -> timedOut += packets.remove(key, added) ? 1 : 0);
        }
        if (!parts.tryAdd(fragment)) {
            packets.remove(key);
            spoilt++;
            return null;
        }
        byte[] data = parts.whole();
        if (data == null) {
            return null;
        }
        packets.remove(key);
        byte[] packet = PacketBuilder.between(
                        new InetSocketAddress(key.source, 0), new InetSocketAddress(key.destination, 0))
                .ttl(fragment.ttl())
                .wrap(key.protocol, data);
        return SimPacket.of(packet);
    }

    /// Packets given up because their fragments contradicted each other.
    long spoilt() {
        return spoilt;
    }

    /// Packets given up because a fragment did not come in time.
    long timedOut() {
        return timedOut;
    }

    /// Packets that wait for fragments.
    int pending() {
        return packets.size();
    }

    /// The fragments of one packet, ordered by where they belong.
    private static final class Parts {
        private final List<ParsedPacket> parts = new ArrayList<>();

        boolean tryAdd(ParsedPacket fragment) {
            int start = fragment.fragmentOffset();
            int end = start + fragment.payloadLength();
            int at = 0;
            for (ParsedPacket part : parts) {
                int partEnd = part.fragmentOffset() + part.payloadLength();
                if (part.fragmentOffset() == start && partEnd == end) {
                    return true;
                }
                if (part.fragmentOffset() < end && start < partEnd) {
                    return false;
                }
                at += part.fragmentOffset() < start ? 1 : 0;
            }
            parts.add(at, fragment);
            return !fragment.hasMoreFragments() || fragment.payloadLength() % 8 == 0;
        }

        byte @Nullable [] whole() {
            int end = 0;
            for (ParsedPacket part : parts) {
                if (part.fragmentOffset() != end) {
                    return null;
                }
                end += part.payloadLength();
            }
            if (parts.getLast().hasMoreFragments()) {
                return null;
            }
            byte[] data = new byte[end];
            for (ParsedPacket part : parts) {
                System.arraycopy(part.payload(), 0, data, part.fragmentOffset(), part.payloadLength());
            }
            return data;
        }
    }
}
