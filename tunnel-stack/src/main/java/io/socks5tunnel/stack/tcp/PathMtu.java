// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

/// What is known of the links on the way to the client. Confined to one shard. Positions are stream offsets.
///
/// Whether an ICMP message that a segment was too big is believed (RFC 5927 §7.2): whoever can see one segment of a
/// connection could otherwise make all others small. At once only as long as no segment of full size has been
/// acknowledged, as at the beginning of a connection; later when the quoted segment is still unacknowledged at the
/// next retransmission time-out.
///
/// And whether a link swallows large segments and nobody says so, a black hole (RFC 4821 §7.7): full segments time
/// out again and again. A client that was away for a while looks the same. So the segments are made smaller only
/// until everything has arrived that was under way; if large ones are swallowed once more, they stay small.
final class PathMtu {
    private static final long NONE = -1;
    private static final int TIMEOUTS_OF_A_BLACK_HOLE = 3;
    /// Links of less are rare, and IPv6 does not allow them.
    private static final int USUAL_LINK_BYTES = 1280;
    /// What every IPv4 host takes.
    private static final int SMALLEST_LINK_BYTES = 576;

    private long firstFullEnd = NONE;
    private long doubtfulAt = NONE;
    private int doubtfulBytes;
    private int bytesBefore;
    private long triedAgainAt;
    private boolean isTriedAgain;

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

    /// What link to believe in when segments of full size have timed out `timeouts` times in a row.
    ///
    /// @return its MTU, bytes; or 0
    static int suspectedLinkBytes(int timeouts, boolean isIpv4) {
        if (timeouts == TIMEOUTS_OF_A_BLACK_HOLE) {
            return USUAL_LINK_BYTES;
        }
        return isIpv4 && timeouts == TIMEOUTS_OF_A_BLACK_HOLE + 1 ? SMALLEST_LINK_BYTES : 0;
    }

    /// Segments of `segmentBytes` are suspected of being swallowed, and made smaller.
    ///
    /// @param nxt what was sent up to now
    void onSuspicion(int segmentBytes, long nxt) {
        if (!isTriedAgain) {
            bytesBefore = Math.max(bytesBefore, segmentBytes);
            triedAgainAt = nxt;
        }
    }

    /// Everything before `una` has arrived.
    ///
    /// @return the segment size to try once more, or 0
    int onProgress(long una) {
        if (bytesBefore == 0 || una < triedAgainAt) {
            return 0;
        }
        int bytes = bytesBefore;
        bytesBefore = 0;
        isTriedAgain = true;
        return bytes;
    }

    /// A link was named that is the reason: no size is tried again.
    void onLinkNamed() {
        bytesBefore = 0;
    }

    /// The segments have become smaller.
    void onLowered() {
        firstFullEnd = NONE;
        doubtfulAt = NONE;
    }
}
