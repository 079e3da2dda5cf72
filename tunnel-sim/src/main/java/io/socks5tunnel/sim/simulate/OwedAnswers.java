// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import io.socks5tunnel.sim.SackBlock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a flow owes its client for bytes that it must take: an answer at once if something before them is missing
/// (RFC 5681 §4.2), else an acknowledgement within half a second (RFC 9293 §3.8.6.3), and a good memory for what
/// came early. Confined to one thread.
final class OwedAnswers {
    private static final long LONGEST_DELAY_NANOS = 500_000_000;
    private static final long NEVER = Long.MAX_VALUE;

    private final List<SackBlock> reported = new ArrayList<>();
    private int inOrderEnd;
    private int owedAck;
    private long owedNanos = NEVER;
    private long duplicateNanos = NEVER;
    private boolean hasFin;
    private int finEnd;
    private long finNanos;

    /// The connection begins, with this sequence number behind the SYN.
    void begin(int firstSeq) {
        reported.clear();
        inOrderEnd = firstSeq;
        hasFin = false;
        forgive();
    }

    /// Nothing is owed any more: the connection is gone.
    void forgive() {
        owedNanos = NEVER;
        duplicateNanos = NEVER;
    }

    /// A segment with data or FIN went in that the tunnel must take.
    ///
    /// @param isGapBefore whether something before it never went in
    void onTaken(int seq, int end, boolean isFin, boolean isGapBefore, long nowNanos) {
        if (isFin) {
            hasFin = true;
            finEnd = end;
            finNanos = nowNanos;
        }
        if (isGapBefore) {
            duplicateNanos = Math.min(duplicateNanos, nowNanos);
        } else if (seq - inOrderEnd <= 0 && end - inOrderEnd > 0) {
            inOrderEnd = end;
            if (owedNanos == NEVER) {
                owedAck = end;
                owedNanos = nowNanos;
            }
        }
    }

    /// What is overdue before anything else happens at `nowNanos`, or null.
    @Nullable
    String overdue(long nowNanos) {
        if (duplicateNanos < nowNanos) {
            return "a segment out of order was not answered at once";
        }
        if (owedNanos != NEVER && nowNanos - owedNanos > LONGEST_DELAY_NANOS) {
            return "nothing acknowledged data for more than half a second";
        }
        return null;
    }

    /// An acknowledgement leaves.
    ///
    /// @return what it has forgotten, or null
    @Nullable
    String onAcknowledged(int ack, List<SackBlock> blocks, long nowNanos) {
        duplicateNanos = NEVER;
        if (owedNanos != NEVER && ack - owedAck >= 0) {
            owedAck = inOrderEnd;
            owedNanos = ack - inOrderEnd >= 0 ? NEVER : nowNanos;
        }
        if (hasFin && ack == finEnd - 1 && finNanos < nowNanos) {
            return "acknowledges everything but a FIN that has come";
        }
        for (SackBlock block : blocks) {
            if (!reported.contains(block)) {
                reported.add(block);
            }
        }
        boolean isInsideBlock =
                reported.stream().anyMatch(block -> block.leftSeq() - ack <= 0 && block.rightSeq() - ack > 0);
        reported.removeIf(block -> block.rightSeq() - ack <= 0);
        return isInsideBlock ? "acknowledges less than it reported as received" : null;
    }
}
