// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import io.socks5tunnel.api.spi.TunCapabilities;

/// What one seed of a stack test is made of.
///
/// @param wire what happens to packets, each way
/// @param mergeWindowNanos how long wires hold packets to put them together, 0 for not
/// @param capabilities what the device takes
/// @param options how the client behaves
/// @param isIpv6 the address family
/// @param mtuBytes the device's MTU
/// @param upBytes what the client sends
/// @param downBytes what the application sends
/// @param slabBudget slabs in the stack's pool
/// @param writeRefusal share of packets that the device refuses
/// @param isClientSlow the client reads in small pieces with pauses
/// @param applicationPauseNanos how long the application rests between its pieces
/// @param losesOffload the device's offload goes away after a while
record StackScenario(
        WireConditions wire,
        long mergeWindowNanos,
        TunCapabilities capabilities,
        SimTcpOptions options,
        boolean isIpv6,
        int mtuBytes,
        int upBytes,
        int downBytes,
        int slabBudget,
        double writeRefusal,
        boolean isClientSlow,
        long applicationPauseNanos,
        boolean losesOffload) {
    static final TunCapabilities OFFLOAD = new TunCapabilities(true, true, true);
    private static final int LENGTH = 300_000;
    private static final int AMPLE_SLABS = 4096;

    /// 5 % loss each way and reordering.
    static StackScenario ofLoss(SimTcpOptions options, boolean hasSuperSegments, boolean isIpv6) {
        WireConditions wire = WireConditions.CLEAN
                .withLoss(0.05)
                .withDelay(5_000_000, 1_000_000, false)
                .withReorder(0.03, 8_000_000);
        return new StackScenario(
                wire,
                hasSuperSegments ? 200_000 : 0,
                hasSuperSegments ? OFFLOAD : TunCapabilities.NONE,
                options,
                isIpv6,
                1500,
                LENGTH,
                LENGTH,
                AMPLE_SLABS,
                0,
                false,
                50_000,
                false);
    }

    /// A chance subset of everything that can go wrong: uniform mixes hide bugs.
    static StackScenario ofSwarm(long seed) {
        SeededRandom random = new SeededRandom(seed).fork("scenario");
        boolean isIpv6 = random.chance(0.4);
        boolean hasOffload = random.chance(0.5);
        int[] mtus = {1280, 1500, 1500, 8500, 65_535};
        int mtu = mtus[random.below(mtus.length)];
        WireConditions wire = WireConditions.CLEAN
                .withLoss(random.chance(0.6) ? 0.08 : 0)
                .withBurstLoss(
                        random.chance(0.3)
                                ? new WireConditions.BurstLoss(0.01, 0.4, 0.9)
                                : WireConditions.BurstLoss.NONE)
                .withDelay(
                        random.between(0, 40_000_000),
                        random.chance(0.5) ? random.between(0, 5_000_000) : 0,
                        random.chance(0.5))
                .withReorder(random.chance(0.5) ? 0.05 : 0, random.between(100_000, 20_000_000))
                .withDamage(random.chance(0.3) ? 0.05 : 0, random.chance(0.3) ? 0.03 : 0);
        if (random.chance(0.3)) {
            wire = wire.withRate(random.between(2_000_000, 50_000_000), (int) random.between(10, 200));
        }
        int mss = mtu - (isIpv6 ? 60 : 40);
        int buffer = (int) random.between(2_000, 600_000);
        SimTcpOptions options = new SimTcpOptions(
                random.chance(0.2) ? Math.min(mss, 536) : mss,
                random.chance(0.8) ? random.below(15) : TcpOptions.ABSENT,
                random.chance(0.7),
                random.chance(0.5),
                buffer,
                (int) random.between(20_000, 600_000),
                hasOffload && random.chance(0.7) ? 60_000 : 0,
                random.chance(0.5) ? 40_000_000 : 0);
        return new StackScenario(
                wire,
                hasOffload && random.chance(0.7) ? random.between(50_000, 2_000_000) : 0,
                hasOffload ? OFFLOAD : TunCapabilities.NONE,
                options,
                isIpv6,
                mtu,
                random.below(300_000),
                random.below(300_000),
                random.chance(0.2) ? (int) random.between(40, 80) : AMPLE_SLABS,
                random.chance(0.2) ? 0.05 : 0,
                random.chance(0.3),
                random.chance(0.3) ? 5_000_000 : 50_000,
                hasOffload && random.chance(0.2));
    }
}
