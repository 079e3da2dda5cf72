// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import java.util.ArrayList;
import java.util.List;

/// Which parts of the client's stream have been played beyond what has reached the upstream: tells how large a hole
/// in the capture is.
final class ClientCoverage {
    private static final int MAX_PARTS = 4_096;

    private record Part(int seq, int endSeq) {}

    private final List<Part> parts = new ArrayList<>();

    void add(int seq, int endSeq) {
        if (parts.size() < MAX_PARTS && Seq.isBefore(seq, endSeq)) {
            parts.add(new Part(seq, endSeq));
        }
    }

    /// Where the hole that begins at `seq` ends, at most `limit`; what lies before it is forgotten.
    int holeEnd(int seq, int limit) {
        parts.removeIf(part -> !Seq.isBefore(seq, part.endSeq));
        int end = limit;
        for (Part part : parts) {
            end = Seq.min(end, Seq.max(part.seq, seq));
        }
        return end;
    }
}
