// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.wire;

/// What a wire does to the packets of one direction. Shares are 0 to 1, of all packets.
///
/// @param losses which packets are lost
/// @param duplicated share of packets that come twice, one right after the other
/// @param corrupted share of packets of which one bit behind the IP header is flipped; in the header of IPv6, which
///     has no checksum, it could turn a packet into somebody else's
/// @param delayNanos how long the way is
/// @param lates which packets are held back, so that others overtake them
/// @param rate how much passes
record WireSettings(Losses losses, double duplicated, double corrupted, long delayNanos, Lates lates, Rate rate) {
    /// A wire that does nothing.
    static final WireSettings CLEAN =
            new WireSettings(new Losses(0, 0, 0), 0, 0, 0, new Lates(0, 0), new Rate(Long.MAX_VALUE, 0));

    private static final int WORDS = 10;

    /// Independent losses, and bursts of them after Gilbert and Elliott: a good state and a bad one, in which all
    /// is lost.
    ///
    /// @param share lost in the good state, each packet by itself
    /// @param burstStart share of packets in the good state after which the bad one begins
    /// @param burstEnd share of packets in the bad state that are its last
    record Losses(double share, double burstStart, double burstEnd) {}

    /// @param share of packets
    /// @param nanos how much longer they take
    record Lates(double share, long nanos) {}

    /// @param bitsPerSecond of IP packets
    /// @param queueBytes that may wait; what finds the queue full is lost
    record Rate(long bitsPerSecond, long queueBytes) {
        boolean isLimited() {
            return bitsPerSecond != Long.MAX_VALUE;
        }
    }

    /// The same, with independent losses.
    WireSettings losing(double share) {
        return new WireSettings(new Losses(share, 0, 0), duplicated, corrupted, delayNanos, lates, rate);
    }

    /// The same, with losses in bursts.
    ///
    /// @param share of all packets that is lost
    /// @param length of a burst on average, packets
    WireSettings losingBursts(double share, double length) {
        Losses bursts = new Losses(0, share / ((1 - share) * length), 1 / length);
        return new WireSettings(bursts, duplicated, corrupted, delayNanos, lates, rate);
    }

    /// The same, with packets doubled and damaged.
    WireSettings dirty(double newDuplicated, double newCorrupted) {
        return new WireSettings(losses, newDuplicated, newCorrupted, delayNanos, lates, rate);
    }

    /// The same, with a longer way.
    WireSettings delaying(long newDelayNanos) {
        return new WireSettings(losses, duplicated, corrupted, newDelayNanos, lates, rate);
    }

    /// The same, with some packets later than the rest.
    WireSettings reordering(double share, long nanos) {
        return new WireSettings(losses, duplicated, corrupted, delayNanos, new Lates(share, nanos), rate);
    }

    /// The same, with a bottle neck.
    WireSettings narrow(long bitsPerSecond, long queueBytes) {
        return new WireSettings(losses, duplicated, corrupted, delayNanos, lates, new Rate(bitsPerSecond, queueBytes));
    }

    /// All of it in one line, for [#parse].
    String line() {
        return losses.share + " " + losses.burstStart + " " + losses.burstEnd + " " + duplicated + " " + corrupted
                + " " + delayNanos + " " + lates.share + " " + lates.nanos + " " + rate.bitsPerSecond + " "
                + rate.queueBytes;
    }

    /// Reads [#line()].
    static WireSettings parse(String line) {
        String[] words = line.split(" ", -1);
        if (words.length != WORDS) {
            throw new IllegalArgumentException("not the settings of a wire: " + line);
        }
        return new WireSettings(
                new Losses(Double.parseDouble(words[0]), Double.parseDouble(words[1]), Double.parseDouble(words[2])),
                Double.parseDouble(words[3]),
                Double.parseDouble(words[4]),
                Long.parseLong(words[5]),
                new Lates(Double.parseDouble(words[6]), Long.parseLong(words[7])),
                new Rate(Long.parseLong(words[8]), Long.parseLong(words[9])));
    }
}
