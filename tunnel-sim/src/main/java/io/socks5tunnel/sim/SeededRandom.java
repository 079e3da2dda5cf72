// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

/// A source of numbers that look random and follow from a seed alone: SplitMix64, written out so that no JDK can
/// change it (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014).
///
/// Every part of a simulation gets its own [#fork], so that one more question asked in one part changes nothing in
/// the others. Confined to one thread.
public final class SeededRandom {
    private static final long GOLDEN_GAMMA = 0x9e37_79b9_7f4a_7c15L;

    private final long seed;
    private long state;

    /// Numbers that follow from `seed`.
    public SeededRandom(long seed) {
        this.seed = seed;
        state = mix(seed);
    }

    /// An independent source for the part of the simulation called `name`; the same name gives the same source.
    public SeededRandom fork(String name) {
        return new SeededRandom(mix(seed ^ mix(hash(name))));
    }

    /// Any 64 bits.
    public long nextLong() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    /// Any 32 bits.
    public int nextInt() {
        return (int) (nextLong() >>> 32);
    }

    /// 0 to `bound - 1`.
    ///
    /// @param bound at least 1
    public int below(int bound) {
        return (int) ((nextLong() >>> 33) * bound >>> 31);
    }

    /// `low` to `high`, both included.
    public long between(long low, long high) {
        return low + Long.remainderUnsigned(nextLong(), high - low + 1);
    }

    /// True with the given probability, 0 to 1. Takes one number, whatever the probability.
    public boolean chance(double probability) {
        return (nextLong() >>> 11) * 0x1.0p-53 < probability;
    }

    /// Fills an array.
    public void fill(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) nextLong();
        }
    }

    private static long mix(long value) {
        long mixed = (value ^ value >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d0_49bb_1331_11ebL;
        return mixed ^ mixed >>> 31;
    }

    private static long hash(String name) {
        long hash = 0;
        for (int i = 0; i < name.length(); i++) {
            hash = hash * 31 + name.charAt(i);
        }
        return hash;
    }
}
