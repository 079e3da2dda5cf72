// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

/// What the client's window is: that of its newest segment, also if that took back what an earlier one offered (RFC
/// 9293 §3.8.6 and §3.10.7.4). Confined to one thread.
///
/// A segment that the tunnel is free to drop may change the window or not. One that came in at this instant may not
/// have been handled yet. So there is a nearest and a farthest right edge, now and for what follows this instant.
final class ClientWindow {
    private int nearest;
    private int farthest;
    private int nearestOfInstant;
    private int farthestOfInstant;
    private int newestSeq;
    private long atNanos;

    /// The window of the client's SYN.
    void begin(int seq, int rightEdge) {
        newestSeq = seq;
        nearest = rightEdge;
        farthest = rightEdge;
        nearestOfInstant = rightEdge;
        farthestOfInstant = rightEdge;
    }

    /// A segment went in that offers a window.
    ///
    /// @param isTaken whether the tunnel must take the segment, and none that came before began behind it
    void onInjected(int seq, int rightEdge, boolean isTaken, long nowNanos) {
        passTime(nowNanos);
        if (seq - newestSeq < 0) {
            return;
        }
        if (isTaken) {
            newestSeq = seq;
            nearest = rightEdge;
            farthest = rightEdge;
        } else {
            nearest = earlier(nearest, rightEdge);
            farthest = later(farthest, rightEdge);
        }
        nearestOfInstant = earlier(nearestOfInstant, rightEdge);
        farthestOfInstant = later(farthestOfInstant, rightEdge);
    }

    /// The sequence number that no new data may reach at this moment.
    int edge(long nowNanos) {
        passTime(nowNanos);
        return farthestOfInstant;
    }

    /// Whether the tunnel may take this for the right edge at this moment.
    boolean isBelievable(int rightEdge, long nowNanos) {
        passTime(nowNanos);
        return rightEdge - farthestOfInstant <= 0 && rightEdge - nearestOfInstant >= 0;
    }

    private void passTime(long nowNanos) {
        if (nowNanos != atNanos) {
            atNanos = nowNanos;
            nearestOfInstant = nearest;
            farthestOfInstant = farthest;
        }
    }

    private static int later(int one, int other) {
        return one - other > 0 ? one : other;
    }

    private static int earlier(int one, int other) {
        return one - other < 0 ? one : other;
    }
}
