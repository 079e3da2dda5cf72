// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.transfer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// The client of the tests: opens many connections at once and runs [TransferMode]s on them. No connection begins
/// to transfer before every one is connected or has failed; then it prints `CONNECTED`.
///
/// Runs as a process of its own: `TransferClient MODE HOST PORT CONNECTIONS BYTES SEED LIMIT_SECONDS [SOCKS
/// SOCKS_PORT]`.
/// MODE and HOST may be lists with commas: each connection takes the next mode, and after the last mode the next
/// host.
/// BYTES may be a range, such as `1-65536`: then the seed decides for each connection.
/// With the last two it speaks SOCKS5 itself, which shows what a tunnel could do at best. Connection i uses seed
/// SEED + i. Prints a line for each, `CONNECTION i OK|FAILED ms detail`, for [TransferReport] to read; the
/// detail of a failure is what the kernel said. Exit code 0 if all were OK.
public final class TransferClient {
    private final List<TransferMode> modes;
    private final List<InetSocketAddress> servers;
    private final TransferNetwork network;
    private final long shortest;
    private final long longest;
    private final long firstSeed;
    private final AtomicReferenceArray<String> outcomes;
    private final CountDownLatch unconnected;
    private final CountDownLatch unfinished;
    private final long limitSeconds;
    private final long startNanos = System.nanoTime();

    private TransferClient(String[] arguments, TransferNetwork network) {
        this.network = network;
        modes = List.of(arguments[0].split(",", -1)).stream()
                .map(TransferMode::ofWord)
                .toList();
        int port = Integer.parseInt(arguments[2]);
        servers = List.of(arguments[1].split(",", -1)).stream()
                .map(host -> new InetSocketAddress(host, port))
                .toList();
        int connections = Integer.parseInt(arguments[3]);
        String[] lengths = arguments[4].split("-", 2);
        shortest = Long.parseLong(lengths[0]);
        longest = Long.parseLong(lengths[lengths.length - 1]);
        firstSeed = Long.parseLong(arguments[5]);
        limitSeconds = Long.parseLong(arguments[6]);
        outcomes = new AtomicReferenceArray<>(connections);
        unconnected = new CountDownLatch(connections);
        unfinished = new CountDownLatch(connections);
    }

    /// Runs the transfers and ends the process.
    public static void main(String[] arguments) throws InterruptedException {
        Proxy proxy = arguments.length < 9
                ? Proxy.NO_PROXY
                : new Proxy(Proxy.Type.SOCKS, new InetSocketAddress(arguments[7], Integer.parseInt(arguments[8])));
        System.exit(run(arguments, (server, mode) -> SocketConnection.open(server, mode, proxy)));
    }

    /// Runs the transfers over connections of `network`.
    ///
    /// @param arguments as on the command line
    /// @return the exit code
    public static int run(String[] arguments, TransferNetwork network) throws InterruptedException {
        return new TransferClient(arguments, network).run();
    }

    private int run() throws InterruptedException {
        for (int i = 0; i < outcomes.length(); i++) {
            int index = i;
            Thread.ofVirtual().start(() -> run(index));
        }
        boolean inTime = unconnected.await(limitSeconds, TimeUnit.SECONDS);
        System.out.println("CONNECTED");
        inTime &= unfinished.await(limitSeconds - millis() / 1000, TimeUnit.SECONDS);
        List<String> lines = new ArrayList<>();
        int failed = 0;
        for (int i = 0; i < outcomes.length(); i++) {
            String outcome = outcomes.get(i);
            if (outcome == null) {
                outcome = "FAILED " + limitSeconds * 1000 + " unfinished after " + limitSeconds + " s";
            }
            failed += outcome.startsWith("OK") ? 0 : 1;
            lines.add("CONNECTION " + i + " " + outcome);
        }
        lines.add("SUMMARY " + (outcomes.length() - failed) + " OK, " + failed + " FAILED, " + millis() + " ms");
        System.out.println(String.join("\n", lines));
        return inTime && failed == 0 ? 0 : 1;
    }

    private void run(int index) {
        TransferMode mode = modes.get(index % modes.size());
        InetSocketAddress server = servers.get(index / modes.size() % servers.size());
        long seed = firstSeed + index;
        String outcome;
        try (TransferConnection connection = connect(server, mode)) {
            unconnected.await();
            Transfer transfer = new Transfer(network, server, mode, seed, length(seed));
            outcome = "OK " + millis() + " " + transfer.run(connection);
        } catch (IOException | InterruptedException e) {
            outcome = "FAILED " + millis() + " " + e.getMessage();
        }
        outcomes.set(index, outcome);
        unfinished.countDown();
    }

    private TransferConnection connect(InetSocketAddress server, TransferMode mode) throws IOException {
        try {
            return network.connect(server, mode);
        } finally {
            unconnected.countDown();
        }
    }

    /// Between the shortest and the longest, the same for a seed each time.
    private long length(long seed) {
        return shortest + Math.floorMod(seed * 0x9e37_79b9_7f4a_7c15L >>> 17, longest - shortest + 1);
    }

    private long millis() {
        return (System.nanoTime() - startNanos) / 1_000_000;
    }
}
