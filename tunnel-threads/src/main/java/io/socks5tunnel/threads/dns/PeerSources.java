// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.dns;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Whom one client socket talks to by UDP, so that every reply shows the source that the client has sent to: the
/// mapped address where a name was sent upstream, the address that was asked where a query was redirected, and else
/// what the SOCKS server says.
///
/// The server reports the address that it found for a name, but not for which. So the first reply from an address
/// that the client has not named itself, to a port at which a name is waiting for its first reply, makes that
/// address the name's; the name that has waited longest comes first. Replies from other ports are strangers', which
/// anybody may be
/// (RFC 4787 §5), and keep their source. Confined to one shard.
public final class PeerSources {
    /// Destinations that are remembered. Beyond that the one used least recently is forgotten.
    static final int MAX_PEERS = 256;

    /// Redirected queries whose answers may still come.
    static final int MAX_ASKED = 64;

    private final List<Peer> peers = new ArrayList<>(1);

    /// Redirected queries, the last one last.
    private final ArrayDeque<Asked> asked = new ArrayDeque<>(1);

    private long sendings;
    private long high;
    private long low;
    private int port;

    /// Knows nobody yet.
    public PeerSources() {}

    /// Notes a datagram to an address.
    ///
    /// @param name what the server is told instead, or null
    public void sent(long toHigh, long toLow, int toPort, @Nullable String name) {
        Peer peer = find(toHigh, toLow, toPort);
        if (peer == null) {
            if (peers.size() == MAX_PEERS) {
                peers.remove(leastRecent());
            }
            peer = new Peer(toHigh, toLow, toPort);
            peers.add(peer);
        }
        if (name != null && !name.equals(peer.name)) {
            // the address belongs to another name than before, so what was learnt is void
            forget(name, toPort);
            peer.name = name;
            peer.isBound = false;
        }
        peer.lastSending = ++sendings;
    }

    /// Notes a query that was redirected.
    ///
    /// @param id of the query, 0 to 65535
    public void asked(int id, long toHigh, long toLow) {
        if (asked.size() == MAX_ASKED) {
            asked.removeFirst();
        }
        asked.addLast(new Asked(id, toHigh, toLow));
    }

    /// Finds the source of a reply that the server reports with an address.
    public void replied(long fromHigh, long fromLow, int fromPort) {
        show(fromHigh, fromLow, fromPort);
        Peer named = nameOf(fromHigh, fromLow, fromPort);
        if (named != null) {
            show(named.high, named.low, fromPort);
        }
    }

    /// Finds the source of a reply that the server reports with a name.
    ///
    /// @return false if the client has sent nothing to that name
    public boolean replied(String name, int fromPort) {
        String lower = name.toLowerCase(Locale.ROOT);
        Peer found = null;
        for (int i = 0; i < peers.size(); i++) {
            Peer peer = peers.get(i);
            boolean isCloser = found == null || peer.port == fromPort;
            if (lower.equals(peer.name) && isCloser) {
                found = peer;
            }
        }
        if (found == null) {
            return false;
        }
        show(found.high, found.low, fromPort);
        return true;
    }

    /// Finds the source of an answer of the resolver.
    ///
    /// @param id of the answer, 0 to 65535
    /// @return false if no redirected query had this id
    public boolean answered(int id) {
        Iterator<Asked> latestFirst = asked.descendingIterator();
        while (latestFirst.hasNext()) {
            Asked query = latestFirst.next();
            if (query.id() == id) {
                show(query.high(), query.low(), DnsRedirect.DNS_PORT);
                return true;
            }
        }
        return false;
    }

    /// Upper half of the address that was found last.
    public long high() {
        return high;
    }

    /// Lower half of it.
    public long low() {
        return low;
    }

    /// Its port.
    public int port() {
        return port;
    }

    /// The name behind an address, or null if the address stands for itself.
    private @Nullable Peer nameOf(long fromHigh, long fromLow, int fromPort) {
        Peer bound = null;
        Peer waiting = null;
        Peer latest = null;
        for (int i = 0; i < peers.size(); i++) {
            Peer peer = peers.get(i);
            if (peer.port != fromPort) {
                continue;
            }
            if (peer.name == null) {
                if (peer.is(fromHigh, fromLow)) {
                    return null;
                }
            } else if (peer.isBoundTo(fromHigh, fromLow)) {
                bound = peer;
            } else if (!peer.isBound) {
                waiting = waiting == null ? peer : waiting;
            } else if (latest == null || peer.lastSending > latest.lastSending) {
                latest = peer;
            }
        }
        if (bound != null) {
            return bound;
        }
        if (waiting != null) {
            waiting.bind(fromHigh, fromLow);
            return waiting;
        }
        // a name may have several addresses, and servers look it up as often as they like
        return latest;
    }

    /// A name that was given another address has none but that.
    private void forget(String name, int atPort) {
        for (int i = 0; i < peers.size(); i++) {
            Peer peer = peers.get(i);
            if (peer.port == atPort && name.equals(peer.name)) {
                peer.name = null;
                peer.isBound = false;
            }
        }
    }

    private @Nullable Peer find(long toHigh, long toLow, int toPort) {
        for (int i = peers.size() - 1; i >= 0; i--) {
            Peer peer = peers.get(i);
            if (peer.port == toPort && peer.is(toHigh, toLow)) {
                return peer;
            }
        }
        return null;
    }

    private Peer leastRecent() {
        Peer oldest = peers.getFirst();
        for (int i = 1; i < peers.size(); i++) {
            if (peers.get(i).lastSending < oldest.lastSending) {
                oldest = peers.get(i);
            }
        }
        return oldest;
    }

    private void show(long newHigh, long newLow, int newPort) {
        high = newHigh;
        low = newLow;
        port = newPort;
    }

    /// A query, and whom the client has asked.
    private record Asked(int id, long high, long low) {}

    /// One destination, in the order of the first datagram to it.
    private static final class Peer {
        private final long high;
        private final long low;
        private final int port;
        private @Nullable String name;
        private boolean isBound;
        private long boundHigh;
        private long boundLow;
        private long lastSending;

        Peer(long high, long low, int port) {
            this.high = high;
            this.low = low;
            this.port = port;
        }

        boolean is(long otherHigh, long otherLow) {
            return low == otherLow && high == otherHigh;
        }

        boolean isBoundTo(long otherHigh, long otherLow) {
            return isBound && boundLow == otherLow && boundHigh == otherHigh;
        }

        void bind(long toHigh, long toLow) {
            isBound = true;
            boundHigh = toHigh;
            boundLow = toLow;
        }
    }
}
