// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import io.socks5tunnel.sim.SeededContent;
import io.socks5tunnel.sim.SimHost;
import io.socks5tunnel.sim.SimTcpClient;
import io.socks5tunnel.sim.VirtualClock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One connection of a simulation, both ends of it: the client, and every far end that it got. Confined to one
/// thread.
final class Transfer {
    private static final long POLL_NANOS = 50_000_000;

    private final VirtualClock clock;
    private final Trace trace;
    private final TransferPlan plan;
    private final SeededContent up;
    private final SeededContent down;
    private final List<FarEnd> farEnds = new ArrayList<>();
    private final List<String> excuses = new ArrayList<>();
    private @Nullable SimTcpClient client;
    private long handedUp;
    private long receivedDown;
    private boolean isAllHandedOver;

    Transfer(VirtualClock clock, Trace trace, TransferPlan plan, long seed) {
        this.clock = clock;
        this.trace = trace;
        this.plan = plan;
        up = new SeededContent(seed * 1_000 + 2L * plan.number());
        down = new SeededContent(seed * 1_000 + 2L * plan.number() + 1);
    }

    /// Opens the connection.
    void start(SimHost host) {
        trace.event("transfer " + plan.number() + " begins: " + plan);
        SimTcpClient opened = host.connect(plan.local(), plan.remote(), plan.options());
        client = opened;
        opened.onBytes(this::onDown);
        feed(opened);
    }

    TransferPlan plan() {
        return plan;
    }

    SeededContent upContent() {
        return up;
    }

    SeededContent downContent() {
        return down;
    }

    /// Null before [#start].
    @Nullable
    SimTcpClient client() {
        return client;
    }

    /// Bytes that the client was given to send.
    long handedUp() {
        return handedUp;
    }

    void addFarEnd(FarEnd farEnd) {
        farEnds.add(farEnd);
    }

    List<FarEnd> farEnds() {
        return farEnds;
    }

    /// Says that this transfer need not end well.
    void excuse(String reason) {
        if (!excuses.contains(reason)) {
            excuses.add(reason);
        }
    }

    boolean isExcused() {
        return !excuses.isEmpty();
    }

    boolean isStarted() {
        return client != null;
    }

    /// Whether nothing can happen at the client's end any more.
    boolean isOver() {
        return client != null && client.state().isFinal();
    }

    boolean isEndedWell() {
        return client != null && client.state() == SimTcpClient.State.CLOSED;
    }

    /// The second half of invariant I1: after a clean close both sides have everything.
    void checkStreams() {
        if (!isEndedWell() || isExcused()) {
            return;
        }
        boolean isWhole = farEnds.stream()
                .anyMatch(far -> far.isEndedWell() && far.received() == handedUp && far.sent() == receivedDown);
        trace.require(
                isWhole && isAllHandedOver,
                Invariant.I1,
                "transfer " + plan.number() + " was closed, but its streams are not whole: " + describe());
    }

    /// In words, for people.
    String describe() {
        StringBuilder text =
                new StringBuilder("transfer ").append(plan.number()).append(", client ");
        text.append(client == null ? "not started" : client.state().toString());
        text.append(", sent ").append(handedUp).append(", received ").append(receivedDown);
        if (client != null) {
            text.append(", unacknowledged ").append(client.unacknowledged());
        }
        for (FarEnd far : farEnds) {
            text.append("; far end received ").append(far.received());
            text.append(far.isInputEnded() ? " and FIN" : "").append(", sent ").append(far.sent());
            text.append(far.isOver() ? ", is over" : "");
        }
        if (!excuses.isEmpty()) {
            text.append("; may end badly since ").append(String.join(", ", excuses));
        }
        return text.toString();
    }

    private void onDown(byte[] bytes) {
        long mismatch = down.mismatch(receivedDown, bytes, 0, bytes.length);
        receivedDown += bytes.length;
        trace.require(
                mismatch < 0,
                Invariant.I1,
                "transfer " + plan.number() + ": byte " + mismatch + " down is another one");
        long mostSent = farEnds.stream().mapToLong(FarEnd::sent).max().orElse(0);
        trace.require(
                receivedDown <= mostSent,
                Invariant.I1,
                "transfer " + plan.number() + ": " + receivedDown + " bytes came down, " + mostSent + " were sent");
    }

    /// Hands the client its next piece.
    private void feed(SimTcpClient to) {
        if (to.state().isFinal() || isAllHandedOver) {
            return;
        }
        long target = to.isInputEnded() ? plan.upBytes() : plan.upBytesAtOnce();
        if (handedUp < target) {
            byte[] piece = up.bytes(handedUp, (int) Math.min(plan.pieceBytes(), target - handedUp));
            handedUp += piece.length;
            to.send(piece);
        }
        boolean isWaiting = plan.ending() == TransferPlan.Ending.DESTINATION_FIRST && !to.isInputEnded();
        if (handedUp == plan.upBytes() && !isWaiting) {
            isAllHandedOver = true;
            to.shutdownOutput();
            return;
        }
        long pause = handedUp == target ? POLL_NANOS : plan.pauseNanos();
        clock.after(pause, () -> feed(to));
    }
}
