// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.stack.TcpFlow;
import io.socks5tunnel.stack.TcpFlowHandler;
import io.socks5tunnel.stack.TcpOpenRequest;
import io.socks5tunnel.threads.TcpRelay.Remainder;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// One client connection from its SYN to its end: first a dial, then a relay.
///
/// Events of the stack and of the reactor are only noted, and the session put on the ready list; everything happens
/// in [#run], once a cycle. Confined to one shard.
final class TcpSession implements TcpFlowHandler, Waker, Place.Holder<TcpSession> {
    boolean isHungry;

    private final Place<TcpSession> place = new Place<>();
    /// The shard's cycle in which the upstream was connected; for [TcpSessions].
    long connectedCycle;
    private final TcpSessions sessions;
    private final TcpOpenRequest request;
    private final UpstreamDial dial;
    private Stage stage = Stage.OPENING;
    private @Nullable TcpFlow flow;
    private @Nullable TcpRelay relay;
    private boolean wasActive;
    private boolean wasReset;
    private boolean wasClosed;

    /// @param warm a connection that waits for a flow, or null
    TcpSession(TcpSessions sessions, TcpOpenRequest request, Dialer dialer, @Nullable UpstreamDial warm) {
        this.sessions = sessions;
        this.request = request;
        SocksTarget target = sessions.target(request.key());
        if (warm == null) {
            dial = dialer.dial(target, this);
        } else {
            warm.handTo(target, this);
            dial = warm;
        }
    }

    FlowKey key() {
        return request.key();
    }

    @Override
    public Place<TcpSession> place() {
        return place;
    }

    @Override
    public void wake() {
        sessions.wake(this);
    }

    @Override
    public void onConfirmed() {
        wake();
    }

    @Override
    public void onReadable() {
        wasActive = true;
        wake();
    }

    @Override
    public void onWritable() {
        wasActive = true;
        wake();
    }

    @Override
    public void onReset() {
        wasReset = true;
        wake();
    }

    @Override
    public void onClosed() {
        wasClosed = true;
        wake();
    }

    /// Does what can be done now.
    Remainder run(RelayScratch scratch, long nowNanos) {
        return switch (stage) {
            case OPENING -> open(scratch, nowNanos);
            case CONFIRMING -> confirm(scratch, nowNanos);
            case RELAYING -> relay(scratch, nowNanos);
            case ENDED -> Remainder.NOTHING;
        };
    }

    /// The time-out of the present stage has passed.
    void expire(long nowNanos) {
        if (wasReset) {
            end();
            return;
        }
        switch (stage) {
            case OPENING -> {
                dial.cancel();
                refuse(new DialFailure.TimedOut(), nowNanos);
            }
            case CONFIRMING, RELAYING -> {
                sessions.log(this, "ends: it was idle for too long");
                end();
            }
            case ENDED -> {}
        }
    }

    /// Ends an established session for which the permit was revoked already.
    void evict() {
        sessions.log(this, "ends: there are more sessions than permitted, and it was idle longest");
        stage = Stage.ENDED;
        cutRelay();
        sessions.evicted(this);
    }

    /// Ends at once in whatever stage, with resets both ways. The stack is told nothing about a request.
    void end() {
        Stage last = stage;
        stage = Stage.ENDED;
        switch (last) {
            case OPENING -> {
                dial.cancel();
                if (flow != null) {
                    flow.abort();
                }
                sessions.abandoned(this);
            }
            case CONFIRMING -> {
                cutRelay();
                sessions.abandonedUnconfirmed(this);
            }
            case RELAYING -> {
                cutRelay();
                sessions.ended(this);
            }
            case ENDED -> {}
        }
    }

    private enum Stage {
        OPENING,
        CONFIRMING,
        RELAYING,
        ENDED
    }

    private Remainder open(RelayScratch scratch, long nowNanos) {
        if (wasReset) {
            end();
            return Remainder.NOTHING;
        }
        if (flow == null && sessions.isAcceptedAtOnce()) {
            flow = request.accept(nowNanos);
        }
        return switch (dial.advance()) {
            case UpstreamDial.Outcome.UnderWay _ -> Remainder.NOTHING;
            case UpstreamDial.Outcome.Failed(DialFailure failure) -> {
                refuse(failure, nowNanos);
                yield Remainder.NOTHING;
            }
            case UpstreamDial.Outcome.Connected connected -> {
                accept(connected.link(), nowNanos);
                yield confirm(scratch, nowNanos);
            }
        };
    }

    private void accept(UpstreamLink link, long nowNanos) {
        stage = Stage.CONFIRMING;
        if (flow == null) {
            flow = request.accept(nowNanos);
        }
        relay = new TcpRelay(flow, link, sessions.counters());
        sessions.connected(this, nowNanos);
    }

    private Remainder confirm(RelayScratch scratch, long nowNanos) {
        if (wasReset) {
            end();
            return Remainder.NOTHING;
        }
        if (flow == null || !flow.isConfirmed()) {
            return Remainder.NOTHING;
        }
        stage = Stage.RELAYING;
        sessions.confirmed(this, nowNanos);
        // it may itself have been the one session too many
        return stage == Stage.RELAYING ? relay(scratch, nowNanos) : Remainder.NOTHING;
    }

    private void refuse(DialFailure failure, long nowNanos) {
        stage = Stage.ENDED;
        if (flow == null) {
            request.refuse(sessions.refusal(failure), nowNanos);
        } else {
            flow.abort();
        }
        sessions.refused(this, failure);
    }

    private Remainder relay(RelayScratch scratch, long nowNanos) {
        if (relay == null || wasReset) {
            end();
            return Remainder.NOTHING;
        }
        if (wasClosed) {
            relay.close();
            stage = Stage.ENDED;
            sessions.ended(this);
            return Remainder.NOTHING;
        }
        return pump(relay, scratch, nowNanos);
    }

    private Remainder pump(TcpRelay present, RelayScratch scratch, long nowNanos) {
        try {
            long before = present.movedBytes();
            Remainder remainder = present.pump(scratch);
            if (wasActive || present.movedBytes() != before) {
                wasActive = false;
                sessions.touched(this, nowNanos);
            }
            return remainder;
        } catch (IOException e) {
            sessions.log(this, "ends: the SOCKS server cut it: " + e.getMessage());
            end();
            return Remainder.NOTHING;
        }
    }

    private void cutRelay() {
        if (relay != null) {
            relay.cut();
        }
    }
}
