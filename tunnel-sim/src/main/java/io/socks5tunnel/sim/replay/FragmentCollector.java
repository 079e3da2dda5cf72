// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import io.socks5tunnel.sim.IpProtocol;
import io.socks5tunnel.sim.ParsedPacket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Puts the fragments of a capture together, so that the replay knows to which flow they belong and can translate
/// them. It takes only what cannot be misunderstood; all else comes out again as the fragments it came in as, for
/// the stack to judge.
final class FragmentCollector {
    private static final int MAX_SETS = 256;
    private static final int MAX_FRAGMENTS = 128;
    private static final long MAX_AGE_NANOS = 30_000_000_000L;
    private static final int IPV6_HEADER_BYTES = 40;
    private static final int FRAGMENT_HEADER_BYTES = 8;

    private record Key(InetAddress source, InetAddress destination, int protocol, int identification) {}

    private final Map<Key, List<ReplayPacket>> sets = new LinkedHashMap<>();

    /// Takes a packet.
    ///
    /// @return what can be played now, in order: the packet itself if it is no fragment, the whole one if this was
    ///     the last part, fragments that are given up
    List<ReplayPacket> add(ReplayPacket packet) {
        List<ReplayPacket> ready = giveUp(packet.atNanos());
        if (!isCollectable(packet)) {
            ready.add(packet);
            return ready;
        }
        ParsedPacket parsed = packet.parsed();
        Key key = new Key(parsed.source(), parsed.destination(), parsed.protocol(), parsed.identification());
        List<ReplayPacket> set = sets.computeIfAbsent(key, _ -> new ArrayList<>());
        set.add(packet);
        if (overlaps(set) || set.size() > MAX_FRAGMENTS) {
            sets.remove(key);
            ready.addAll(set);
        } else if (isComplete(set)) {
            sets.remove(key);
            ready.add(join(set, packet));
        }
        return ready;
    }

    /// What never became whole, at the end of the capture.
    List<ReplayPacket> rest() {
        List<ReplayPacket> rest = new ArrayList<>();
        sets.values().forEach(rest::addAll);
        sets.clear();
        return rest;
    }

    private List<ReplayPacket> giveUp(long nowNanos) {
        List<ReplayPacket> given = new ArrayList<>();
        Iterator<List<ReplayPacket>> oldest = sets.values().iterator();
        while (oldest.hasNext()) {
            List<ReplayPacket> set = oldest.next();
            if (sets.size() <= MAX_SETS && nowNanos - set.getFirst().atNanos() < MAX_AGE_NANOS) {
                return given;
            }
            given.addAll(set);
            oldest.remove();
        }
        return given;
    }

    /// A fragment of a packet without options or further extension headers, whose length is as it must be.
    private static boolean isCollectable(ReplayPacket packet) {
        ParsedPacket parsed = packet.parsed();
        boolean isPlain = parsed.version() == 4
                ? packet.transportOffset() == 20
                : packet.transportOffset() == IPV6_HEADER_BYTES + FRAGMENT_HEADER_BYTES
                        && packet.bytes()[6] == IpProtocol.IPV6_FRAGMENT;
        boolean hasLength =
                parsed.payloadLength() > 0 && (!parsed.hasMoreFragments() || parsed.payloadLength() % 8 == 0);
        return parsed.isFragment() && isPlain && hasLength && packet.paddedBytes() == 0;
    }

    private static boolean overlaps(List<ReplayPacket> set) {
        ParsedPacket last = set.getLast().parsed();
        int end = last.fragmentOffset() + last.payloadLength();
        for (ReplayPacket other : set.subList(0, set.size() - 1)) {
            int otherOffset = other.parsed().fragmentOffset();
            if (otherOffset < end
                    && last.fragmentOffset() < otherOffset + other.parsed().payloadLength()) {
                return true;
            }
        }
        return false;
    }

    private static boolean isComplete(List<ReplayPacket> set) {
        int total = -1;
        int sum = 0;
        for (ReplayPacket part : set) {
            sum += part.parsed().payloadLength();
            if (!part.parsed().hasMoreFragments()) {
                total = part.parsed().fragmentOffset() + part.parsed().payloadLength();
            }
        }
        return sum == total;
    }

    private static ReplayPacket join(List<ReplayPacket> set, ReplayPacket last) {
        ReplayPacket first = set.getFirst();
        int headerLength = first.parsed().version() == 4 ? first.transportOffset() : IPV6_HEADER_BYTES;
        int length = 0;
        for (ReplayPacket part : set) {
            length += part.parsed().payloadLength();
            first = part.parsed().fragmentOffset() == 0 ? part : first;
        }
        byte[] whole = Arrays.copyOf(Arrays.copyOf(first.bytes(), headerLength), headerLength + length);
        for (ReplayPacket part : set) {
            int from = part.transportOffset();
            int to = headerLength + part.parsed().fragmentOffset();
            System.arraycopy(part.bytes(), from, whole, to, part.parsed().payloadLength());
        }
        if (first.parsed().version() == 4) {
            ByteBuffer.wrap(whole).putShort(6, (short) 0);
        } else {
            whole[6] = (byte) first.parsed().protocol();
        }
        IpHeaders.setLength(whole);
        List<byte[]> parts = set.stream().map(ReplayPacket::bytes).toList();
        return ReplayPacket.joined(last.number(), last.atNanos(), whole, parts);
    }
}
