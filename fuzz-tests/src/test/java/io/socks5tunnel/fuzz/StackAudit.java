// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.fuzz;

import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.stack.TcpState;
import io.socks5tunnel.stack.inspect.FlowView;
import io.socks5tunnel.stack.inspect.StackView;
import java.util.HashMap;
import java.util.Map;

/// Looks into a stack after every poll. Nothing that a peer sends may make a connection go back, send beyond the
/// client's window, count below nothing, or forget to wake up.
final class StackAudit {
    private Map<FlowKey, FlowView> before = new HashMap<>();
    private Map<FlowKey, FlowView> spare = new HashMap<>();

    void check(StackView stack) {
        Map<FlowKey, FlowView> present = spare;
        for (FlowView flow : stack.connections()) {
            checkAlone(flow);
            FlowView old = before.get(flow.key());
            if (old != null) {
                checkForward(old, flow);
            }
            present.put(flow.key(), flow);
        }
        spare = before;
        spare.clear();
        before = present;
    }

    /// Says that a connection is no more: another of the same addresses may take its place before the next poll.
    void forget(FlowKey key) {
        before.remove(key);
    }

    private static void checkAlone(FlowView flow) {
        check(flow.sndUna() <= flow.sndNxt(), "SND.UNA > SND.NXT", flow);
        check(flow.sndNxt() <= flow.sendQueued() + 1, "more was sent than there is", flow);
        check(flow.rcvNxt() <= flow.rcvWindowRight() + 1, "the receive window is negative", flow);
        check(flow.readableBytes() >= 0, "less than nothing can be read", flow);
        check(flow.congestionWindowBytes() > 0, "no congestion window", flow);
        check(flow.segmentBytes() > 0, "no segment size", flow);
        check(flow.inFlightBytes() >= 0, "less than nothing is in flight", flow);
        check(flow.lostBytes() >= 0 && flow.sackedBytes() >= 0, "less than nothing was lost or sacked", flow);
        check(flow.slabs() >= 0, "less than no slabs", flow);
        long end = flow.sendQueued() + (flow.isFinQueued() ? 1 : 0);
        boolean mustSend = flow.state() == TcpState.SYN_RECEIVED || flow.sndUna() < end;
        check(
                flow.state() == TcpState.CLOSED || !mustSend || flow.isTimerArmed(),
                "something is to be sent, and no timer",
                flow);
    }

    private static void checkForward(FlowView old, FlowView now) {
        boolean isForward = now.sndUna() >= old.sndUna()
                && now.sndNxt() >= old.sndNxt()
                && now.rcvNxt() >= old.rcvNxt()
                && now.rcvWindowRight() >= old.rcvWindowRight();
        if (!isForward) {
            throw new Finding("went back, from " + old + " to " + now);
        }
        // the client may have shrunk its window afterwards, but nothing is sent beyond what it has ever allowed
        boolean isWithin = now.sndNxt() <= Math.max(now.sndWindowRight(), old.sndWindowRight()) + 1;
        check(now.sndNxt() == old.sndNxt() || isWithin, "sent beyond the client's window", now);
    }

    private static void check(boolean holds, String otherwise, FlowView flow) {
        if (!holds) {
            throw new Finding(otherwise + ": " + flow);
        }
    }
}
