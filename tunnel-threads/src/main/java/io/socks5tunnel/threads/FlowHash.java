// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.spi.InboundPacket;
import io.socks5tunnel.stack.FlowKey;
import java.nio.ByteBuffer;

/// Spreads flows over shards and over hash buckets: a seeded mix of addresses and ports, the same for every packet
/// of a flow in one direction.
///
/// Of a packet it reads no more than is needed to keep flows together. It checks nothing: what is malformed goes to
/// some shard, whose stack drops and counts it.
final class FlowHash {
    private static final int IPV4_HEADER_BYTES = 20;
    private static final int IPV6_HEADER_BYTES = 40;
    private static final int IPV4_FRAGMENT_BITS = 0x3fff;
    private static final int TCP = 6;
    private static final int UDP = 17;

    private FlowHash() {}

    /// The hash of a flow's key.
    static int of(FlowKey key, int seed) {
        long hash = mix(seed, key.clientHigh());
        hash = mix(hash, key.clientLow());
        hash = mix(hash, key.destinationHigh());
        hash = mix(hash, key.destinationLow());
        return fold(mix(hash, (long) key.clientPort() << 16 | key.destinationPort()));
    }

    /// The hash of a client's address and port.
    static int of(long high, long low, int port, int seed) {
        return fold(mix(mix(mix(seed, high), low), port));
    }

    /// The hash of a packet's addresses, and of its ports where every packet of the flow shows them: fragments do
    /// not, so they go by address.
    static int of(InboundPacket packet, int seed) {
        ByteBuffer bytes = packet.bytes();
        int at = packet.offset();
        int length = packet.length();
        if (length < IPV4_HEADER_BYTES) {
            return 0;
        }
        return switch (bytes.get(at) >>> 4) {
            case 4 -> ofIpv4(bytes, at, length, seed);
            case 6 -> ofIpv6(bytes, at, length, seed);
            default -> 0;
        };
    }

    private static int ofIpv4(ByteBuffer bytes, int at, int length, int seed) {
        long hash = mix(seed, bytes.getLong(at + 12));
        int ports = (bytes.get(at) & 0xf) * 4;
        boolean isFragment = (bytes.getShort(at + 6) & IPV4_FRAGMENT_BITS) != 0;
        if (!isFragment && hasPorts(bytes.get(at + 9)) && ports + 4 <= length) {
            hash = mix(hash, bytes.getInt(at + ports));
        }
        return fold(hash);
    }

    private static int ofIpv6(ByteBuffer bytes, int at, int length, int seed) {
        if (length < IPV6_HEADER_BYTES) {
            return 0;
        }
        long hash = mix(seed, bytes.getLong(at + 8));
        hash = mix(hash, bytes.getLong(at + 16));
        hash = mix(hash, bytes.getLong(at + 24));
        hash = mix(hash, bytes.getLong(at + 32));
        if (hasPorts(bytes.get(at + 6)) && IPV6_HEADER_BYTES + 4 <= length) {
            hash = mix(hash, bytes.getInt(at + IPV6_HEADER_BYTES));
        }
        return fold(hash);
    }

    private static boolean hasPorts(byte protocol) {
        return protocol == TCP || protocol == UDP;
    }

    /// One round of the SplitMix64 finalizer over what was mixed so far.
    private static long mix(long hash, long value) {
        long mixed = (hash ^ value) * 0x9e37_79b9_7f4a_7c15L;
        mixed = (mixed ^ mixed >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        return mixed ^ mixed >>> 27;
    }

    private static int fold(long hash) {
        return (int) (hash ^ hash >>> 32);
    }
}
