// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.spi.DatagramBatch;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.stack.ClientSource;
import io.socks5tunnel.stack.DatagramRefusal;
import io.socks5tunnel.threads.ShardCounters.Count;
import io.socks5tunnel.threads.TcpRelay.Remainder;
import io.socks5tunnel.threads.WaitingDatagrams.Waiting;
import io.socks5tunnel.threads.dns.PeerSources;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// One client socket with all its destinations: first a dial, then a path.
///
/// Datagrams wait here while the path is opened, and while its socket takes no more. On a path that was warm they
/// also stay after they were sent, until the first reply: if the server turns out to have ended it, they are sent
/// again on a fresh one, and the client notices nothing. Confined to one shard.
final class UdpSession implements Waker, Place.Holder<UdpSession> {
    boolean isHungry;

    private final UdpSessions sessions;
    private final ClientSource source;
    private final Place<UdpSession> place = new Place<>();
    private final UdpBurst.Run run = new UdpBurst.Run();
    private final WaitingDatagrams waiting;
    private final @Nullable PeerSources peers;
    private Stage stage = Stage.WAITING;
    private @Nullable UdpDial dial;
    private @Nullable DatagramPath path;
    private @Nullable DatagramRefusal refusal;
    private boolean isReplaceable;

    /// Of those that wait, how many were sent already, from the first on. 0 unless the path is replaceable.
    private int sentCount;

    UdpSession(UdpSessions sessions, ClientSource source, @Nullable PeerSources peers) {
        this.sessions = sessions;
        this.source = source;
        this.peers = peers;
        waiting = new WaitingDatagrams(sessions.scratch().copies());
    }

    ClientSource source() {
        return source;
    }

    /// Whom the client has sent to, if that matters for the replies.
    @Nullable
    PeerSources peers() {
        return peers;
    }

    boolean isOf(long high, long low, int port) {
        return source.port() == port && source.low() == low && source.high() == high;
    }

    @Override
    public Place<UdpSession> place() {
        return place;
    }

    UdpBurst.Run run() {
        return run;
    }

    @Override
    public void wake() {
        sessions.wake(this);
    }

    /// How its client is told that nothing is relayed; null while something is.
    @Nullable
    DatagramRefusal refusal() {
        return refusal;
    }

    /// Whether it waits for its dial to begin.
    boolean isWaiting() {
        return stage == Stage.WAITING;
    }

    /// The largest payload behind a header of `headerBytes`, as far as is known.
    int maxPayloadBytes(int headerBytes, long nowNanos) {
        return path == null
                ? sessions.dialer().maxPayloadBytes(headerBytes, nowNanos)
                : path.maxPayloadBytes(headerBytes);
    }

    /// Writes the first bytes of a header that [#send] will be given.
    void putPrefix(ByteBuffer into, int at, int headerBytes, int payloadBytes) {
        if (path != null) {
            path.putPrefix(into, at, headerBytes, payloadBytes);
        }
    }

    /// Begins to dial. One of the permitted dials is taken.
    void dial(long nowNanos) {
        stage = Stage.DIALING;
        dial = sessions.dialer().dial(this, nowNanos);
    }

    /// Takes a path that was ready.
    void useWarm(DatagramPath warm, long nowNanos) {
        warm.handTo(this);
        isReplaceable = true;
        establish(warm, nowNanos);
    }

    /// Does what can be done now.
    Remainder run(long nowNanos) {
        return switch (stage) {
            case DIALING -> advance(nowNanos);
            case RELAYING -> pump(nowNanos);
            case WAITING, REFUSED, ENDED -> Remainder.NOTHING;
        };
    }

    /// Sends datagrams of the client, or keeps them until that is possible. Each has a header range, whose prefix
    /// was written by [#putPrefix] if there was a path.
    void send(DatagramBatch batch, long nowNanos) {
        switch (stage) {
            case WAITING, DIALING -> keep(batch, 0);
            case RELAYING -> relay(batch, nowNanos);
            case REFUSED, ENDED -> sessions.counters().drop(DropReason.UDP_FLOW_ENDED, batch.count());
        }
    }

    /// The time-out of the present stage has passed.
    void expire(long nowNanos) {
        switch (stage) {
            case WAITING, DIALING -> {
                cancelDial();
                refuse(new DialFailure.TimedOut(), nowNanos);
            }
            case RELAYING -> {
                sessions.log(this, "ends: it was idle for too long");
                end();
            }
            case REFUSED -> end();
            case ENDED -> {}
        }
    }

    /// Ends an established session for which one of the permits was revoked already.
    void evict(SessionPermits revoked) {
        sessions.log(this, "ends: there are more sessions than permitted, and it was idle longest");
        stage = Stage.ENDED;
        closePath();
        forgetWaiting(DropReason.UDP_FLOW_ENDED);
        sessions.evicted(this, revoked);
    }

    /// Ends at once in whatever stage.
    void end() {
        Stage last = stage;
        stage = Stage.ENDED;
        forgetWaiting(DropReason.UDP_FLOW_ENDED);
        switch (last) {
            case WAITING, DIALING -> {
                cancelDial();
                sessions.abandoned(this);
            }
            case RELAYING -> {
                closePath();
                sessions.ended(this);
            }
            case REFUSED -> sessions.forgiven(this);
            case ENDED -> {}
        }
    }

    private enum Stage {
        /// For a dial to be permitted.
        WAITING,
        DIALING,
        RELAYING,
        /// It came to nothing. Kept for a moment, so that not every datagram starts a dial.
        REFUSED,
        ENDED
    }

    private Remainder advance(long nowNanos) {
        if (dial == null) {
            return Remainder.NOTHING;
        }
        return switch (dial.advance(nowNanos)) {
            case UdpDial.Outcome.UnderWay _ -> Remainder.NOTHING;
            case UdpDial.Outcome.Failed(DialFailure failure) -> {
                forgetDial();
                refuse(failure, nowNanos);
                yield Remainder.NOTHING;
            }
            case UdpDial.Outcome.Opened(DatagramPath opened) -> {
                forgetDial();
                sessions.dialed(this);
                establish(opened, nowNanos);
                yield run(nowNanos);
            }
        };
    }

    private void establish(DatagramPath opened, long nowNanos) {
        stage = Stage.RELAYING;
        path = opened;
        waiting.removeIf(datagram -> isTooLarge(datagram, opened, nowNanos));
        sessions.established(this, nowNanos);
    }

    private void refuse(DialFailure failure, long nowNanos) {
        stage = Stage.REFUSED;
        DatagramRefusal told = failure.datagramRefusal();
        refusal = told;
        waiting.removeIf(datagram -> sessions.rescue(this, datagram));
        for (Waiting datagram : waiting.all()) {
            sessions.refuse(datagram, told, nowNanos);
        }
        forgetWaiting(DropReason.UDP_NOT_RELAYED);
        sessions.refused(this, failure, nowNanos);
    }

    private boolean isTooLarge(Waiting datagram, DatagramPath opened, long nowNanos) {
        int maxBytes = opened.maxPayloadBytes(datagram.headerBytes());
        boolean isTooLarge = datagram.payloadBytes() > maxBytes;
        if (isTooLarge) {
            sessions.counters().drop(DropReason.UDP_TOO_LARGE, 1);
            sessions.refuseTooBig(datagram, maxBytes, nowNanos);
        }
        return isTooLarge;
    }

    private Remainder pump(long nowNanos) {
        UdpReplies replies = sessions.replies().to(source, peers);
        Remainder remainder = Remainder.NOTHING;
        IOException failure = null;
        try {
            sendWaiting();
            remainder = present().receive(replies, sessions.scratch());
        } catch (IOException e) {
            failure = e;
        }
        onReplies(replies.accepted(), nowNanos);
        if (failure != null) {
            onLost(failure);
        }
        return remainder;
    }

    private void onReplies(int count, long nowNanos) {
        if (count == 0) {
            return;
        }
        sessions.touched(this, nowNanos);
        if (isReplaceable) {
            forgetSent();
        }
    }

    private void relay(DatagramBatch batch, long nowNanos) {
        sessions.touched(this, nowNanos);
        if (isReplaceable || !waiting.isEmpty()) {
            keep(batch, 0);
            try {
                sendWaiting();
            } catch (IOException e) {
                onLost(e);
            }
            return;
        }
        int taken = 0;
        try {
            int sent = 1;
            while (sent > 0 && taken < batch.count()) {
                sent = present().send(batch, taken, sessions.scratch());
                taken += sent;
            }
            keep(batch, taken);
        } catch (IOException e) {
            sessions.counters().drop(DropReason.UDP_FLOW_ENDED, batch.count() - (long) taken);
            onLost(e);
        }
        countSent(batch, taken);
    }

    private void keep(DatagramBatch batch, int from) {
        for (int i = from; i < batch.count(); i++) {
            if (!keepOne(batch, i) && !(sentCount > 0 && forgetSent() && keepOne(batch, i))) {
                sessions.counters().drop(DropReason.UDP_QUEUE_FULL, 1);
            }
        }
    }

    private boolean keepOne(DatagramBatch batch, int index) {
        return waiting.add(batch, index, sessions.burst());
    }

    private void sendWaiting() throws IOException {
        while (waiting.size() > sentCount) {
            DatagramBatch batch = batchOfWaiting(present());
            int taken = present().send(batch, 0, sessions.scratch());
            if (taken == 0) {
                return;
            }
            countSent(batch, taken);
            if (isReplaceable) {
                sentCount += taken;
            } else {
                for (int i = 0; i < taken; i++) {
                    waiting.removeFirst();
                }
            }
        }
    }

    /// As many of those not sent as fit into the slab for them.
    private DatagramBatch batchOfWaiting(DatagramPath present) {
        DatagramBatch batch = sessions.scratch().clearedBatch();
        Slab slab = sessions.scratch().outgoing();
        int at = 0;
        int skipped = 0;
        for (Waiting datagram : waiting.all()) {
            if (skipped < sentCount) {
                skipped++;
                continue;
            }
            if (batch.count() == sessions.scratch().batchDatagrams() || at + datagram.bytes() > Slab.CAPACITY_BYTES) {
                break;
            }
            slab.bytes().put(at, datagram.copy(), 0, datagram.bytes());
            present.putPrefix(slab.bytes(), at, datagram.headerBytes(), datagram.payloadBytes());
            batch.add(slab, at, datagram.headerBytes(), slab, at + datagram.headerBytes(), datagram.payloadBytes());
            at += datagram.bytes();
        }
        return batch;
    }

    private void countSent(DatagramBatch batch, int taken) {
        long bytes = 0;
        for (int i = 0; i < taken; i++) {
            bytes += batch.length(i);
        }
        sessions.counters().add(Count.UDP_DATAGRAMS_UP, taken);
        sessions.counters().add(Count.UDP_BYTES_UP, bytes);
    }

    private void onLost(IOException cause) {
        if (!isReplaceable) {
            sessions.log(this, "ends: " + cause.getMessage());
            end();
            return;
        }
        isReplaceable = false;
        sentCount = 0;
        closePath();
        stage = Stage.WAITING;
        sessions.reopened(this);
    }

    /// From now on the path is as good as any.
    private boolean forgetSent() {
        isReplaceable = false;
        for (; sentCount > 0; sentCount--) {
            waiting.removeFirst();
        }
        return true;
    }

    private void forgetWaiting(DropReason reason) {
        int sent = sentCount;
        sentCount = 0;
        sessions.counters().drop(reason, waiting.clear() - (long) sent);
    }

    private void cancelDial() {
        if (dial != null) {
            dial.cancel();
            forgetDial();
        }
    }

    private void forgetDial() {
        dial = null;
        sessions.dialEnded();
    }

    private void closePath() {
        if (path != null) {
            path.close(sessions.scratch());
            path = null;
        }
    }

    private DatagramPath present() throws IOException {
        if (path == null) {
            throw new IOException("there is no path");
        }
        return path;
    }
}
