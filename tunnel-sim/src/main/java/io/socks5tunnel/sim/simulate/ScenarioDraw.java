// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import io.socks5tunnel.api.spi.TunCapabilities;
import io.socks5tunnel.sim.SeededRandom;
import io.socks5tunnel.sim.SimTcpOptions;
import io.socks5tunnel.sim.TcpOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// Draws a [Scenario] from a seed. Each seed turns a chance subset of options and faults on, since a uniform mix of
/// everything hides bugs (Groce and others, Swarm Testing, ISSTA 2012).
final class ScenarioDraw {
    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000_000_000L;
    private static final int IDLE_MILLIS = 300_000;
    private static final int[] MTUS = {1280, 1500, 1500, 1500, 8500, 65_535};
    private static final int MAX_FAULTS_OF_A_KIND = 3;
    private static final Set<FaultKind> DEADLY =
            EnumSet.of(FaultKind.REFUSAL, FaultKind.SERVER_DOWN, FaultKind.BROKEN_HANDSHAKE, FaultKind.LATE_SERVER);
    private static final int FIRST_UDP_PORT = 50_000;
    private static final int FIRST_PORT = 40_000;
    private static final int MAX_PIECES = 300;
    /// The share of uploads that fill the tunnel's window.
    private static final double LARGE = 0.06;

    private final SeededRandom random;
    private final SeededRandom faultRandom;
    private final SeededRandom nameRandom;
    private final List<Fault> faults = new ArrayList<>();

    private ScenarioDraw(long seed) {
        SeededRandom root = new SeededRandom(seed).fork("scenario");
        random = root.fork("options");
        faultRandom = root.fork("faults");
        nameRandom = root.fork("names");
    }

    /// The scenario of `seed`.
    static Scenario of(long seed) {
        return new ScenarioDraw(seed).draw(seed);
    }

    private Scenario draw(long seed) {
        int shards = 1 + random.below(4);
        int queues = random.chance(0.7) ? shards : 1 + random.below(shards);
        double strayShare = shards > 1 && queues == shards && random.chance(0.4) ? 0.1 : 0;
        int mtu = MTUS[random.below(MTUS.length)];
        boolean hasOffload = random.chance(0.5);
        long faultyNanos = random.between(2, 25) * SECOND;
        List<TransferPlan> transfers = transfers(mtu, hasOffload, faultyNanos);
        drawFaults(transfers, faultyNanos, mtu, hasOffload);
        Scenario withoutNames = new Scenario(
                seed,
                shards,
                queues,
                strayShare,
                mtu,
                hasOffload ? new TunCapabilities(true, true, random.chance(0.5)) : TunCapabilities.NONE,
                hasOffload && random.chance(0.6) ? random.between(50_000, 2 * MILLI) : 0,
                random.chance(0.3) ? random.between(0, 50_000) : random.between(0, 40 * MILLI),
                random.between(10_000, 30 * MILLI),
                random.chance(0.3) ? (int) random.between(1_000, 20_000) : 256 * 1024,
                random.chance(0.2),
                random.chance(0.3),
                random.chance(0.3),
                random.chance(0.2),
                random.chance(0.1) ? 1 + random.below(4) : 0,
                random.chance(0.1) ? (int) random.between(1_000, 20_000) : IDLE_MILLIS,
                faultyNanos,
                random.chance(0.4),
                transfers,
                datagrams(mtu, faultyNanos),
                NamesPlan.NONE,
                faults);
        boolean isUdpUnused = withoutNames.datagrams().isEmpty();
        return withoutNames.withNames(NamesDraw.draw(nameRandom, faultyNanos, isUdpUnused));
    }

    private List<TransferPlan> transfers(int mtu, boolean hasOffload, long faultyNanos) {
        List<TransferPlan> plans = new ArrayList<>();
        int count = 1 + random.below(8);
        // seeds of one mind find more than those with a bit of everything
        boolean areSmall = random.chance(0.4);
        for (int i = 0; i < count; i++) {
            boolean isIpv6 = random.chance(0.4);
            TransferPlan.Ending[] endings = TransferPlan.Ending.values();
            int upBytes = random.chance(LARGE) ? largeBytes() : bytes(areSmall);
            int downBytes = bytes(areSmall);
            int piece = random.chance(0.3) ? 1 + random.below(300) : 16 * 1024;
            plans.add(new TransferPlan(
                    i,
                    socket(isIpv6 ? "fd00::" + (1 + i % 3) : "10.0.0." + (1 + i % 3), FIRST_PORT + i),
                    socket(isIpv6 ? "fd00:9::" + (1 + i) : "10.9.0." + (1 + i), 80 + i),
                    random.between(0, faultyNanos / 2),
                    options(mtu, isIpv6, hasOffload),
                    upBytes,
                    downBytes,
                    Math.max(piece, Math.max(upBytes, downBytes) / MAX_PIECES),
                    random.chance(0.5) ? random.between(1, 200) * 100_000 : 0,
                    endings[random.below(endings.length)]));
        }
        return plans;
    }

    private List<DatagramPlan> datagrams(int mtu, long faultyNanos) {
        List<DatagramPlan> plans = new ArrayList<>();
        int count = random.chance(0.5) ? 0 : 1 + random.below(4);
        for (int i = 0; i < count; i++) {
            boolean isIpv6 = random.chance(0.4);
            List<InetSocketAddress> destinations = new ArrayList<>();
            int destinationCount = 1 + random.below(3);
            for (int d = 0; d < destinationCount; d++) {
                destinations.add(socket(isIpv6 ? "fd00:8::" + (1 + d) : "10.8.0." + (1 + d), 53 + i));
            }
            boolean isLarge = random.chance(0.2);
            plans.add(new DatagramPlan(
                    i,
                    socket(isIpv6 ? "fd00::" + (1 + i) : "10.0.0." + (1 + i), FIRST_UDP_PORT + i),
                    destinations,
                    random.between(0, faultyNanos / 2),
                    1 + random.below(60),
                    random.between(1, 2_000) * 100_000,
                    isLarge ? 4_000 : Math.min(mtu - 48, 1_200)));
        }
        return plans;
    }

    /// More than the tunnel holds of one connection before anything was consumed.
    private int largeBytes() {
        return 280_000 + random.below(200_000);
    }

    private int bytes(boolean isSmall) {
        if (random.chance(0.1)) {
            return 0;
        }
        return isSmall || random.chance(0.4) ? random.below(4_000) : random.below(120_000);
    }

    private SimTcpOptions options(int mtu, boolean isIpv6, boolean hasOffload) {
        int mss = mtu - (isIpv6 ? 60 : 40);
        return new SimTcpOptions(
                random.chance(0.2) ? 88 + random.below(Math.min(mss, 1400) - 88) : mss,
                random.chance(0.8) ? random.below(15) : TcpOptions.ABSENT,
                random.chance(0.7),
                random.chance(0.5),
                (int) random.between(2_000, 600_000),
                (int) random.between(20_000, 600_000),
                hasOffload && random.chance(0.6) ? 60_000 : 0,
                random.chance(0.5) ? 40 * MILLI : 0);
    }

    private void drawFaults(List<TransferPlan> transfers, long faultyNanos, int mtu, boolean hasOffload) {
        // a seed in eight has none at all: what fails there fails for a simple reason
        if (faultRandom.chance(0.125)) {
            return;
        }
        double appetite = faultRandom.chance(0.5) ? 0.12 : 0.3;
        for (FaultKind kind : FaultKind.values()) {
            // the same numbers are drawn whether it happens or not
            // connections that never open show little of the stack
            boolean isDeadly = DEADLY.contains(kind);
            boolean isWanted = faultRandom.chance(isDeadly ? appetite / 4 : appetite);
            int count = 1 + faultRandom.below(MAX_FAULTS_OF_A_KIND);
            for (int i = 0; i < MAX_FAULTS_OF_A_KIND; i++) {
                Fault fault = draw(kind, transfers, faultyNanos, mtu);
                boolean isPossible = kind != FaultKind.OFFLOAD_ENDS || hasOffload;
                boolean isOnce =
                        isDeadly || kind.place() == FaultKind.Place.DEVICE || kind == FaultKind.SHORT_OPERATIONS;
                if (isWanted && isPossible && i < count && (i == 0 || !isOnce)) {
                    faults.add(fault);
                }
            }
        }
    }

    private Fault draw(FaultKind kind, List<TransferPlan> transfers, long faultyNanos, int mtu) {
        SeededRandom chance = faultRandom;
        long from = chance.chance(0.4) ? 0 : chance.between(0, faultyNanos);
        long until =
                chance.chance(0.4) ? faultyNanos : Math.min(faultyNanos, from + chance.between(1, 80) * SECOND / 10);
        if (kind == FaultKind.BLACK_HOLE) {
            until = Math.min(until, from + 6 * SECOND);
        }
        return new Fault(
                faults.size(),
                kind,
                chance.below(3),
                chance.below(transfers.size()),
                from,
                until,
                share(kind, chance.below(1_000) / 1_000.0),
                amount(kind, chance.nextLong() >>> 1, mtu));
    }

    private static double share(FaultKind kind, double chance) {
        return switch (kind) {
            case LOSS -> 0.01 + 0.14 * chance;
            case BURST_LOSS -> 0.002 + 0.01 * chance;
            case REORDER, DUPLICATE, DEVICE_REFUSES -> 0.01 + 0.1 * chance;
            case BIT_FLIP, TRUNCATION -> 0.005 + 0.04 * chance;
            case STRANGER, RENEGE, OVERLAP, OVERSHOOT, SPLIT_ACK, WINDOW_SHRINK -> 0.05 + 0.4 * chance;
            case SLOW_SERVER, LATE_SERVER, REFUSAL, BYTE_BY_BYTE, BROKEN_HANDSHAKE -> 0.2 + 0.8 * chance;
            case JITTER,
                    BLACK_HOLE,
                    SMALL_MTU,
                    THIN_WIRE,
                    OFFLOAD_ENDS,
                    SERVER_DOWN,
                    SHORT_OPERATIONS,
                    STALL,
                    EARLY_END,
                    RESET,
                    CLIENT_STALL,
                    CLIENT_RESET,
                    PORT_REUSE,
                    TINY_WINDOW,
                    TIMESTAMP_JUMP,
                    FLOOD -> 1;
        };
    }

    private static long amount(FaultKind kind, long chance, int mtu) {
        return switch (kind) {
            case JITTER -> 100_000 + chance % (30 * MILLI);
            case REORDER -> 100_000 + chance % (60 * MILLI);
            case SMALL_MTU -> 1280 + chance % Math.max(1, mtu - 1280);
            case THIN_WIRE -> 500_000 + chance % 20_000_000;
            case SLOW_SERVER -> 10 * MILLI + chance % (2 * SECOND);
            case LATE_SERVER -> 4 * SECOND + chance % (10 * SECOND);
            case BYTE_BY_BYTE -> 10_000 + chance % (20 * MILLI);
            case EARLY_END, RESET, CLIENT_RESET -> chance % 60_000;
            case TIMESTAMP_JUMP -> 1 + chance % 1_000_000;
            case FLOOD -> 50 + chance % 200;
            case REFUSAL, BROKEN_HANDSHAKE -> chance % 1_000;
            default -> 0;
        };
    }

    private static InetSocketAddress socket(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }
}
