// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.lab;

import io.socks5tunnel.api.HevSocks5Tunnel;
import io.socks5tunnel.sim.MemoryTun;
import io.socks5tunnel.sim.PacketBuilder;
import io.socks5tunnel.sim.SimPacket;
import io.socks5tunnel.sim.SimTunProvider;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// A program that knows hev-socks5-tunnel's five calls only: runs two tunnels at once on simulated devices, sends a
/// SYN into each, and prints what the calls returned. The proxy is a port where nobody listens, so each SYN is
/// answered.
public final class HevLibraryCalls {
    private static final long LIMIT_NANOS = 60_000_000_000L;

    private HevLibraryCalls() {}

    /// Runs two tunnels, twice.
    public static void main(String[] arguments) throws Exception {
        HevSocks5Tunnel one = new HevSocks5Tunnel();
        HevSocks5Tunnel two = new HevSocks5Tunnel();
        for (int run = 1; run <= 2; run++) {
            CompletableFuture<Integer> first = start(one, "sim:one");
            CompletableFuture<Integer> second = start(two, "sim:two");
            List<String> seen = new ArrayList<>();
            for (String name : List.of("sim:one", "sim:two")) {
                MemoryTun device = device(name);
                device.inject(SimPacket.of(syn()));
                waitUntil(() -> !device.takeWritten().isEmpty());
            }
            seen.add(stats(one));
            seen.add(stats(two));
            one.quit();
            two.quit();
            System.out.println(run + ": " + seen + " " + first.get() + " " + second.get() + " " + one.stats());
        }
    }

    private static CompletableFuture<Integer> start(HevSocks5Tunnel tunnel, String device) {
        String config = "tunnel: {name: '" + device + "'}\nsocks5: {address: 127.0.0.1, port: 1}\n";
        return CompletableFuture.supplyAsync(
                () -> tunnel.mainFromString(config.getBytes(StandardCharsets.UTF_8), -1), Thread::startVirtualThread);
    }

    private static String stats(HevSocks5Tunnel tunnel) throws InterruptedException {
        // Shards publish their counters once a cycle.
        waitUntil(() -> tunnel.stats().rxPackets() > 0);
        HevSocks5Tunnel.Stats now = tunnel.stats();
        return "tx " + now.txPackets() + "/" + now.txBytes() + " rx " + now.rxPackets();
    }

    private static MemoryTun device(String name) throws InterruptedException {
        waitUntil(() -> SimTunProvider.device(name).isPresent());
        Optional<MemoryTun> device = SimTunProvider.device(name);
        return device.orElseThrow();
    }

    private static byte[] syn() {
        InetSocketAddress client = new InetSocketAddress(InetAddress.ofLiteral("198.18.0.1"), 40_000);
        InetSocketAddress destination = new InetSocketAddress(InetAddress.ofLiteral("198.19.0.1"), 80);
        return PacketBuilder.between(client, destination)
                .tcp()
                .flags("S")
                .seq(1)
                .build();
    }

    private static void waitUntil(Condition condition) throws InterruptedException {
        long end = System.nanoTime() + LIMIT_NANOS;
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("waited too long");
            }
            Thread.sleep(1);
        }
    }

    @FunctionalInterface
    private interface Condition {
        boolean holds();
    }
}
