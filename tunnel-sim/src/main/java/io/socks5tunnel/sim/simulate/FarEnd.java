// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import io.socks5tunnel.sim.SeededContent;
import io.socks5tunnel.sim.SimConnection;
import io.socks5tunnel.sim.VirtualClock;
import java.io.IOException;
import java.util.Arrays;

/// The far end of a transfer, behind the SOCKS server: sends what the plan says, and compares what comes with what
/// the client sends (invariant I1). Confined to one thread.
final class FarEnd implements SimConnection.Listener {
    private final VirtualClock clock;
    private final Trace trace;
    private final FaultClock faults;
    private final Transfer transfer;
    private final TransferPlan plan;
    private final SimConnection connection;
    private final SeededContent expected;
    private final SeededContent content;
    private long received;
    private long sent;
    private boolean isInputEnded;
    private boolean isOutputShut;
    private boolean hasFailed;
    private boolean isResting;
    private long sendLimit;

    FarEnd(VirtualClock clock, Trace trace, FaultClock faults, Transfer transfer, SimConnection connection) {
        this.clock = clock;
        this.trace = trace;
        this.faults = faults;
        this.transfer = transfer;
        this.plan = transfer.plan();
        this.connection = connection;
        expected = transfer.upContent();
        content = transfer.downContent();
        sendLimit = plan.downBytes();
        for (Fault fault : faults.active(FaultKind.EARLY_END)) {
            if (fault.subject() == plan.number()) {
                sendLimit = Math.min(sendLimit, fault.amount());
            }
        }
    }

    /// Begins with payload that came ahead of the reply.
    void start(byte[] early) {
        take(early);
        connection.listener(this);
        resume();
    }

    long received() {
        return received;
    }

    long sent() {
        return sent;
    }

    /// Whether both streams have ended in good order.
    boolean isEndedWell() {
        return isInputEnded && isOutputShut && !hasFailed;
    }

    boolean isInputEnded() {
        return isInputEnded;
    }

    boolean isOver() {
        return hasFailed || connection.isClosed();
    }

    /// Goes on, after a stall or a pause.
    void resume() {
        if (isOver() || faults.isActive(FaultKind.STALL, plan.number())) {
            return;
        }
        try {
            if (connection.readable() > 0) {
                take(connection.readAll());
            }
            send();
            if (isInputEnded && connection.readable() == 0 && isOutputShut) {
                connection.close();
            }
            resetIfDue();
        } catch (IOException e) {
            onFailed();
        }
    }

    @Override
    public void onReadable() {
        resume();
    }

    @Override
    public void onEnded() {
        isInputEnded = true;
        trace.event("far end of transfer " + plan.number() + " got FIN after " + received + " bytes");
        resume();
    }

    @Override
    public void onWritable() {
        resume();
    }

    @Override
    public void onFailed() {
        hasFailed = true;
        trace.event("far end of transfer " + plan.number() + " was reset");
    }

    private void take(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        trace.upstream(plan.number(), bytes);
        long mismatch = expected.mismatch(received, bytes, 0, bytes.length);
        received += bytes.length;
        trace.require(
                mismatch < 0, Invariant.I1, "transfer " + plan.number() + ": byte " + mismatch + " up is another one");
        trace.require(
                received <= transfer.handedUp(),
                Invariant.I1,
                "transfer " + plan.number() + ": " + received + " bytes came up, " + transfer.handedUp()
                        + " were sent");
    }

    private void send() throws IOException {
        long wanted = isInputEnded ? plan.downBytes() : plan.downBytesAtOnce();
        long target = Math.min(sendLimit, wanted);
        while (sent < target && !isResting) {
            byte[] piece = content.bytes(sent, (int) Math.min(plan.pieceBytes(), target - sent));
            int count = connection.write(piece, 0, piece.length);
            sent += count;
            trace.upstream(plan.number(), Arrays.copyOf(piece, count));
            if (count == 0) {
                return;
            }
            rest();
        }
        // who rests between writes also rests before the end, so that FIN comes alone
        boolean isDone = !isResting && sent == Math.min(sendLimit, plan.downBytes());
        if (isDone && !isOutputShut && (isInputEnded || wanted >= sendLimit || wanted == plan.downBytes())) {
            boolean waitsForClient = plan.ending() == TransferPlan.Ending.CLIENT_FIRST && sendLimit >= plan.downBytes();
            if (isInputEnded || !waitsForClient) {
                isOutputShut = true;
                connection.shutdownOutput();
                trace.event("far end of transfer " + plan.number() + " ends after " + sent + " bytes");
            }
        }
    }

    private void rest() {
        if (plan.pauseNanos() > 0) {
            isResting = true;
            clock.after(plan.pauseNanos(), () -> {
                isResting = false;
                resume();
            });
        }
    }

    private void resetIfDue() {
        for (Fault fault : faults.active(FaultKind.RESET)) {
            if (fault.subject() == plan.number() && sent + received >= fault.amount() && !connection.isClosed()) {
                transfer.excuse("the far end resets");
                trace.event("far end of transfer " + plan.number() + " resets");
                connection.reset();
            }
        }
    }
}
