// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import io.socks5tunnel.api.DnsStatistics;
import io.socks5tunnel.sim.ParsedPacket;
import io.socks5tunnel.sim.SimPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What can be known of mapdns' table from outside, and what of it must hold (invariant N1): a name keeps its
/// address, and an address its name, until so many other names were used since that it may have been forgotten.
///
/// Nobody outside knows in which order queries in the middle of TCP connections were answered. So all that is ever
/// concluded is that a name was forgotten between two moments, which takes as many other names as there are places.
/// Confined to one thread.
final class NameAudit {
    private static final int HOST_MASK = 0xffff;

    private record Query(InetSocketAddress client, int id) {}

    private record Use(String name, long usedNanos, long seenNanos) {}

    private final Trace trace;
    private final int capacity;
    /// When a query was seen first.
    private final Map<Query, Long> asked = new HashMap<>();

    /// By place: the name that was given its address last, when it was certainly in use, and when that was seen.
    private final Map<Integer, Use> names = new HashMap<>();

    private final Map<String, Integer> places = new HashMap<>();
    private final Map<Integer, Set<String>> everAt = new HashMap<>();
    private final Map<String, Long> touched = new HashMap<>();
    /// Names in queries over TCP that nobody has seen an answer to.
    private final Map<String, Integer> pending = new HashMap<>();

    private int evictions;
    private long queries;
    private long replies;

    NameAudit(Trace trace, int capacity) {
        this.trace = trace;
        this.capacity = capacity;
    }

    /// The device has taken a packet.
    void onInjected(SimPacket packet) {
        ParsedPacket parsed = ParsedPacket.parse(packet);
        if (capacity == 0 || !parsed.faults().isEmpty()) {
            return;
        }
        if (isMapped(parsed.destination())) {
            touchPlace(place(parsed.destination()));
        } else if (parsed.isUdp() && isServer(parsed.destinationSocket())) {
            queries++;
            NameMessage query = NameMessage.parse(parsed.payload());
            if (query != null) {
                asked.putIfAbsent(new Query(parsed.sourceSocket(), query.id()), now());
                touchQuestion(query);
            }
        }
    }

    /// The tunnel wants to write a packet.
    void onEmitted(SimPacket packet) {
        ParsedPacket parsed = ParsedPacket.parse(packet);
        if (capacity == 0 || !parsed.isUdp() || !isServer(parsed.sourceSocket())) {
            return;
        }
        replies++;
        NameMessage reply = NameMessage.parse(parsed.payload());
        Long askedNanos = reply == null ? null : asked.get(new Query(parsed.destinationSocket(), reply.id()));
        trace.require(
                reply != null && reply.isReply() && askedNanos != null,
                Invariant.N1,
                "an answer to " + parsed.destinationSocket() + " that is none to its query: " + reply);
        if (reply != null && askedNanos != null && reply.address() != null) {
            given(reply.name(), reply.address(), askedNanos, true);
        }
    }

    /// A query is on its way over TCP.
    void onStreamQuery(NameMessage query) {
        pending.merge(nameOf(query), 1, Integer::sum);
    }

    /// It was answered.
    void onStreamReply(NameMessage query, NameMessage reply, long askedNanos) {
        pending.merge(nameOf(query), -1, Integer::sum);
        touchQuestion(query);
        if (reply.address() != null) {
            given(reply.name(), reply.address(), askedNanos, false);
        }
    }

    /// The SOCKS server was asked for a name, or an address, by who was given an address for `name`.
    ///
    /// @param seen what it was asked for, null for a literal address
    /// @param askedNanos when the client asked for the name
    void checkSeen(String name, @Nullable String seen, long askedNanos) {
        boolean isKnown = seen != null && (touched.containsKey(seen) || pending.containsKey(seen));
        boolean isRight = name.equals(seen) || isKnown && mayBeGone(name, askedNanos);
        trace.require(
                isRight,
                Invariant.N1,
                "the SOCKS server was asked for " + seen + ", by a client that was given its address for " + name);
    }

    /// The name of an address was asked for, by who was given that address for `name`.
    void checkPointer(String name, @Nullable String found, long askedNanos) {
        trace.require(
                name.equals(found) || found != null && mayBeGone(name, askedNanos),
                Invariant.N1,
                "the address of " + name + " is said to be that of " + found);
    }

    /// Names whose address was seen to be given to another.
    int evictions() {
        return evictions;
    }

    /// What must hold when nothing is on its way any more.
    ///
    /// @param dropped datagrams that were counted as dropped
    void checkAllAnswered(long dropped) {
        trace.require(
                replies <= queries && queries <= replies + dropped,
                Invariant.N1,
                queries + " queries came, " + replies + " were answered, " + dropped + " datagrams dropped");
    }

    /// What the tunnel has counted must be what was seen of it, or more: nobody sees what was lost on a wire.
    void checkCounters(DnsStatistics counted) {
        trace.require(
                counted.answered() >= replies
                        && counted.namesForgotten() >= evictions
                        && counted.namesMapped() - counted.namesForgotten() <= capacity
                        && counted.malformed() == 0,
                Invariant.N1,
                replies + " answers and " + evictions + " lost names were seen, " + counted + " was counted");
    }

    private void given(String asWritten, InetAddress address, long askedNanos, boolean isJustNow) {
        String name = asWritten.toLowerCase(Locale.ROOT);
        trace.require(
                isMapped(address), Invariant.N1, name + " was given " + address.getHostAddress() + " outside of all");
        int place = place(address);
        Use there = names.get(place);
        boolean isNew = there == null || !there.name.equals(name);
        Integer before = places.get(name);
        Use elsewhere = before == null || before == place ? null : names.get(before);
        boolean isLate = !isJustNow && (isSince(there, askedNanos) || isSince(elsewhere, askedNanos));
        if (isLate) {
            return;
        }
        if (there != null && isNew) {
            evictions++;
            trace.require(
                    mayBeGone(there.name, there.usedNanos),
                    Invariant.N1,
                    address.getHostAddress() + " was given for " + name + ", and " + there.name + " still has it");
        }
        if (elsewhere != null && elsewhere.name.equals(name)) {
            trace.require(
                    mayBeGone(name, elsewhere.usedNanos),
                    Invariant.N1,
                    name + " was given " + address.getHostAddress() + ", and still has another address");
            names.remove(before);
        }
        long usedNanos = there == null || isNew ? askedNanos : Math.max(there.usedNanos, askedNanos);
        names.put(place, new Use(name, usedNanos, now()));
        places.put(name, place);
        everAt.computeIfAbsent(place, absent -> new HashSet<>()).add(name);
    }

    private static boolean isSince(@Nullable Use use, long nanos) {
        return use != null && use.seenNanos >= nanos;
    }

    /// Whether a name that was in use at a time may have been forgotten since.
    private boolean mayBeGone(String name, long sinceNanos) {
        Set<String> others = new HashSet<>();
        touched.forEach((other, nanos) -> {
            if (nanos >= sinceNanos) {
                others.add(other);
            }
        });
        pending.forEach((other, count) -> {
            if (count > 0) {
                others.add(other);
            }
        });
        others.remove(name);
        return others.size() >= capacity;
    }

    private void touchQuestion(NameMessage query) {
        if (query.type() == NameMessage.PTR) {
            everAt.keySet().forEach(place -> {
                if (query.name().equalsIgnoreCase(reverseName(place, true))
                        || query.name().equalsIgnoreCase(reverseName(place, false))) {
                    touchPlace(place);
                }
            });
        } else if (query.type() != NameMessage.HTTPS) {
            touched.put(nameOf(query), now());
        }
    }

    private void touchPlace(int place) {
        for (String name : everAt.getOrDefault(place, Set.of())) {
            touched.put(name, now());
        }
    }

    private long now() {
        return trace.sinceStartNanos();
    }

    private static String nameOf(NameMessage query) {
        return query.name().toLowerCase(Locale.ROOT);
    }

    static boolean isServer(InetSocketAddress socket) {
        return socket.equals(NamesPlan.SERVER) || socket.equals(NamesPlan.SERVER_6);
    }

    /// Whether an address lies where names are mapped to.
    static boolean isMapped(InetAddress address) {
        byte[] raw = address.getAddress();
        byte[] network = InetAddress.ofLiteral(raw.length == 4 ? NamesPlan.NETWORK : NamesPlan.NETWORK_6)
                .getAddress();
        for (int i = 0; i < raw.length - Short.BYTES; i++) {
            if (raw[i] != network[i]) {
                return false;
            }
        }
        return true;
    }

    /// The part of a mapped address that both families share.
    private static int place(InetAddress address) {
        byte[] raw = address.getAddress();
        return ByteBuffer.wrap(raw).getShort(raw.length - Short.BYTES) & HOST_MASK;
    }

    /// Under which name the name of an address is asked for (RFC 1035 §3.5, RFC 3596 §2.5).
    static String reverseName(InetAddress address) {
        byte[] raw = address.getAddress();
        StringBuilder text = new StringBuilder();
        for (int i = raw.length - 1; i >= 0; i--) {
            int octet = Byte.toUnsignedInt(raw[i]);
            if (raw.length == 4) {
                text.append(octet).append('.');
            } else {
                text.append(Integer.toHexString(octet & 0xf)).append('.');
                text.append(Integer.toHexString(octet >>> 4)).append('.');
            }
        }
        return text.append(raw.length == 4 ? "in-addr.arpa" : "ip6.arpa").toString();
    }

    private static String reverseName(int place, boolean isIpv4) {
        byte[] raw = InetAddress.ofLiteral(isIpv4 ? NamesPlan.NETWORK : NamesPlan.NETWORK_6)
                .getAddress();
        ByteBuffer.wrap(raw).putShort(raw.length - Short.BYTES, (short) place);
        try {
            return reverseName(InetAddress.getByAddress(raw));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 and 16 bytes are always an address", e);
        }
    }
}
