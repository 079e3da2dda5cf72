// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import java.util.ArrayDeque;

/// How long a flow must wait before it says the same again: twice as long each time while nothing comes in (RFC
/// 6298 §5.5, RFC 9293 §3.8.6.1); and how often it may answer segments that bring nothing (RFC 5961 §7). Confined
/// to one thread.
final class Patience {
    private static final long SECOND = 1_000_000_000L;
    /// RFC 5961 leaves the number open and suggests ten in five seconds; twice as many may fall into one second of
    /// ours where ten are allowed in each.
    private static final int ANSWERS_PER_SECOND = 20;

    /// The first gaps are those of probes and of a timer that was set by other segments.
    private static final int GAPS_WITHOUT_RULE = 2;

    /// No timer needs to wait longer.
    private static final long LONG_ENOUGH_NANOS = 30 * SECOND;

    private final ArrayDeque<Long> answers = new ArrayDeque<>();
    private int repeatedSeq;
    private int gaps = -1;
    private long sentNanos;
    private long lastGapNanos;
    private int deserved;
    private long atNanos;

    /// A connection begins, of which nothing was said yet.
    void begin() {
        answers.clear();
        gaps = -1;
    }

    /// Something came in.
    ///
    /// @param segments how many segments with data or FIN, each of which deserves an answer
    void onInjected(int segments, long nowNanos) {
        gaps = -1;
        passTime(nowNanos);
        deserved += segments;
    }

    /// A segment leaves that the client will answer if it comes.
    ///
    /// @return whether it waited long enough
    boolean isDue(int seq, long nowNanos) {
        long gapNanos = nowNanos - sentNanos;
        boolean isRepeated = gaps >= 0 && seq == repeatedSeq;
        boolean isDue = !isRepeated
                || gaps < GAPS_WITHOUT_RULE
                || gapNanos >= LONG_ENOUGH_NANOS
                || gapNanos >= lastGapNanos + lastGapNanos / 2;
        gaps = isRepeated ? gaps + 1 : 0;
        repeatedSeq = seq;
        sentNanos = nowNanos;
        lastGapNanos = gapNanos;
        return isDue;
    }

    /// An acknowledgement leaves that says nothing new.
    ///
    /// @return whether there were few enough of them
    boolean isAnswerAllowed(long nowNanos) {
        passTime(nowNanos);
        if (deserved > 0) {
            deserved--;
            return true;
        }
        answers.add(nowNanos);
        while (nowNanos - answers.getFirst() >= SECOND) {
            answers.remove();
        }
        return answers.size() <= ANSWERS_PER_SECOND;
    }

    private void passTime(long nowNanos) {
        if (nowNanos != atNanos) {
            atNanos = nowNanos;
            deserved = 0;
        }
    }
}
