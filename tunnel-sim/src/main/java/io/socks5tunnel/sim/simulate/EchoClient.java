// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import io.socks5tunnel.sim.SeededContent;
import io.socks5tunnel.sim.SimHost;
import io.socks5tunnel.sim.VirtualClock;
import io.socks5tunnel.sim.simulate.NamesPlan.Echo;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Sends echo requests to one address, and looks at what comes back (invariant E1): the tunnel answers in the place
/// of whatever was asked, with the very bytes, at most as often as it was asked; or not at all. Confined to one
/// thread.
final class EchoClient {
    private static final long RETRY_NANOS = 2_000_000_000L;
    private static final int MAX_REQUESTS = 200;

    private final VirtualClock clock;
    private final Trace trace;
    private final FaultClock faults;
    private final Echo plan;
    private final boolean isAnswered;
    private final boolean mayDuplicate;
    private final SeededContent content;
    private final int[] answers = new int[MAX_REQUESTS];
    private @Nullable SimHost host;
    private int sent;
    private int firstHealed = -1;
    private boolean isOver;

    /// @param isAnswered whether the tunnel answers at all
    /// @param mayDuplicate whether packets may arrive twice
    EchoClient(
            VirtualClock clock, Trace trace, FaultClock faults, Echo plan, boolean isAnswered, boolean mayDuplicate) {
        this.clock = clock;
        this.trace = trace;
        this.faults = faults;
        this.plan = plan;
        this.isAnswered = isAnswered;
        this.mayDuplicate = mayDuplicate;
        content = new SeededContent(plan.number());
    }

    /// Begins in its time.
    void begin(SimHost on) {
        host = on;
        clock.after(plan.startNanos(), this::sendNext);
    }

    /// Whether it was answered since the world was healed, or need not be.
    boolean isOver() {
        return isOver;
    }

    /// Requests that were answered, once or more often.
    int answered() {
        return (int) Arrays.stream(answers).filter(count -> count > 0).count();
    }

    /// In words, for people.
    String describe() {
        return plan.address().getHostAddress() + " has sent " + sent + " echo requests to "
                + plan.destination().getHostAddress() + ", "
                + answered() + " were answered";
    }

    /// Takes an answer that came to its address.
    void onReply(SimHost.EchoReply reply) {
        int sequence = reply.sequence();
        boolean isOurs = isAnswered && reply.identifier() == plan.number() && sequence < sent;
        require(isOurs, sequence, "was never sent, or must not be answered");
        if (isOurs) {
            answers[sequence]++;
            require(reply.source().equals(plan.destination()), sequence, "was answered by " + reply.source());
            require(Arrays.equals(reply.payload(), payload(sequence)), sequence, "was answered with other bytes");
            require(mayDuplicate || answers[sequence] == 1, sequence, "was answered twice");
            isOver |= firstHealed >= 0 && sequence >= firstHealed;
        }
    }

    private void sendNext() {
        SimHost from = host;
        if (isOver || sent == MAX_REQUESTS || from == null) {
            return;
        }
        if (faults.isHealed()) {
            // where nobody answers, the last requests show that
            isOver = !isAnswered;
            firstHealed = firstHealed < 0 ? sent : firstHealed;
        }
        if (faults.isHealed() || sent < plan.count()) {
            int sequence = sent++;
            from.ping(plan.address(), plan.destination(), plan.number(), sequence, payload(sequence));
        }
        clock.after(faults.isHealed() ? RETRY_NANOS : plan.pauseNanos(), this::sendNext);
    }

    private byte[] payload(int sequence) {
        // lengths that have nothing to do with each other
        byte[] chance = content.bytes(1_000_000L + sequence * (long) Integer.BYTES, Integer.BYTES);
        int length = Integer.remainderUnsigned(ByteBuffer.wrap(chance).getInt(), plan.maxPayloadBytes() + 1);
        return content.bytes(sequence, length);
    }

    private void require(boolean holds, int sequence, String what) {
        if (!holds) {
            trace.violate(
                    Invariant.E1, "echo " + sequence + " of " + plan.address().getHostAddress() + " " + what);
        }
    }
}
