// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.demo;

import io.socks5tunnel.api.TunnelStatistics;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// The steps of the demo, one after the other, each bounded in time.
final class Demo {
    private static final long SMALL_BYTES = 1_000;
    private static final long LARGE_BYTES = 10_000_000;
    private static final long UPLOAD_BYTES = 50_000_000;
    private static final long PARALLEL_BYTES = 1_000_000;
    private static final int PARALLEL_CONNECTIONS = 20;
    private static final long LIMIT_SECONDS = 60;
    private static final int MAX_TRIES = 200;
    private static final long PAUSE_MILLIS = 10;
    private static final String EQUAL = "equal";

    private final DemoNetwork network;
    private final InetSocketAddress server;
    private final WebClient client;
    private final Consumer<StepResult> report;
    private final List<StepResult> results = new ArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /// @param server where the client finds the web server; every other port of that address must be closed
    /// @param report told about each step as it ends
    Demo(DemoNetwork network, InetSocketAddress server, EndlessContent content, Consumer<StepResult> report) {
        this.network = network;
        this.server = server;
        this.client = new WebClient(network, server, content);
        this.report = report;
    }

    /// Runs all steps, also when one goes wrong.
    ///
    /// @param seconds how long the endless transfer goes on
    List<StepResult> run(long seconds) throws InterruptedException {
        try {
            step("GET 1 kB", 1, () -> client.get(SMALL_BYTES));
            step("GET 10 MB", 1, () -> client.get(LARGE_BYTES));
            step("GET for " + seconds + " s, hang up", 1, () -> client.getFor(TimeUnit.SECONDS.toNanos(seconds)));
            step("PUT 50 MB", 1, () -> client.put(UPLOAD_BYTES));
            step("GET 1 MB, 20 at once", PARALLEL_CONNECTIONS, () -> client.get(PARALLEL_BYTES));
            refusal();
            carried();
            return List.copyOf(results);
        } finally {
            threads.shutdownNow();
        }
    }

    /// When the first byte of content came, on the clock of [System#nanoTime()]; 0 if none did.
    long firstByteNanos() {
        return client.firstByteNanos();
    }

    private void step(String title, int connections, Callable<Long> transfer) throws InterruptedException {
        long startNanos = System.nanoTime();
        long bytes = 0;
        String verdict = EQUAL;
        for (Future<Long> end : inTime(Collections.nCopies(connections, transfer))) {
            try {
                bytes += end.get();
            } catch (CancellationException | ExecutionException e) {
                verdict = reason(e);
            }
        }
        add(new StepResult(title, bytes, System.nanoTime() - startNanos, verdict.equals(EQUAL), verdict));
    }

    private void refusal() throws InterruptedException {
        InetSocketAddress closed = new InetSocketAddress(server.getAddress(), server.getPort() + 1);
        long startNanos = System.nanoTime();
        boolean isRight = false;
        String verdict = "a closed port took the connection";
        try {
            inTime(List.of(() -> {
                        network.connect(closed).close();
                        return 0L;
                    }))
                    .getFirst()
                    .get();
        } catch (CancellationException | ExecutionException e) {
            verdict = reason(e);
            isRight = e.getCause() instanceof ConnectException && verdict.equals("Connection refused");
        }
        add(new StepResult("Connect to closed port", 0, System.nanoTime() - startNanos, isRight, verdict));
    }

    /// Without this, bytes that reached the servers by another way would count as a success.
    private void carried() throws InterruptedException {
        long transferred = results.stream().mapToLong(StepResult::bytes).sum();
        TunnelStatistics statistics = network.tunnel().statistics();
        // a shard publishes its counters after the packets that they count
        for (int tries = 0; tries < MAX_TRIES && !hasCarried(statistics, transferred); tries++) {
            Thread.sleep(PAUSE_MILLIS);
            statistics = network.tunnel().statistics();
        }
        long carried = carried(statistics);
        boolean isRight = hasCarried(statistics, transferred);
        String verdict = isRight
                ? "all, 1 refused"
                : "counted " + carried + " bytes of " + transferred + ", and " + statistics.tcpFlowsRefused()
                        + " connections refused instead of 1";
        add(new StepResult("Carried by the tunnel", carried, 0, isRight, verdict));
    }

    private static boolean hasCarried(TunnelStatistics statistics, long transferred) {
        return carried(statistics) >= transferred && statistics.tcpFlowsRefused() == 1;
    }

    private static long carried(TunnelStatistics statistics) {
        return statistics.upstreamBytesDown() + statistics.upstreamBytesUp();
    }

    private void add(StepResult result) {
        results.add(result);
        report.accept(result);
    }

    private List<Future<Long>> inTime(List<Callable<Long>> tasks) throws InterruptedException {
        return threads.invokeAll(tasks, LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    private static String reason(Exception e) {
        return switch (e.getCause()) {
            case null -> "no end within " + LIMIT_SECONDS + " s";
            case IOException failed when failed.getMessage() != null -> failed.getMessage();
            case Throwable other -> other.toString();
        };
    }
}
