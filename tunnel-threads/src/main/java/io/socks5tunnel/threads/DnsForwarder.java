// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.spi.Reactor;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.stack.ClientSource;
import io.socks5tunnel.threads.ShardCounters.Count;
import io.socks5tunnel.threads.dns.DnsFrames;
import io.socks5tunnel.threads.dns.DnsHeader;
import io.socks5tunnel.threads.dns.DnsQuery;
import io.socks5tunnel.threads.dns.DnsRedirect;
import io.socks5tunnel.threads.dns.DnsReplies;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Carries queries that came by UDP to the resolver over TCP, all of a shard's on one connection: a query costs one
/// round trip, and the SOCKS server needs no UDP. Ids are changed on the way, since clients may choose the same.
///
/// What was not answered when the resolver ends the connection is asked once more on a fresh one, and else answered
/// with SERVFAIL. Confined to one shard.
final class DnsForwarder implements DnsFrames.Receiver {
    /// Queries under way at a time.
    static final int MAX_QUERIES = 1024;

    /// How long an answer is waited for; clients have asked again by then.
    static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(5);

    /// How long a connection is kept without a query.
    static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final int ID_MASK = 0xffff;
    private static final Logger LOGGER = System.getLogger(DnsForwarder.class.getName());

    private final Dialer dialer;
    private final SocksTarget resolver;
    private final ClientDatagrams clients;
    private final ShardCounters counters;
    private final Slab momentary;
    private final long connectNanos;
    private final DnsQuery query = new DnsQuery();

    /// By the id on this side, the one asked first comes first.
    private final Map<Integer, ForwardedQuery> pending = new LinkedHashMap<>();

    private @Nullable ResolverConnection connection;
    private int nextId;
    private long nowNanos;

    /// @param momentary for answers, during one call; stays with the caller
    /// @param connectTimeoutMillis for the way to the resolver
    DnsForwarder(
            Dialer dialer,
            DnsRedirect redirect,
            ClientDatagrams clients,
            ShardCounters counters,
            Slab momentary,
            int connectTimeoutMillis) {
        this.dialer = dialer;
        this.clients = clients;
        this.counters = counters;
        this.momentary = momentary;
        resolver = new SocksTarget.Literal(redirect.resolver());
        connectNanos = TimeUnit.MILLISECONDS.toNanos(connectTimeoutMillis);
        byte[] id = new byte[Short.BYTES];
        dialer.reactor().fillWithEntropy(id);
        nextId = ByteBuffer.wrap(id).getShort() & ID_MASK;
    }

    /// Forwards a query.
    ///
    /// @param askedHigh upper half of the address that the client has asked
    /// @param message holds the query at `[at, at + length)`
    void ask(ClientSource client, long askedHigh, long askedLow, ByteBuffer message, int at, int length, long now) {
        nowNanos = now;
        if (query.read(message, at, length) == DnsQuery.Form.NO_QUERY) {
            counters.drop(DropReason.DNS_MALFORMED, 1);
            return;
        }
        if (pending.size() == MAX_QUERIES) {
            counters.drop(DropReason.UDP_QUEUE_FULL, 1);
            return;
        }
        int id = freeId();
        byte[] frame = new byte[DnsFrames.LENGTH_BYTES + length];
        message.get(at, frame, DnsFrames.LENGTH_BYTES, length);
        ByteBuffer.wrap(frame).putShort((short) length).putShort((short) id);
        var forwarded =
                new ForwardedQuery(client, askedHigh, askedLow, query.id(), query.udpPayloadBytes(), frame, now);
        pending.put(id, forwarded);
        counters.add(Count.DNS_FORWARDED, 1);
        present().send(frame);
    }

    /// Sends, receives, and gives up what has taken too long.
    void run(long cycleNanos) {
        nowNanos = cycleNanos;
        ResolverConnection present = connection;
        if (present != null && present.isAwake()) {
            runOrReplace(present);
        }
        expire();
    }

    /// When [#run] must be called at the latest.
    long nextDeadlineNanos() {
        ResolverConnection present = connection;
        if (present == null) {
            return Reactor.NO_DEADLINE;
        }
        if (present.isAwake()) {
            return nowNanos;
        }
        if (pending.isEmpty()) {
            return present.lastHeardNanos() + IDLE_NANOS;
        }
        long answer = oldest().askedNanos() + ANSWER_NANOS;
        return present.isEstablished() ? answer : Math.min(answer, present.openedNanos() + connectNanos);
    }

    /// Forgets all queries.
    void endAll() {
        pending.clear();
        closeConnection();
    }

    @Override
    public void onMessage(ByteBuffer message, int at, int length) {
        boolean isReply = length >= DnsHeader.BYTES && DnsHeader.isResponse(message, at);
        ForwardedQuery answered = isReply ? pending.remove(DnsHeader.id(message, at)) : null;
        if (answered == null) {
            counters.drop(DropReason.UDP_REPLY_MALFORMED, 1);
            return;
        }
        int limitBytes = answered.limitBytes();
        reply(answered, message, at, length > limitBytes ? DnsReplies.truncate(message, at, length) : length);
    }

    private void reply(ForwardedQuery answered, ByteBuffer message, int at, int length) {
        DnsHeader.id(message, at, answered.clientId());
        momentary.bytes().put(0, message, at, length);
        clients.sendDatagram(
                answered.client(),
                answered.askedHigh(),
                answered.askedLow(),
                DnsRedirect.DNS_PORT,
                momentary,
                0,
                length);
    }

    private ResolverConnection present() {
        ResolverConnection present = connection;
        if (present == null) {
            present = new ResolverConnection(dialer, resolver, this, nowNanos);
            connection = present;
        }
        return present;
    }

    private void runOrReplace(ResolverConnection present) {
        try {
            present.run(nowNanos);
        } catch (IOException e) {
            LOGGER.log(Level.INFO, "dns: the connection to the resolver ended: " + e.getMessage());
            boolean wasEstablished = present.isEstablished();
            closeConnection();
            repeatOrFail(wasEstablished);
        }
    }

    /// A resolver may end a connection at any time, also while a query is on its way to it. One that was never
    /// there will not be there at once.
    private void repeatOrFail(boolean mayRepeat) {
        List<ForwardedQuery> failed = new ArrayList<>();
        Iterator<ForwardedQuery> all = pending.values().iterator();
        while (all.hasNext()) {
            ForwardedQuery unanswered = all.next();
            if (mayRepeat && unanswered.mayRepeat()) {
                present().send(unanswered.frame());
            } else {
                all.remove();
                failed.add(unanswered);
            }
        }
        failed.forEach(this::fail);
    }

    private void fail(ForwardedQuery unanswered) {
        ByteBuffer message = ByteBuffer.wrap(unanswered.frame());
        int length = unanswered.frame().length - DnsFrames.LENGTH_BYTES;
        reply(unanswered, message, DnsFrames.LENGTH_BYTES, DnsReplies.fail(message, DnsFrames.LENGTH_BYTES, length));
    }

    private void expire() {
        ResolverConnection present = connection;
        if (present == null) {
            return;
        }
        if (!present.isEstablished() && nowNanos - present.openedNanos() >= connectNanos) {
            closeConnection();
            repeatOrFail(false);
            return;
        }
        while (!pending.isEmpty() && nowNanos - oldest().askedNanos() >= ANSWER_NANOS) {
            ForwardedQuery lost = oldest();
            pending.values().remove(lost);
            if (present.lastHeardNanos() - lost.askedNanos() < 0 && present.isEstablished()) {
                // nothing has come since it was asked, so nothing may ever come on this connection
                closeConnection();
                repeatOrFail(true);
                return;
            }
        }
        if (pending.isEmpty() && nowNanos - present.lastHeardNanos() >= IDLE_NANOS) {
            closeConnection();
        }
    }

    private ForwardedQuery oldest() {
        return pending.values().iterator().next();
    }

    private int freeId() {
        do {
            nextId = nextId + 1 & ID_MASK;
        } while (pending.containsKey(nextId));
        return nextId;
    }

    private void closeConnection() {
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }
}
