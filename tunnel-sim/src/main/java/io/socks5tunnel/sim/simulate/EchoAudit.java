// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import java.util.ArrayList;
import java.util.List;

/// Which timestamp a flow may echo, by RFC 7323 §4.3: that of the newest segment which began at or before the last
/// acknowledgement sent. Confined to one thread.
///
/// Packets are handled at the instant at which the device takes them, but maybe after others of that instant were
/// answered. Therefore a segment counts as soon as any acknowledgement of its instant reaches it.
final class EchoAudit {
    /// A segment of this instant that begins beyond what is acknowledged.
    private record Ahead(int seq, int timestamp) {}

    private final List<Ahead> ahead = new ArrayList<>();
    private int newest;
    private int oldest;
    /// What the oldest echo will be after the present instant.
    private int nextOldest;

    private long atNanos;

    /// The connection begins.
    ///
    /// @param offered timestamp of the newest SYN
    /// @param echoed what the SYN-ACK echoed
    void begin(int offered, int echoed) {
        ahead.clear();
        newest = offered;
        oldest = echoed;
        nextOldest = echoed;
    }

    /// A segment went in.
    ///
    /// @param lastAck what was acknowledged last
    /// @param isNextInOrder whether it begins there and brings what the tunnel must take
    void onInjected(int seq, int timestamp, int lastAck, boolean isNextInOrder, long nowNanos) {
        passTime(nowNanos);
        if (seq - lastAck <= 0) {
            count(timestamp);
        } else {
            ahead.add(new Ahead(seq, timestamp));
        }
        if (isNextInOrder && timestamp - nextOldest > 0) {
            nextOldest = timestamp;
        }
    }

    /// Whether `echo` may leave now.
    boolean isLawful(int echo, long nowNanos) {
        passTime(nowNanos);
        return echo - newest <= 0 && echo - oldest >= 0;
    }

    /// An acknowledgement has left.
    void onAcknowledged(int ack, long nowNanos) {
        passTime(nowNanos);
        for (Ahead segment : ahead) {
            if (segment.seq() - ack <= 0) {
                count(segment.timestamp());
            }
        }
    }

    private void count(int timestamp) {
        if (timestamp - newest > 0) {
            newest = timestamp;
        }
    }

    private void passTime(long nowNanos) {
        if (nowNanos != atNanos) {
            atNanos = nowNanos;
            oldest = nextOldest;
            ahead.clear();
        }
    }
}
