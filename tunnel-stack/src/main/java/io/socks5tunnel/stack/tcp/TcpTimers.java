// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import io.socks5tunnel.stack.TimerWheel;

/// The timers of one connection behind a single entry of the wheel. Confined to one shard.
///
/// Setting a timer later than before costs nothing: the entry stays where it is, fires early once, and is moved
/// then. That is the common case, since every acknowledgement pushes the retransmission timer back.
@SuppressWarnings("EnumOrdinal") // deadlines by kind in a plain array: set per segment
final class TcpTimers {
    static final long NONE = TimerWheel.NO_DEADLINE;

    /// What a timer is for.
    enum Kind {
        /// Resend of the SYN-ACK.
        HANDSHAKE,
        /// Retransmission time-out (RFC 6298 §5).
        RETRANSMISSION,
        /// Tail loss probe (RFC 8985 §7).
        LOSS_PROBE,
        /// Something sent earlier than what has arrived may count as lost (RFC 8985 §6.2).
        REORDERING,
        /// Probe of a window that is closed or too small (RFC 9293 §3.8.6.1).
        PERSIST,
        /// Delayed acknowledgement (RFC 9293 §3.8.6.3).
        DELAYED_ACK,
        /// Bound of FIN-WAIT-2 after the reader has gone.
        FIN_WAIT_2
    }

    private static final int KINDS = Kind.values().length;

    private final TimerWheel wheel;
    private final TimerWheel.Entry entry;
    private final long[] deadlines = new long[KINDS];

    TcpTimers(TimerWheel wheel, TimerWheel.Handler handler) {
        this.wheel = wheel;
        this.entry = new TimerWheel.Entry(handler);
        for (int i = 0; i < KINDS; i++) {
            deadlines[i] = NONE;
        }
    }

    void set(Kind kind, long deadlineNanos) {
        deadlines[kind.ordinal()] = deadlineNanos;
    }

    void stop(Kind kind) {
        deadlines[kind.ordinal()] = NONE;
    }

    boolean isSet(Kind kind) {
        return deadlines[kind.ordinal()] != NONE;
    }

    long deadline(Kind kind) {
        return deadlines[kind.ordinal()];
    }

    /// Whether a timer is set that makes something be sent again: that of the handshake, of retransmission, or of a
    /// probe.
    boolean isSendTimerSet() {
        return isSet(Kind.HANDSHAKE)
                || isSet(Kind.RETRANSMISSION)
                || isSet(Kind.LOSS_PROBE)
                || isSet(Kind.REORDERING)
                || isSet(Kind.PERSIST);
    }

    /// Stops the timer if it is due.
    ///
    /// @return whether it was
    boolean takeDue(Kind kind, long nowNanos) {
        if (deadlines[kind.ordinal()] > nowNanos) {
            return false;
        }
        deadlines[kind.ordinal()] = NONE;
        return true;
    }

    /// Puts the entry where the earliest timer needs it. Call after timers were set.
    void schedule() {
        long earliest = earliest();
        if (earliest < entry.deadlineNanos()) {
            wheel.schedule(entry, earliest);
        }
    }

    /// Stops all timers.
    void stopAll() {
        for (int i = 0; i < KINDS; i++) {
            deadlines[i] = NONE;
        }
        wheel.cancel(entry);
    }

    private long earliest() {
        long earliest = NONE;
        for (int i = 0; i < KINDS; i++) {
            earliest = Math.min(earliest, deadlines[i]);
        }
        return earliest;
    }
}
