// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.LimitSettings;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.stack.ClientSource;
import io.socks5tunnel.stack.DatagramRefusal;
import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.stack.UdpDatagram;
import io.socks5tunnel.threads.ShardCounters.Count;
import io.socks5tunnel.threads.WaitingDatagrams.Waiting;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// All UDP sessions of a shard: which datagram is whose, who may dial, whose turn it is, and whose time is up.
///
/// A session is a client's address and port, whatever its destinations. What a burst brings is collected by session
/// and sent in [#run]. Confined to one shard.
final class UdpSessions {
    /// Sessions of one shard that wait for the SOCKS server.
    static final int MAX_OPENING = 8192;

    /// How long a client is refused after the SOCKS server has refused it, ms.
    static final int REFUSAL_MEMORY_MILLIS = 1_000;

    private static final Logger LOGGER = System.getLogger(UdpSessions.class.getName());

    private final int shard;
    private final SharedState shared;
    private final ShardCounters counters;
    private final ClientDatagrams clients;
    private final DatagramRouting routing;
    private final ParcelSender parcels;
    private final UdpDialer dialer;
    private final DatagramScratch scratch;
    private final UdpBurst burst;
    private final UdpReplies replies;
    private final WarmStock<DatagramPath> warm;
    private final UdpTable table;
    private final ActivityList<UdpSession> opening;
    private final ActivityList<UdpSession> established;
    private final ActivityList<UdpSession> refused = new ActivityList<>(REFUSAL_MEMORY_MILLIS);
    private final ReadyList<UdpSession> ready = new ReadyList<>();

    /// Who waits for a dial, in order of arrival; some of them may have ended.
    private final ArrayDeque<UdpSession> queue = new ArrayDeque<>();

    /// Who found no free slab.
    private final ArrayDeque<UdpSession> hungry = new ArrayDeque<>();

    private final Evictions allSessions;
    private final Evictions datagramSessions;
    private final boolean isServerless;
    private long nowNanos;

    /// @param allSessions this shard's part in `max-session-count`
    UdpSessions(
            int shard,
            SharedState shared,
            ShardCounters counters,
            ClientDatagrams clients,
            DatagramRouting routing,
            ParcelSender parcels,
            UdpDialer dialer,
            DatagramScratch scratch,
            UdpBurst burst,
            Evictions allSessions) {
        this.shard = shard;
        this.shared = shared;
        this.counters = counters;
        this.clients = clients;
        this.routing = routing;
        this.parcels = parcels;
        this.dialer = dialer;
        this.scratch = scratch;
        this.burst = burst;
        this.allSessions = allSessions;
        replies = new UdpReplies(clients, counters, new ReplySource(shared.dnsRedirect()));
        LimitSettings limits = shared.config().limits();
        warm = new WarmStock<>(
                limits.warmAssociations(),
                limits.connectTimeoutMillis(),
                shared.limits(),
                (owner, now) -> new WarmPath(dialer.dial(owner, now)),
                path -> path.isAlive(scratch));
        table = new UdpTable(shared.seed());
        opening = new ActivityList<>(limits.connectTimeoutMillis());
        established = new ActivityList<>(limits.udpIdleMillis());
        isServerless = shared.config().socks5().isNone();
        allSessions.add(new Established(shared.permits()));
        datagramSessions = new Evictions(shard, shared.datagramPermits());
        datagramSessions.add(new Established(shared.datagramPermits()));
    }

    /// Takes a datagram: answers it, passes it on to the shard that owns its session, or collects it for [#run].
    ///
    /// @return null if it was taken, otherwise why it is dropped
    @Nullable
    DropReason onDatagram(UdpDatagram datagram) {
        if (routing.answer(datagram, nowNanos)) {
            return null;
        }
        UdpSession session = table.get(datagram.clientHigh(), datagram.clientLow(), datagram.clientPort());
        return session == null ? onUnknown(datagram) : collect(session, datagram);
    }

    /// Sends what the burst has brought, gives the sessions that are ready their turn, and ends those whose time is
    /// up.
    void run(long cycleNanos) {
        nowNanos = cycleNanos;
        burst.flush(nowNanos);
        expire(opening);
        expire(established);
        expire(refused);
        for (int turns = ready.size(); turns > 0; turns--) {
            UdpSession session = ready.poll();
            if (session != null) {
                takeTurn(session);
            }
        }
        beginDials();
        warm.run(nowNanos);
        datagramSessions.settle();
        datagramSessions.publishOldest();
        if (table.size() == 0) {
            scratch.release();
        }
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
        deadline = Math.min(deadline, refused.nextDeadlineNanos());
        deadline = Math.min(deadline, warm.nextDeadlineNanos());
        boolean mustRetry = !queue.isEmpty() || !hungry.isEmpty() || datagramSessions.isOwed();
        return mustRetry ? Math.min(deadline, nowNanos + Shard.RETRY_NANOS) : deadline;
    }

    /// Lets the sessions that found no free slab try again.
    void feedHungry() {
        UdpSession session = hungry.poll();
        while (session != null) {
            session.isHungry = false;
            ready.add(session);
            session = hungry.poll();
        }
    }

    /// Ends sessions that are too many for the descriptors there are.
    void settleDatagramPermits() {
        datagramSessions.settle();
    }

    /// Ends all sessions.
    void endAll() {
        burst.flush(nowNanos);
        endAll(opening);
        endAll(established);
        endAll(refused);
        warm.endAll();
        queue.clear();
        datagramSessions.publishOldest();
        scratch.release();
    }

    /// Sessions in any stage.
    int size() {
        return table.size();
    }

    /// Paths that wait for a session, or are being made.
    int warmCount() {
        return warm.size();
    }

    void wake(UdpSession session) {
        ready.add(session);
    }

    ShardCounters counters() {
        return counters;
    }

    /// Gives the room for replies back, and leaves what is kept for the next datagrams that have to wait to the
    /// collector.
    void discardSpares() {
        scratch.release();
        scratch.copies().discard();
    }

    DatagramScratch scratch() {
        return scratch;
    }

    UdpBurst burst() {
        return burst;
    }

    UdpDialer dialer() {
        return dialer;
    }

    UdpReplies replies() {
        return replies;
    }

    void dialEnded() {
        shared.limits().endDatagrams();
    }

    /// A session's dial has succeeded.
    void dialed(UdpSession session) {
        opening.remove(session);
    }

    void established(UdpSession session, long now) {
        established.add(session, now);
        counters.add(Count.UDP_OPENED, 1);
        counters.add(Count.UDP_OPEN, 1);
        shared.permits().acquire();
        shared.datagramPermits().acquire();
        allSessions.settle();
        datagramSessions.settle();
    }

    /// A session has lost a path that was warm, and waits for a fresh one.
    void reopened(UdpSession session) {
        leave(session);
        shared.permits().release();
        shared.datagramPermits().release();
        counters.add(Count.UDP_OPENED, -1);
        opening.add(session, nowNanos);
        queue.add(session);
        log(session, "lost the association that was kept warm for it, and begins anew");
    }

    void touched(UdpSession session, long now) {
        established.touch(session, now);
    }

    /// Looks for another way for a datagram that the SOCKS server does not relay.
    ///
    /// @return false if it is lost
    boolean rescue(UdpSession session, Waiting datagram) {
        return routing.rescue(session, datagram, nowNanos);
    }

    /// Tells the client of a datagram that has waited in vain.
    void refuse(Waiting datagram, DatagramRefusal refusal, long now) {
        Slab packet = scratch.momentary();
        clients.refuseLate(packet, 0, datagram.putPacket(packet.bytes(), 0), refusal, now);
    }

    /// Tells the client of a datagram that has waited for a path that cannot carry it.
    void refuseTooBig(Waiting datagram, int maxBytes, long now) {
        if (maxBytes != DatagramPath.NOTHING_FITS) {
            Slab packet = scratch.momentary();
            clients.refuseLateTooBig(packet, 0, datagram.putPacket(packet.bytes(), 0), maxBytes, now);
        }
    }

    void refused(UdpSession session, DialFailure failure, long now) {
        if (failure.meansNoDatagrams()) {
            shared.udpModes().onNoDatagrams(now);
        }
        opening.remove(session);
        refused.add(session, now);
        counters.add(Count.UDP_REFUSED, 1);
        if (LOGGER.isLoggable(Level.INFO)) {
            log(session, "is refused: " + failure.reason());
        }
    }

    void abandoned(UdpSession session) {
        opening.remove(session);
        forget(session);
    }

    void forgiven(UdpSession session) {
        refused.remove(session);
        forget(session);
    }

    void ended(UdpSession session) {
        leave(session);
        shared.permits().release();
        shared.datagramPermits().release();
        forget(session);
    }

    void evicted(UdpSession session, SessionPermits revoked) {
        leave(session);
        if (!revoked.equals(shared.permits())) {
            shared.permits().release();
        }
        if (!revoked.equals(shared.datagramPermits())) {
            shared.datagramPermits().release();
        }
        forget(session);
    }

    void log(UdpSession session, String what) {
        if (LOGGER.isLoggable(Level.INFO)) {
            LOGGER.log(Level.INFO, "udp " + session.source() + " " + what);
        }
    }

    private @Nullable DropReason onUnknown(UdpDatagram datagram) {
        if (isServerless) {
            clients.refuse(datagram, DatagramRefusal.HOST_UNREACHABLE, nowNanos);
            return DropReason.UDP_NOT_RELAYED;
        }
        FlowKey pair = new FlowKey(
                datagram.clientHigh(),
                datagram.clientLow(),
                datagram.clientPort(),
                datagram.destinationHigh(),
                datagram.destinationLow(),
                datagram.destinationPort());
        if (shared.ownConnections().containsDatagrams(pair)) {
            shared.ownConnections().tellLoop(pair);
            return DropReason.UDP_LOOP;
        }
        ClientSource source = datagram.source();
        FlowKey key = source.asFlowKey();
        if (opening.size() >= MAX_OPENING) {
            return DropReason.UDP_QUEUE_FULL;
        }
        if (!shared.directory().claim(key, shard)) {
            int owner = shared.directory().owner(key);
            if (owner == FlowDirectory.NOBODY) {
                // it has ended at this very moment
                return DropReason.UDP_FLOW_ENDED;
            }
            parcels.add(datagram.packet(), owner);
            return null;
        }
        return collect(open(source), datagram);
    }

    private UdpSession open(ClientSource source) {
        UdpSession session = new UdpSession(this, source, routing.newPeers());
        table.add(session);
        log(session, "begins");
        DatagramPath path = warm.take(nowNanos);
        if (path == null) {
            opening.add(session, nowNanos);
            queue.add(session);
        } else {
            session.useWarm(path, nowNanos);
        }
        return session;
    }

    private @Nullable DropReason collect(UdpSession session, UdpDatagram datagram) {
        DatagramRefusal refusal = session.refusal();
        if (refusal != null) {
            clients.refuse(datagram, refusal, nowNanos);
            return DropReason.UDP_NOT_RELAYED;
        }
        int length = datagram.payloadLength();
        int segmentBytes = datagram.segmentBytes() == 0 ? length : datagram.segmentBytes();
        int from = 0;
        do {
            int bytes = Math.min(segmentBytes, length - from);
            DropReason reason = collect(session, datagram, datagram.payloadOffset() + from, bytes);
            if (reason != null) {
                return reason;
            }
            from += bytes;
        } while (from < length);
        return null;
    }

    private @Nullable DropReason collect(UdpSession session, UdpDatagram datagram, int offset, int length) {
        int at = burst.headerRoom(nowNanos);
        routing.route(session.peers(), datagram, offset, length, nowNanos);
        int headerBytes = SocksDatagram.PREFIX_BYTES
                + routing.putDestination(datagram, burst.headers().bytes(), at + SocksDatagram.PREFIX_BYTES);
        int maxBytes = session.maxPayloadBytes(headerBytes, nowNanos);
        if (length > maxBytes) {
            if (maxBytes != DatagramPath.NOTHING_FITS) {
                clients.refuseTooBig(datagram, maxBytes, nowNanos);
            }
            return DropReason.UDP_TOO_LARGE;
        }
        session.putPrefix(burst.headers().bytes(), at, headerBytes, length);
        burst.add(session, headerBytes, datagram, offset, length);
        return null;
    }

    private void beginDials() {
        UdpSession first = queue.peek();
        while (first != null) {
            if (first.isWaiting()) {
                if (!shared.limits().tryBeginDatagrams()) {
                    return;
                }
                first.dial(nowNanos);
                takeTurn(first);
            }
            queue.remove();
            first = queue.peek();
        }
    }

    private void expire(ActivityList<UdpSession> list) {
        UdpSession session = list.expired(nowNanos);
        while (session != null) {
            session.expire(nowNanos);
            session = list.expired(nowNanos);
        }
    }

    private void takeTurn(UdpSession session) {
        switch (session.run(nowNanos)) {
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

    private void leave(UdpSession session) {
        established.remove(session);
        counters.add(Count.UDP_OPEN, -1);
    }

    private void forget(UdpSession session) {
        table.remove(session);
        shared.directory().release(session.source().asFlowKey(), shard);
    }

    private static void endAll(ActivityList<UdpSession> list) {
        UdpSession session = list.oldest();
        while (session != null) {
            session.end();
            session = list.oldest();
        }
    }

    /// The established sessions as candidates of one of the two limits.
    private final class Established implements Evictions.Candidates {
        private final SessionPermits permits;

        Established(SessionPermits permits) {
            this.permits = permits;
        }

        @Override
        public long oldestActivityNanos() {
            UdpSession oldest = established.oldest();
            return oldest == null ? SessionPermits.NO_SESSION : oldest.place().lastActivityNanos;
        }

        @Override
        public void evictOldest() {
            UdpSession oldest = established.oldest();
            if (oldest != null) {
                oldest.evict(permits);
            }
        }
    }
}
