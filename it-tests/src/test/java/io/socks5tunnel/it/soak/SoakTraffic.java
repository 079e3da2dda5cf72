// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.soak;

import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;

/// The applications of a soak: each does one flow after the other, with pauses that bound what all of them together
/// ask of the machine.
///
/// Runs as a process of its own: `SoakTraffic SECONDS LOAD SEED`. When the time is over, every flow comes to its
/// end, and only then does the process end. Prints a [FlowFailure] for every flow that failed, and then a line
/// `KIND flows bytes` for each kind, of those that succeeded, and `CPU milliseconds`.
public final class SoakTraffic {
    private static final long LONGEST_END_SECONDS = 150;

    private final Map<FlowKind, LongAdder> flows = new EnumMap<>(FlowKind.class);
    private final Map<FlowKind, LongAdder> bytes = new EnumMap<>(FlowKind.class);
    private final long endNanos;

    private SoakTraffic(long seconds) {
        endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        for (FlowKind kind : FlowKind.values()) {
            flows.put(kind, new LongAdder());
            bytes.put(kind, new LongAdder());
        }
    }

    /// Applications of one kind.
    ///
    /// @param count at load 1
    /// @param pauseMillis between the flows of one of them, on average
    /// @param kinds of which one is drawn for each flow
    private record Group(int count, int pauseMillis, List<FlowKind> kinds) {}

    private static final List<Group> GROUPS = List.of(
            new Group(6, 200, List.of(FlowKind.PAGES, FlowKind.PAGES, FlowKind.PAGES_BY_NAME)),
            new Group(2, 1_000, List.of(FlowKind.DOWNLOAD)),
            new Group(2, 1_000, List.of(FlowKind.UPLOAD)),
            new Group(2, 500, List.of(FlowKind.SLOW_READER)),
            new Group(
                    4,
                    200,
                    List.of(
                            FlowKind.HALF_CLOSE,
                            FlowKind.RESET_BY_SERVER,
                            FlowKind.RESET_BY_CLIENT,
                            FlowKind.CONNECT_ONLY,
                            FlowKind.REFUSED)),
            new Group(2, 200, List.of(FlowKind.NAME, FlowKind.DNS)),
            new Group(2, 500, List.of(FlowKind.BURSTS)));

    /// Runs the applications.
    public static void main(String[] arguments) throws InterruptedException {
        SoakTraffic traffic = new SoakTraffic(Long.parseLong(arguments[0]));
        traffic.run(Double.parseDouble(arguments[1]), new SplittableRandom(Long.parseLong(arguments[2])));
    }

    private void run(double load, SplittableRandom random) throws InterruptedException {
        ExecutorService applications = Executors.newVirtualThreadPerTaskExecutor();
        for (Group group : GROUPS) {
            for (long i = Math.max(1, Math.round(group.count() * load)); i > 0; i--) {
                SplittableRandom own = random.split();
                applications.execute(() -> work(group, own));
            }
        }
        applications.shutdown();
        boolean isOver = applications.awaitTermination(
                endNanos - System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_END_SECONDS), TimeUnit.NANOSECONDS);
        for (FlowKind kind : FlowKind.values()) {
            System.out.println(kind + " " + flows.get(kind) + " " + bytes.get(kind));
        }
        ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .ifPresent(used -> System.out.println("CPU " + used.toMillis()));
        System.exit(isOver ? 0 : 1);
    }

    private void work(Group group, RandomGenerator random) {
        try {
            while (System.nanoTime() - endNanos < 0) {
                Thread.sleep(random.nextInt(2 * group.pauseMillis()));
                flow(group.kinds().get(random.nextInt(group.kinds().size())), random);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void flow(FlowKind kind, RandomGenerator random) throws InterruptedException {
        long start = System.currentTimeMillis();
        try {
            bytes.get(kind).add(kind.run(random));
            flows.get(kind).increment();
        } catch (IOException e) {
            boolean isWrong = e instanceof WrongBytesException;
            System.out.println(
                    new FlowFailure(kind, isWrong, start, System.currentTimeMillis(), String.valueOf(e.getMessage()))
                            .line());
        }
    }
}
