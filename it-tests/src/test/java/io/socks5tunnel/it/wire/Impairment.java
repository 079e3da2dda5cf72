// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.wire;

import java.util.SplittableRandom;

/// Decides what happens to each packet of one direction.
///
/// What happens to the n-th packet depends on the seed, the settings and n alone, except where the rate is limited:
/// there, time decides too. Two transfers over wires of the same seed lose the same packets by number.
/// Confined to one thread.
final class Impairment {
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long BITS_PER_BYTE = 8;

    private final WireSettings settings;
    private final WireCounters counters = new WireCounters();
    private final SplittableRandom random;
    private boolean isInBurst;
    private long lineFreeNanos = Long.MIN_VALUE;

    private boolean isLost;
    private boolean isDoubled;
    private long dueNanos;
    private int flippedBit;

    Impairment(WireSettings settings, long seed) {
        this.settings = settings;
        random = new SplittableRandom(seed);
    }

    /// Decides on the next packet.
    void next(int lengthBytes, long nowNanos) {
        // each packet takes as many numbers as every other, whatever its fate
        double loss = random.nextDouble();
        double burst = random.nextDouble();
        double duplication = random.nextDouble();
        double corruption = random.nextDouble();
        double place = random.nextDouble();
        double lateness = random.nextDouble();

        isLost = isInBurst || loss < settings.losses().share();
        isInBurst = isInBurst
                ? burst >= settings.losses().burstEnd()
                : burst < settings.losses().burstStart();
        isDoubled = duplication < settings.duplicated();
        flippedBit = corruption < settings.corrupted() ? (int) (place * Integer.MAX_VALUE) : -1;
        boolean isLate = lateness < settings.lates().share();
        counters.onPacket(lengthBytes);
        if (isLost) {
            counters.onLost();
            return;
        }
        dueNanos = nowNanos + settings.delayNanos() + (isLate ? settings.lates().nanos() : 0);
        if (settings.rate().isLimited()) {
            queue(lengthBytes, nowNanos);
        }
        if (!isLost) {
            counters.onPassed(isDoubled, flippedBit >= 0, isLate);
        }
    }

    /// Sends the packet along a line that takes its time for each bit.
    private void queue(int lengthBytes, long nowNanos) {
        if (lineFreeNanos < nowNanos) {
            lineFreeNanos = nowNanos;
        }
        long bitsPerSecond = settings.rate().bitsPerSecond();
        double waitingBytes = (double) (lineFreeNanos - nowNanos) * bitsPerSecond / NANOS_PER_SECOND / BITS_PER_BYTE;
        if (waitingBytes + lengthBytes > settings.rate().queueBytes()) {
            isLost = true;
            counters.onOverflow();
            return;
        }
        lineFreeNanos += lengthBytes * BITS_PER_BYTE * NANOS_PER_SECOND / bitsPerSecond;
        dueNanos += lineFreeNanos - nowNanos;
    }

    /// Whether the packet is gone.
    boolean isLost() {
        return isLost;
    }

    /// Whether it comes twice.
    boolean isDoubled() {
        return isDoubled;
    }

    /// When it comes out of the wire.
    long dueNanos() {
        return dueNanos;
    }

    /// A number to find the bit with that is flipped, or -1.
    int flippedBit() {
        return flippedBit;
    }

    WireCounters counters() {
        return counters;
    }
}
