// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import io.socks5tunnel.api.spi.Reactor;
import io.socks5tunnel.sim.SimulatedReactor;
import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.stack.TcpState;
import io.socks5tunnel.stack.inspect.FlowView;
import io.socks5tunnel.stack.inspect.InspectableTunnel;
import io.socks5tunnel.stack.inspect.ShardView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Looks into the tunnel after every step of a shard: invariants I2, I3, I4, I7, I9 and I10. Nothing in a shard
/// changes between its steps, so this is after every event; and only the shard that was stepped is looked at.
///
/// Confined to one thread.
final class StackAudit {
    /// A tail loss probe and a FIN may go beyond the congestion window.
    private static final int SLACK_SEGMENTS = 2;

    /// The connection that keeps an association alive, and the socket for its datagrams.
    private static final int SOCKETS_OF_A_PATH = 2;

    /// Steps within a second of virtual time.
    private static final int IDLE_STEPS = 1_000;

    private final Trace trace;
    private final InspectableTunnel tunnel;
    private final List<SimulatedReactor> reactors;
    private final StateCoverage coverage;
    private final Consumer<FlowView> packets;
    private final Map<FlowKey, FlowView> before = new HashMap<>();
    private final Map<FlowKey, Integer> owners = new HashMap<>();
    private final ShardView[] views;
    private final int slabsAtStart;
    private long trafficAtLastStep;
    private final int resolverSockets;
    private int stepsForNothing;
    private long idleSinceNanos;

    /// An auditor of a tunnel that has just been started.
    ///
    /// @param packets compares connections with the packets that went in and out
    /// @param resolverSockets how many connections to the resolver a shard may have besides those of its flows
    StackAudit(
            Trace trace,
            InspectableTunnel tunnel,
            int shards,
            List<SimulatedReactor> reactors,
            StateCoverage coverage,
            Consumer<FlowView> packets,
            int resolverSockets) {
        this.trace = trace;
        this.tunnel = tunnel;
        this.reactors = reactors;
        this.coverage = coverage;
        this.packets = packets;
        this.resolverSockets = resolverSockets;
        views = new ShardView[shards];
        for (int i = 0; i < shards; i++) {
            views[i] = tunnel.inspect(i);
        }
        slabsAtStart = tunnel.slabsInUse();
    }

    /// Shard `shard` was stepped.
    ///
    /// @param traffic grows with everything that happens outside the shards
    void onStep(int shard, long deadlineNanos, long nowNanos, long traffic) {
        ShardView view = tunnel.inspect(shard);
        views[shard] = view;
        boolean isAnyTimerSet = false;
        for (FlowView flow : view.stack().connections()) {
            checkFlow(flow);
            packets.accept(flow);
            isAnyTimerSet |= flow.isTimerArmed();
        }
        trace.require(
                !isAnyTimerSet || deadlineNanos != Reactor.NO_DEADLINE,
                Invariant.I4,
                "shard " + shard + " has timers and does not want to be woken");
        coverage.onStep(view.stack(), owners, shard);
        before.keySet().removeIf(key -> !owners.containsKey(key));
        checkOwners(shard, view, deadlineNanos <= nowNanos);
        trace.require(
                tunnel.slabsInUse() <= tunnel.slabLimit(), Invariant.I7, tunnel.slabsInUse() + " slabs are in use");
        checkWork(shard, traffic);
    }

    /// Whether no shard holds anything.
    boolean isEmpty() {
        for (ShardView view : views) {
            if (view.stack().size() > 0
                    || view.sessions() + view.datagramSessions() > 0
                    || view.warmConnections() + view.warmPaths() > 0) {
                return false;
            }
        }
        return true;
    }

    /// Whether only what must wait for old segments is left.
    boolean isQuiet() {
        for (ShardView view : views) {
            boolean hasFlows = !view.stack().connections().isEmpty()
                    || !view.stack().requests().isEmpty()
                    || view.datagramSessions() > 0
                    || view.warmConnections() + view.warmPaths() > 0;
            if (hasFlows) {
                return false;
            }
        }
        return true;
    }

    /// What must hold when everything is over.
    void checkNothingIsLeft() {
        trace.require(isEmpty(), Invariant.LIVENESS, "tables are not empty: " + describe());
        trace.require(tunnel.knownFlows() == 0, Invariant.I9, tunnel.knownFlows() + " flows are in the directory");
        trace.require(
                tunnel.slabsInUse() == slabsAtStart,
                Invariant.I7,
                tunnel.slabsInUse() + " slabs are in use, " + slabsAtStart + " were at the start");
        for (SimulatedReactor reactor : reactors) {
            trace.require(reactor.openSockets() == 0, Invariant.I9, "an upstream socket is open");
        }
    }

    /// What is left, in words.
    String describe() {
        StringBuilder text = new StringBuilder();
        for (ShardView view : views) {
            text.append(view).append(' ');
        }
        return text.toString();
    }

    private void checkFlow(FlowView now) {
        FlowView old = before.put(now.key(), now);
        if (old != null && isSame(old, now)) {
            checkForward(old, now);
            checkWindows(old, now);
        } else {
            checkForward(null, now);
        }
        boolean isDone = now.state() == TcpState.CLOSED;
        long end = now.sendQueued() + (now.isFinQueued() ? 1 : 0);
        boolean mustSend = now.state() == TcpState.SYN_RECEIVED || now.sndUna() < end;
        trace.require(
                isDone || !mustSend || now.isTimerArmed(),
                Invariant.I4,
                "something is to be sent, and no timer: " + now);
        boolean isFinSettled = now.state() == TcpState.FIN_WAIT_2 || now.state() == TcpState.TIME_WAIT;
        trace.require(
                !isFinSettled || now.sndUna() == now.sendQueued() + 1,
                Invariant.I2,
                "goes on as if FIN were acknowledged: " + now);
    }

    /// A new connection of the same ports may have taken the place of the old one within one step.
    private static boolean isSame(FlowView old, FlowView now) {
        return now.state() != TcpState.SYN_RECEIVED || old.state() == TcpState.SYN_RECEIVED;
    }

    private void checkForward(@Nullable FlowView old, FlowView now) {
        trace.require(now.sndUna() <= now.sndNxt(), Invariant.I2, "SND.UNA > SND.NXT: " + now);
        if (old != null) {
            boolean isForward = now.sndUna() >= old.sndUna()
                    && now.sndNxt() >= old.sndNxt()
                    && now.rcvNxt() >= old.rcvNxt()
                    && now.rcvWindowRight() >= old.rcvWindowRight();
            trace.require(isForward, Invariant.I2, "goes back, from " + old + " to " + now);
        }
    }

    private void checkWindows(FlowView old, FlowView now) {
        if (now.sndNxt() <= old.sndNxt()) {
            return;
        }
        trace.require(now.sndNxt() <= now.sndWindowRight(), Invariant.I3, "beyond the client's window: " + now);
        long most = now.congestionWindowBytes() + (long) SLACK_SEGMENTS * now.segmentBytes();
        trace.require(now.inFlightBytes() <= most, Invariant.I3, "more in flight than allowed: " + now);
    }

    private void checkOwners(int shard, ShardView view, boolean isWorkLeft) {
        int entries = 0;
        for (ShardView each : views) {
            entries += each.stack().size() + each.datagramSessions();
        }
        trace.require(
                tunnel.knownFlows() == entries,
                Invariant.I9,
                tunnel.knownFlows() + " flows are in the directory, and " + entries + " in tables");
        int sessions = view.sessions();
        int flows = view.stack().connections().size() + view.stack().requests().size();
        // a session whose flow was ended by a timer hears of it in the shard's next step
        trace.require(
                sessions <= flows || isWorkLeft,
                Invariant.I9,
                sessions + " sessions, but " + flows + " flows: " + view);
        int sockets = reactors.get(shard).openSockets();
        int paths = view.datagramSessions() + view.warmPaths();
        int most = sessions + view.warmConnections() + SOCKETS_OF_A_PATH * paths + resolverSockets;
        trace.require(sockets <= most, Invariant.I9, sockets + " sockets, " + most + " expected: " + view);
    }

    private void checkWork(int shard, long traffic) {
        if (traffic != trafficAtLastStep || trace.sinceStartNanos() - idleSinceNanos > 1_000_000_000L) {
            trafficAtLastStep = traffic;
            idleSinceNanos = trace.sinceStartNanos();
            stepsForNothing = 0;
            return;
        }
        stepsForNothing++;
        trace.require(
                stepsForNothing <= IDLE_STEPS,
                Invariant.I10,
                "shard " + shard + ": " + IDLE_STEPS + " steps within a second and nothing happened");
    }
}
