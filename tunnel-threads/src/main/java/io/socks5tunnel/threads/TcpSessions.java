// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.LimitSettings;
import io.socks5tunnel.api.TunSettings;
import io.socks5tunnel.api.TunSettings.TcpAccept;
import io.socks5tunnel.api.TunSettings.TcpRefusal;
import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.stack.Refusal;
import io.socks5tunnel.stack.TcpOpenRequest;
import io.socks5tunnel.threads.ShardCounters.Count;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;

/// All TCP sessions of a shard: who may open one, whose turn it is, and whose time is up. Confined to one shard.
final class TcpSessions implements Evictions.Candidates {
    /// What all sessions together move in a cycle before packets have their turn, bytes. Whoever is ready and was
    /// not reached comes first in the next cycle.
    private static final long CYCLE_BYTES = 4 << 20;

    /// How long a client surely has to acknowledge a SYN-ACK: as long as the first one takes to be resent.
    private static final long MIN_UNCONFIRMED_NANOS = 1_000_000_000;
    private static final int MIN_UNCONFIRMED_CYCLES = 32;

    private static final Logger LOGGER = System.getLogger(TcpSessions.class.getName());

    private final int shard;
    private final SharedState shared;
    private final Dialer dialer;
    private final ShardCounters counters;
    private final boolean isAcceptedAtOnce;
    private final boolean isRefusalExact;
    private final ActivityList<TcpSession> opening;

    /// Accepted, but not acknowledged by the client. The stack bounds how long that lasts: it resends the SYN-ACK a
    /// few times and then resets.
    private final ActivityList<TcpSession> unconfirmed = new ActivityList<>(0);
    private long cycles;

    private final ActivityList<TcpSession> established;
    private final ReadyList<TcpSession> ready = new ReadyList<>();

    /// Who found no free slab. Not a second ready list: a hungry session may become ready for other reasons, and
    /// what it sends then may be what frees a slab.
    private final ArrayDeque<TcpSession> hungry = new ArrayDeque<>();

    private final RelayScratch scratch = new RelayScratch();
    private final Evictions evictions;
    private final WarmStock<UpstreamDial> warm;
    private long nowNanos;

    TcpSessions(int shard, SharedState shared, Dialer dialer, ShardCounters counters) {
        this.shard = shard;
        this.shared = shared;
        this.dialer = dialer;
        this.counters = counters;
        TunSettings tunnel = shared.config().tunnel();
        isAcceptedAtOnce = tunnel.tcpAccept() == TcpAccept.IMMEDIATE;
        isRefusalExact = tunnel.tcpRefusal() == TcpRefusal.EXACT;
        LimitSettings limits = shared.config().limits();
        opening = new ActivityList<>(limits.connectTimeoutMillis());
        established = new ActivityList<>(limits.tcpIdleMillis());
        evictions = new Evictions(shard, shared.permits());
        evictions.add(this);
        warm = new WarmStock<>(
                limits.warmConnections(),
                limits.connectTimeoutMillis(),
                shared.limits(),
                (owner, _) -> new WarmDial(dialer.dialAhead(owner)),
                UpstreamDial::isAlive);
    }

    /// Begins a session, unless there are too many, another shard has begun it already, or it is a connection of
    /// this tunnel itself.
    ///
    /// @return false to ignore the SYN
    boolean open(TcpOpenRequest request) {
        FlowKey key = request.key();
        if (shared.ownConnections().contains(key)) {
            refuseLoop(request);
            return true;
        }
        if (!shared.limits().tryBegin(key)
                && !(evictUnconfirmed() && shared.limits().tryBegin(key))) {
            return false;
        }
        if (!shared.directory().claim(key, shard)) {
            shared.limits().endDial();
            shared.limits().end(key);
            return false;
        }
        TcpSession session = new TcpSession(this, request, dialer, warm.take(nowNanos));
        request.handler(session);
        opening.add(session, nowNanos);
        ready.add(session);
        log(session, "begins");
        return true;
    }

    /// Gives the sessions that are ready their turn, and ends those whose time is up.
    void run(long cycleNanos) {
        nowNanos = cycleNanos;
        cycles++;
        expire();
        evictions.settle();
        long end = movedBytes() + CYCLE_BYTES;
        for (int turns = ready.size(); turns > 0 && movedBytes() < end; turns--) {
            TcpSession session = ready.poll();
            if (session != null) {
                takeTurn(session);
            }
        }
        evictions.publishOldest();
        warm.run(nowNanos);
    }

    /// Sets the clock of what happens before [#run] in this cycle.
    void tick(long cycleNanos) {
        nowNanos = cycleNanos;
    }

    /// Whether some session could go on at once.
    boolean hasWork() {
        return !ready.isEmpty() || warm.hasWork();
    }

    /// When [#run] must be called at the latest.
    long nextDeadlineNanos() {
        long deadline = Math.min(opening.nextDeadlineNanos(), established.nextDeadlineNanos());
        deadline = Math.min(deadline, warm.nextDeadlineNanos());
        boolean mustRetry = evictions.isOwed() || !hungry.isEmpty();
        return mustRetry ? Math.min(deadline, nowNanos + Shard.RETRY_NANOS) : deadline;
    }

    /// Lets the sessions that found no free slab try again.
    void feedHungry() {
        TcpSession session = hungry.poll();
        while (session != null) {
            session.isHungry = false;
            ready.add(session);
            session = hungry.poll();
        }
    }

    /// Ends all sessions with resets.
    void endAll() {
        endAll(opening);
        endAll(unconfirmed);
        endAll(established);
        warm.endAll();
        evictions.publishOldest();
    }

    /// This shard's part in `max-session-count`, which is for sessions of all kinds.
    Evictions evictions() {
        return evictions;
    }

    @Override
    public long oldestActivityNanos() {
        TcpSession oldest = established.oldest();
        return oldest == null ? SessionPermits.NO_SESSION : oldest.place().lastActivityNanos;
    }

    @Override
    public void evictOldest() {
        TcpSession oldest = established.oldest();
        if (oldest != null) {
            oldest.evict();
        }
    }

    /// Sessions that the SOCKS server has not answered for.
    int openingCount() {
        return opening.size();
    }

    /// Sessions that it has, and whose client has not acknowledged that.
    int unconfirmedCount() {
        return unconfirmed.size();
    }

    /// Connections that wait for a session, or are being made.
    int warmCount() {
        return warm.size();
    }

    /// Forgets the slabs that the last writes and reads were about.
    void discardSpares() {
        scratch.clear();
    }

    /// Sessions that both ends have agreed to.
    int establishedCount() {
        return established.size();
    }

    /// What the SOCKS server is asked for: the resolver instead of a DNS server that is redirected, the name
    /// instead of an address that was given for it, else the address.
    SocksTarget target(FlowKey key) {
        if (shared.dnsRedirect().concerns(key.destinationHigh(), key.destinationLow(), key.destinationPort())) {
            return new SocksTarget.Literal(shared.dnsRedirect().resolver());
        }
        String name = shared.names().nameOf(key.destinationHigh(), key.destinationLow(), nowNanos);
        return name == null
                ? new SocksTarget.Literal(key.destination())
                : new SocksTarget.Name(name, key.destinationPort());
    }

    void wake(TcpSession session) {
        ready.add(session);
    }

    boolean isAcceptedAtOnce() {
        return isAcceptedAtOnce;
    }

    ShardCounters counters() {
        return counters;
    }

    Refusal refusal(DialFailure failure) {
        return isRefusalExact ? failure.refusal() : Refusal.RESET;
    }

    void connected(TcpSession session, long now) {
        opening.remove(session);
        shared.limits().endDial();
        unconfirmed.add(session, now);
        session.connectedCycle = cycles;
    }

    void confirmed(TcpSession session, long now) {
        unconfirmed.remove(session);
        shared.limits().end(session.key());
        established.add(session, now);
        counters.add(Count.TCP_OPENED, 1);
        counters.add(Count.TCP_OPEN, 1);
        shared.permits().acquire();
        evictions.settle();
    }

    void refused(TcpSession session, DialFailure failure) {
        abandoned(session);
        counters.add(Count.TCP_REFUSED, 1);
        if (LOGGER.isLoggable(Level.INFO)) {
            log(session, "is refused: " + failure.reason());
        }
    }

    void abandoned(TcpSession session) {
        opening.remove(session);
        shared.limits().endDial();
        shared.limits().end(session.key());
    }

    void abandonedUnconfirmed(TcpSession session) {
        unconfirmed.remove(session);
        shared.limits().end(session.key());
    }

    void touched(TcpSession session, long now) {
        established.touch(session, now);
    }

    void ended(TcpSession session) {
        evicted(session);
        shared.permits().release();
    }

    void evicted(TcpSession session) {
        established.remove(session);
        counters.add(Count.TCP_OPEN, -1);
    }

    void log(TcpSession session, String what) {
        if (LOGGER.isLoggable(Level.INFO)) {
            LOGGER.log(Level.INFO, "tcp " + session.key() + " " + what);
        }
    }

    /// Makes room for another half-open flow by ending the one that has waited longest for its client, if it waited
    /// so long that its SYN-ACK must have been lost, or its client never was (RFC 4987 §3.3). A shard that had no
    /// processor for a while has seen time go by, but none of the answers that wait in its queue: it must have read
    /// from there often enough as well.
    private boolean evictUnconfirmed() {
        TcpSession oldest = unconfirmed.oldest();
        if (oldest == null
                || nowNanos - oldest.place().lastActivityNanos < MIN_UNCONFIRMED_NANOS
                || cycles - oldest.connectedCycle < MIN_UNCONFIRMED_CYCLES) {
            return false;
        }
        log(oldest, "ends: its client has not answered, and there are too many such");
        oldest.end();
        return true;
    }

    private void refuseLoop(TcpOpenRequest request) {
        shared.ownConnections().tellLoop(request.key());
        counters.add(Count.TCP_REFUSED, 1);
        request.refuse(Refusal.RESET, nowNanos);
    }

    private void expire() {
        expire(opening);
        expire(established);
    }

    private void expire(ActivityList<TcpSession> list) {
        TcpSession session = list.expired(nowNanos);
        while (session != null) {
            session.expire(nowNanos);
            session = list.expired(nowNanos);
        }
    }

    private void takeTurn(TcpSession session) {
        switch (session.run(scratch, nowNanos)) {
            case NOTHING -> {}
            case WORK -> ready.add(session);
            case HUNGER -> {
                if (!session.isHungry) {
                    session.isHungry = true;
                    hungry.add(session);
                }
            }
        }
    }

    private long movedBytes() {
        return counters.value(Count.BYTES_UP) + counters.value(Count.BYTES_DOWN);
    }

    private static void endAll(ActivityList<TcpSession> list) {
        TcpSession session = list.oldest();
        while (session != null) {
            session.end();
            session = list.oldest();
        }
    }
}
