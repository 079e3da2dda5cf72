// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

/// Whether an ICMP message that a segment was too big is believed (RFC 5927 §7.2). Whoever can see one segment of a
/// connection could otherwise make all others small. Confined to one shard.
///
/// At once only as long as no segment of full size has been acknowledged, as at the beginning of a connection;
/// later when the quoted segment is still unacknowledged at the next retransmission time-out. Positions are stream
/// offsets.
final class PathMtu {
    private static final long NONE = -1;

    private long firstFullEnd = NONE;
    private long doubtfulAt = NONE;
    private int doubtfulBytes;

    /// Notes that `[start, start + length)` was sent in segments of `segmentBytes`.
    void onSent(long start, int length, int segmentBytes) {
        if (firstFullEnd == NONE && length >= segmentBytes) {
            firstFullEnd = start + segmentBytes;
        }
    }

    /// Whether segments may be no larger than `segmentBytes` from now on; if that is doubtful, time will tell.
    ///
    /// @param offset where the segment began that was too big
    /// @param una what is not acknowledged yet
    boolean isBelieved(int segmentBytes, long offset, long una) {
        boolean isFullSizeAcknowledged = firstFullEnd != NONE && una >= firstFullEnd;
        if (!isFullSizeAcknowledged) {
            return true;
        }
        doubtfulAt = offset;
        doubtfulBytes = segmentBytes;
        return false;
    }

    /// The retransmission timer ran out.
    ///
    /// @return the segment size that is believed now, or 0
    int onTimeout(long una) {
        boolean isBelieved = doubtfulAt != NONE && una <= doubtfulAt;
        doubtfulAt = NONE;
        return isBelieved ? doubtfulBytes : 0;
    }

    /// The segments have become smaller.
    void onLowered() {
        firstFullEnd = NONE;
        doubtfulAt = NONE;
    }
}
