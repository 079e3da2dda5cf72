// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import org.jspecify.annotations.Nullable;

/// One range that was sent and is not acknowledged: up to a whole super-segment, split where acknowledgements or
/// resends split it. Lies in the [Scoreboard] by sequence, and in one of its lists by what is known of it. Reused;
/// confined to one shard.
final class TransmissionRecord implements StreamRange {
    /// What is known of a range.
    enum Fate {
        /// Under way, as far as is known.
        IN_FLIGHT,
        /// Found lost, to be resent.
        LOST,
        /// Received out of order, the client says.
        SACKED
    }

    private long start;
    private long end;
    private long sentNanos;
    private int transmissions;
    private Fate fate = Fate.IN_FLIGHT;
    private @Nullable TransmissionRecord previous;
    private @Nullable TransmissionRecord next;

    /// Starts over with a range that was sent once.
    void sent(long newStart, long newEnd, long nowNanos) {
        start = newStart;
        end = newEnd;
        sentNanos = nowNanos;
        transmissions = 1;
        fate = Fate.IN_FLIGHT;
    }

    @Override
    public long start() {
        return start;
    }

    @Override
    public long end() {
        return end;
    }

    int length() {
        return (int) (end - start);
    }

    /// When it was sent last.
    long sentNanos() {
        return sentNanos;
    }

    /// How often it was sent, at least 1.
    int transmissions() {
        return transmissions;
    }

    boolean isRetransmitted() {
        return transmissions > 1;
    }

    Fate fate() {
        return fate;
    }

    void fate(Fate newFate) {
        fate = newFate;
    }

    /// Notes that it was sent again.
    void resent(long nowNanos) {
        sentNanos = nowNanos;
        transmissions++;
    }

    /// Forgets everything before `newStart`.
    void trimFront(long newStart) {
        start = newStart;
    }

    /// Takes over the range that follows.
    void extendTo(long newEnd) {
        end = newEnd;
    }

    /// Cuts this record at `at`; `rest` becomes what is behind it, with the same history.
    void splitAt(long at, TransmissionRecord rest) {
        rest.start = at;
        rest.end = end;
        rest.sentNanos = sentNanos;
        rest.transmissions = transmissions;
        rest.fate = fate;
        end = at;
    }

    @Nullable
    TransmissionRecord previous() {
        return previous;
    }

    @Nullable
    TransmissionRecord next() {
        return next;
    }

    void previous(@Nullable TransmissionRecord record) {
        previous = record;
    }

    void next(@Nullable TransmissionRecord record) {
        next = record;
    }
}
