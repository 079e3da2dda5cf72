// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

/// What a [Wire] does to packets. Probabilities are 0 to 1 per packet.
///
/// @param loss packets lost, independently of each other
/// @param burstLoss packets lost in bursts, besides
/// @param delayNanos how long every packet takes
/// @param jitterNanos up to this much more, evenly spread; packets overtake each other by it unless `keepOrder`
/// @param keepOrder whether jitter may not change the order
/// @param reorder packets that take `reorderDelayNanos` longer, so that later ones overtake them
/// @param reorderDelayNanos how much longer those take
/// @param duplicate packets that arrive twice
/// @param corrupt packets of which one bit is turned; a checksum must notice
/// @param bitsPerSecond rate of the wire, 0 for endless
/// @param queuePackets how many packets may wait for a wire with a rate, later ones are lost; 0 for endless
/// @param truncate packets that lose their end
/// @param mtuBytes packets larger than this are lost; 0 for none
public record WireConditions(
        double loss,
        BurstLoss burstLoss,
        long delayNanos,
        long jitterNanos,
        boolean keepOrder,
        double reorder,
        long reorderDelayNanos,
        double duplicate,
        double corrupt,
        long bitsPerSecond,
        int queuePackets,
        double truncate,
        int mtuBytes) {
    /// A wire that takes 1 ms and does nothing else.
    public static final WireConditions CLEAN =
            new WireConditions(0, BurstLoss.NONE, 1_000_000, 0, false, 0, 0, 0, 0, 0, 0, 0, 0);

    /// Gilbert's and Elliott's two-state model of loss: per packet, the wire may change between good and bad.
    ///
    /// @param toBad probability of going from good to bad
    /// @param toGood probability of going from bad to good
    /// @param lossInBad packets lost while it is bad
    public record BurstLoss(double toBad, double toGood, double lossInBad) {
        /// The wire is always good.
        public static final BurstLoss NONE = new BurstLoss(0, 1, 0);

        /// The share of packets lost in the long run.
        public double meanLoss() {
            return lossInBad * toBad / (toBad + toGood);
        }
    }

    /// The same with other independent loss.
    public WireConditions withLoss(double probability) {
        return new WireConditions(
                probability,
                burstLoss,
                delayNanos,
                jitterNanos,
                keepOrder,
                reorder,
                reorderDelayNanos,
                duplicate,
                corrupt,
                bitsPerSecond,
                queuePackets,
                truncate,
                mtuBytes);
    }

    /// The same with loss in bursts.
    public WireConditions withBurstLoss(BurstLoss bursts) {
        return new WireConditions(
                loss,
                bursts,
                delayNanos,
                jitterNanos,
                keepOrder,
                reorder,
                reorderDelayNanos,
                duplicate,
                corrupt,
                bitsPerSecond,
                queuePackets,
                truncate,
                mtuBytes);
    }

    /// The same with another delay.
    public WireConditions withDelay(long nanos, long jitter, boolean inOrder) {
        return new WireConditions(
                loss,
                burstLoss,
                nanos,
                jitter,
                inOrder,
                reorder,
                reorderDelayNanos,
                duplicate,
                corrupt,
                bitsPerSecond,
                queuePackets,
                truncate,
                mtuBytes);
    }

    /// The same, but some packets are overtaken.
    public WireConditions withReorder(double probability, long extraNanos) {
        return new WireConditions(
                loss,
                burstLoss,
                delayNanos,
                jitterNanos,
                keepOrder,
                probability,
                extraNanos,
                duplicate,
                corrupt,
                bitsPerSecond,
                queuePackets,
                truncate,
                mtuBytes);
    }

    /// The same, but some packets arrive twice and some with a turned bit.
    public WireConditions withDamage(double duplicated, double corrupted) {
        return new WireConditions(
                loss,
                burstLoss,
                delayNanos,
                jitterNanos,
                keepOrder,
                reorder,
                reorderDelayNanos,
                duplicated,
                corrupted,
                bitsPerSecond,
                queuePackets,
                truncate,
                mtuBytes);
    }

    /// The same at a rate.
    public WireConditions withRate(long bitRate, int waiting) {
        return new WireConditions(
                loss,
                burstLoss,
                delayNanos,
                jitterNanos,
                keepOrder,
                reorder,
                reorderDelayNanos,
                duplicate,
                corrupt,
                bitRate,
                waiting,
                truncate,
                mtuBytes);
    }

    /// The same, but some packets lose their end, and those larger than `bytes` are lost.
    ///
    /// @param bytes 0 for no limit
    public WireConditions withCuts(double truncated, int bytes) {
        return new WireConditions(
                loss,
                burstLoss,
                delayNanos,
                jitterNanos,
                keepOrder,
                reorder,
                reorderDelayNanos,
                duplicate,
                corrupt,
                bitsPerSecond,
                queuePackets,
                truncated,
                bytes);
    }
}
