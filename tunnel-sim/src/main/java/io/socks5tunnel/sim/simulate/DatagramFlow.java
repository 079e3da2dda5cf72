// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import io.socks5tunnel.sim.SeededContent;
import io.socks5tunnel.sim.SeededRandom;
import io.socks5tunnel.sim.SimHost;
import io.socks5tunnel.sim.SimUdpSocket;
import io.socks5tunnel.sim.VirtualClock;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A UDP client and its destinations. Datagrams may be lost anywhere; but each arrives at most as often as it was
/// sent, unchanged, where it was sent to, and in order if nothing on the way reorders (invariant U1). Confined to
/// one thread.
final class DatagramFlow {
    /// Number of the flow, number of the datagram.
    static final int HEADER_BYTES = 8;

    private static final long RETRY_NANOS = 2_000_000_000L;
    private static final int MAX_RETRIES = 60;
    private static final int MAX_DATAGRAMS = 1_000;

    private final VirtualClock clock;
    private final Trace trace;
    private final FaultClock faults;
    private final DatagramPlan plan;
    private final SeededContent content;
    private final SeededRandom sizes;
    private final boolean mayDuplicate;
    private final boolean isOrdered;
    private final int[] lengths = new int[MAX_DATAGRAMS];
    private final int[] arrivedUp = new int[MAX_DATAGRAMS];
    private final int[] arrivedDown = new int[MAX_DATAGRAMS];
    private final int[] lastUp;
    private final int[] lastDown;
    private @Nullable SimUdpSocket socket;
    private int sent;
    private int firstHealed = -1;
    private boolean isOver;

    /// @param isOrdered whether nothing on the way reorders
    DatagramFlow(
            VirtualClock clock,
            Trace trace,
            FaultClock faults,
            DatagramPlan plan,
            SeededRandom sizes,
            boolean mayDuplicate,
            boolean isOrdered) {
        this.clock = clock;
        this.trace = trace;
        this.faults = faults;
        this.plan = plan;
        this.sizes = sizes;
        this.mayDuplicate = mayDuplicate;
        this.isOrdered = isOrdered;
        content = new SeededContent(plan.number());
        lastUp = new int[plan.destinations().size()];
        lastDown = new int[plan.destinations().size()];
        Arrays.fill(lastUp, -1);
        Arrays.fill(lastDown, -1);
    }

    /// Opens the client's socket and begins to send.
    void start(SimHost host) {
        SimUdpSocket opened = host.openUdp(plan.local());
        opened.onDatagram(this::onReply);
        socket = opened;
        sendNext();
    }

    DatagramPlan plan() {
        return plan;
    }

    /// Whether the client had an answer since the world was healed.
    boolean isAnswered() {
        return isOver;
    }

    /// The destination has received a datagram of this flow.
    void onArrived(InetSocketAddress destination, byte[] payload) {
        int index = index(payload, "up");
        if (index < 0) {
            return;
        }
        trace.upstream(plan.number(), payload);
        checkPlace(index, destination, "went to ");
        arrivedUp[index]++;
        require(mayDuplicate || arrivedUp[index] == 1, index, "arrived " + arrivedUp[index] + " times");
        checkOrder(lastUp, index, "up");
    }

    /// In words, for people.
    String describe() {
        return "UDP flow " + plan.number() + ", sent " + sent + ", up " + count(arrivedUp) + ", down "
                + count(arrivedDown);
    }

    /// Whether the client sends no more, with an answer or without.
    boolean isSilent() {
        return isOver || firstHealed >= 0 && sent - firstHealed >= MAX_RETRIES || sent == MAX_DATAGRAMS;
    }

    private void sendNext() {
        SimUdpSocket from = socket;
        if (from == null || isSilent()) {
            return;
        }
        if (sent >= plan.count() && !faults.isHealed()) {
            clock.after(RETRY_NANOS, this::sendNext);
            return;
        }
        if (faults.isHealed() && firstHealed < 0) {
            firstHealed = sent;
        }
        int index = sent++;
        lengths[index] = HEADER_BYTES + sizes.below(plan.maxPayloadBytes() - HEADER_BYTES + 1);
        byte[] payload = payload(index);
        from.send(destination(index), payload);
        clock.after(faults.isHealed() ? RETRY_NANOS : plan.pauseNanos(), this::sendNext);
    }

    private void onReply(SimUdpSocket.Datagram reply) {
        int index = index(reply.payload(), "down");
        if (index < 0) {
            return;
        }
        checkPlace(index, reply.source(), "was answered from ");
        arrivedDown[index]++;
        require(
                mayDuplicate || arrivedDown[index] <= arrivedUp[index],
                index,
                "was answered more often than it arrived");
        checkOrder(lastDown, index, "down");
        isOver |= firstHealed >= 0 && index >= firstHealed;
    }

    /// The number of a datagram, or -1 if it is none of ours or not as it was sent.
    private int index(byte[] payload, String way) {
        int index =
                payload.length < HEADER_BYTES ? -1 : ByteBuffer.wrap(payload).getInt(4);
        if (index < 0 || index >= sent || !Arrays.equals(payload, payload(index))) {
            trace.violate(
                    Invariant.U1, "a datagram " + way + " of UDP flow " + plan.number() + " is not as it was sent");
            return -1;
        }
        return index;
    }

    private byte[] payload(int index) {
        byte[] payload = content.bytes(index, lengths[index]);
        ByteBuffer.wrap(payload).putInt(plan.number()).putInt(index);
        return payload;
    }

    private InetSocketAddress destination(int index) {
        return plan.destinations().get(index % plan.destinations().size());
    }

    private void checkPlace(int index, InetSocketAddress place, String what) {
        require(place.equals(destination(index)), index, what + place + " instead of " + destination(index));
    }

    private void checkOrder(int[] last, int index, String way) {
        int slot = index % last.length;
        require(!isOrdered || index > last[slot], index, "came " + way + " behind " + last[slot]);
        last[slot] = Math.max(last[slot], index);
    }

    private void require(boolean holds, int index, String what) {
        if (!holds) {
            trace.violate(Invariant.U1, "datagram " + index + " of UDP flow " + plan.number() + " " + what);
        }
    }

    private static int count(int[] arrived) {
        return (int) Arrays.stream(arrived).filter(times -> times > 0).count();
    }
}
