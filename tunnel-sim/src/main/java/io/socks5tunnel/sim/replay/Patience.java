// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

/// How long the next packet of a captured client waits for the tunnel: a bounded time, and a shorter one after
/// something did not come. Confined to the thread of the replay.
final class Patience {
    /// How long a packet waits at all.
    static final long FORCE_AFTER_NANOS = 5_000_000_000L;
    /// How long a real server may take to answer as the captured one did.
    static final long REAL_ANSWER_NANOS = 300_000_000;

    private final FlowStage stage;
    private final StackSide stack;
    private long heldSinceNanos;
    private boolean isHeld;
    private boolean hasWaitedInVain;
    private boolean hasLackedRoom;

    Patience(FlowStage stage, StackSide stack) {
        this.stage = stage;
        this.stack = stack;
    }

    /// Lets the next packet wait.
    ///
    /// @return whether it did not wait before
    boolean hold(long nowNanos) {
        if (isHeld) {
            return false;
        }
        isHeld = true;
        heldSinceNanos = nowNanos;
        return true;
    }

    /// Whether the next packet has waited for so long.
    boolean hasLasted(long nanos, long nowNanos) {
        return isHeld && nowNanos - heldSinceNanos >= nanos;
    }

    /// Whether the next packet, `head`, is to go although what it waits for has not come.
    boolean isOver(ReplayPacket head, long nowNanos) {
        return hasLasted(limitNanos(head), nowNanos);
    }

    /// The next packet need not wait any longer for its predecessors.
    void rest() {
        isHeld = false;
    }

    /// The next packet, `head`, goes.
    ///
    /// @param isForced without what it has waited for
    void end(ReplayPacket head, boolean isForced) {
        isHeld = false;
        hasLackedRoom |= isForced && !stack.hasRoomFor(head);
        hasWaitedInVain = isForced || stage.isServerReal() && hasWaitedInVain;
    }

    /// What did not come is waited for once, until something comes again. A real server may never send what the
    /// captured one did. Room in its window, though, the tunnel makes as soon as the server reads; and what was
    /// sent beyond the window nobody sends again. So room is waited for as long as anything, once, too.
    private long limitNanos(ReplayPacket head) {
        boolean isOtherServer = stage.isServerReal() && stack.hasIsn();
        if (isOtherServer && !hasLackedRoom && !stack.hasRoomFor(head)) {
            return FORCE_AFTER_NANOS;
        }
        if (isOtherServer) {
            return hasWaitedInVain ? TcpFlow.HELP_AFTER_NANOS : REAL_ANSWER_NANOS;
        }
        return hasWaitedInVain ? TcpFlow.FILL_AFTER_NANOS + TcpFlow.HELP_AFTER_NANOS : FORCE_AFTER_NANOS;
    }
}
