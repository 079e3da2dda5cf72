// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.Socks5Settings.Udp;
import io.socks5tunnel.threads.ShardCounters.Count;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// A datagram costs no allocation, up or down, once its flow is open. The least of many rounds counts, since the
/// virtual machine itself allocates now and then; counting allocates a few bytes per round, less than one per
/// cycle.
class UdpAllocationTest {
    private static final int ROUNDS = 40;
    private static final int CYCLES_PER_ROUND = 1_000;
    private static final int DATAGRAMS_PER_CYCLE = 8;
    private static final Object COUNTER;
    private static final Method COUNT;

    static {
        try {
            Class<?> factory = Class.forName("java.lang.management.ManagementFactory");
            COUNTER = factory.getMethod("getThreadMXBean").invoke(null);
            COUNT = Class.forName("com.sun.management.ThreadMXBean").getMethod("getCurrentThreadAllocatedBytes");
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private byte[] escaped;

    @Test
    void datagramsOfAnAssociationAllocateNothing() throws IOException {
        var side = new UdpSide(Optional.of(Udp.UDP));
        FakeDatagramSocket socket = side.associate(1);
        socket.quietReply = UdpAssociationTest.datagram(UdpSide.DESTINATION, 53, "x".repeat(1200));
        side.isQuiet = true;
        side.send(1, "y".repeat(1200));

        assertThat(leastPerRound(() -> {
                    exchange(side);
                    socket.tell();
                }))
                .isLessThan(CYCLES_PER_ROUND);
        expectAll(side);
    }

    @Test
    void datagramsInAStreamAllocateNothing() throws IOException {
        var side = new UdpSide(Optional.of(Udp.TCP));
        side.send(1, "hello");
        side.cycle();
        side.grant();
        FakeSocket socket = side.reactor.socket();
        socket.quietReply = frames();
        side.isQuiet = true;
        side.send(1, "y".repeat(1200));

        assertThat(leastPerRound(() -> {
                    exchange(side);
                    socket.tell();
                }))
                .isLessThan(CYCLES_PER_ROUND);
        expectAll(side);
    }

    @Test
    void anAllocationPerCycleWouldBeSeen() throws IOException {
        var side = new UdpSide(Optional.of(Udp.UDP));
        FakeDatagramSocket socket = side.associate(1);
        socket.quietReply = UdpAssociationTest.datagram(UdpSide.DESTINATION, 53, "x");
        side.isQuiet = true;
        side.send(1, "y");

        assertThat(leastPerRound(() -> {
                    exchange(side);
                    socket.tell();
                    escaped = new byte[1];
                }))
                .isGreaterThanOrEqualTo(16L * CYCLES_PER_ROUND);
        assertThat(escaped).isNotNull();
    }

    /// Answers to a whole cycle.
    private static byte[] frames() {
        byte[] one = UdpStreamTest.frame(UdpSide.DESTINATION, 53, "x".repeat(1200));
        byte[] all = new byte[one.length * DATAGRAMS_PER_CYCLE];
        for (int at = 0; at < all.length; at += one.length) {
            System.arraycopy(one, 0, all, at, one.length);
        }
        return all;
    }

    private static void expectAll(UdpSide side) {
        long datagrams = (long) ROUNDS * CYCLES_PER_ROUND * DATAGRAMS_PER_CYCLE;
        assertThat(side.counters.value(Count.UDP_DATAGRAMS_UP)).isGreaterThanOrEqualTo(datagrams);
        // what the last cycle was answered is read in the next
        assertThat(side.counters.value(Count.UDP_DATAGRAMS_DOWN))
                .isGreaterThanOrEqualTo(datagrams - DATAGRAMS_PER_CYCLE);
    }

    private static void exchange(UdpSide side) {
        side.reactor.nowNanos += 1_000;
        side.sessions.tick(side.reactor.nowNanos);
        for (int i = 0; i < DATAGRAMS_PER_CYCLE; i++) {
            side.sessions.onDatagram(side.datagram);
        }
        side.sessions.run(side.reactor.nowNanos);
    }

    private static long leastPerRound(Runnable cycle) {
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long before = allocatedBytes();
            for (int i = 0; i < CYCLES_PER_ROUND; i++) {
                cycle.run();
            }
            least = Math.min(least, allocatedBytes() - before);
        }
        return least;
    }

    /// By reflection: this module does not read the management modules.
    private static long allocatedBytes() {
        try {
            return (long) COUNT.invoke(COUNTER);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
