// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.socks5tunnel.api.spi.TunCapabilities;
import io.socks5tunnel.stack.StackConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The packet stack against an independent TCP over a wire that loses and reorders: 5 % of packets each way, seeded
/// content in both directions, every seed twice with the same trace.
class StackLossTest {
    private static final InetSocketAddress SERVER = new InetSocketAddress(InetAddress.ofLiteral("10.9.0.1"), 80);
    private static final InetSocketAddress CLIENT = new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), 4000);
    private static final InetSocketAddress SERVER_6 = new InetSocketAddress(InetAddress.ofLiteral("fd00:9::1"), 80);
    private static final InetSocketAddress CLIENT_6 = new InetSocketAddress(InetAddress.ofLiteral("fd00::1"), 4000);
    private static final long SECOND = 1_000_000_000L;
    private static final int LENGTH = 300_000;
    private static final int MTU = 1500;

    static LongStream seeds() {
        String only = System.getProperty("socks5tunnel.seed");
        return only == null ? LongStream.range(1, 101) : LongStream.of(Long.parseLong(only));
    }

    /// One run of one seed.
    private static final class Run {
        private final long seed;
        private final VirtualClock clock;
        private final PacketLog log = new PacketLog(5_000);
        private final TraceDigest digest = new TraceDigest();
        private final SeededContent up;
        private final SeededContent down;
        private final StackHarness harness;
        private final SimHost host;
        private final SimTcpClient client;

        Run(long seed, boolean hasSuperSegments, SimTcpOptions options, boolean isIpv6) {
            this.seed = seed;
            SeededRandom random = new SeededRandom(seed);
            clock = new VirtualClock(random.fork("start").between(1, 1L << 50));
            up = new SeededContent(seed);
            down = new SeededContent(~seed);
            TunCapabilities capabilities =
                    hasSuperSegments ? new TunCapabilities(true, true, true) : TunCapabilities.NONE;
            SeededRandom applicationRandom = random.fork("application");
            harness = new StackHarness(
                    clock,
                    random.fork("stack"),
                    StackConfig.forMtu(MTU),
                    capabilities,
                    () -> new StackApplication(applicationRandom, up, down, LENGTH));
            WireConditions conditions = WireConditions.CLEAN
                    .withLoss(0.05)
                    .withDelay(5_000_000, 1_000_000, false)
                    .withReorder(0.03, 8_000_000);
            Wire toStack = new Wire(clock, random.fork("up"), conditions, this::intoStack);
            host = new SimHost(clock, random.fork("host"), packet -> {
                log.add(clock.nowNanos(), packet, "");
                digest.add(clock.nowNanos(), 1, packet.bytes());
                toStack.send(packet);
            });
            Wire toClient = new Wire(clock, random.fork("down"), conditions, packet -> host.receive(packet));
            if (hasSuperSegments) {
                toStack.mergeWindow(200_000);
                toClient.mergeWindow(200_000);
            }
            harness.onWritten(packet -> {
                log.add(clock.nowNanos(), packet, "");
                digest.add(clock.nowNanos(), 2, packet.bytes());
                toClient.send(packet);
            });
            client = host.connect(isIpv6 ? CLIENT_6 : CLIENT, isIpv6 ? SERVER_6 : SERVER, options);
            client.send(up.bytes(0, LENGTH));
            client.shutdownOutput();
        }

        private void intoStack(SimPacket packet) {
            digest.add(clock.nowNanos(), 3, packet.bytes());
            if (!harness.tun.inject(packet)) {
                log.addEvent(clock.nowNanos(), "the queue of the device is full");
            }
        }

        String play() {
            try {
                runUntilDone();
                check();
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + e + "\n" + log.tail(60), e);
            }
            return digest.value();
        }

        private void runUntilDone() {
            long end = clock.nowNanos() + 600 * SECOND;
            while (!client.state().isFinal() || !isStackDone()) {
                if (clock.nextEventNanos() > end || !clock.runNext()) {
                    fail(describe("not done after 600 s"));
                }
            }
        }

        private boolean isStackDone() {
            return harness.applications.size() == 1
                    && (harness.applications.getFirst().isClosed()
                            || harness.applications.getFirst().isReset());
        }

        private void check() {
            StackApplication application = harness.applications.getFirst();
            assertThat(client.state()).as(describe("client")).isEqualTo(SimTcpClient.State.CLOSED);
            assertThat(application.isClosed()).as(describe("stack")).isTrue();
            assertThat(application.received()).as(describe("bytes up")).isEqualTo(LENGTH);
            assertThat(application.mismatchAt()).as(describe("content up")).isEqualTo(-1);
            assertThat(client.receivedBytes()).as(describe("bytes down")).isEqualTo(LENGTH);
            assertThat(down.mismatch(0, client.received(), 0, LENGTH))
                    .as(describe("content down"))
                    .isEqualTo(-1);
            assertThat(host.damagedPackets()).as(describe("damaged packets")).isZero();
            // TIME-WAIT of either side is over by then, and nothing may be left
            long end = clock.nowNanos() + 200 * SECOND;
            boolean isGoingOn = true;
            while (isGoingOn && clock.nextEventNanos() <= end) {
                isGoingOn = clock.runNext();
            }
            harness.release();
            assertThat(harness.stack.flowCount()).as(describe("flows left")).isZero();
            assertThat(harness.forgotten).as(describe("flows forgotten")).isEqualTo(1);
            assertThat(harness.pool.taken()).as(describe("slabs left")).isEqualTo(harness.slabsOfAnIdleStack);
        }

        private String describe(String what) {
            StackApplication application = harness.applications.isEmpty() ? null : harness.applications.getFirst();
            return what + ", seed " + seed + ", client " + client.state() + " received " + client.receivedBytes()
                    + " unacknowledged " + client.unacknowledged() + ", application "
                    + (application == null ? "none" : application.received() + " received") + "\n" + log.tail(60);
        }
    }

    private static void playTwice(long seed, boolean hasSuperSegments, SimTcpOptions options, boolean isIpv6) {
        String first = new Run(seed, hasSuperSegments, options, isIpv6).play();
        assertThat(new Run(seed, hasSuperSegments, options, isIpv6).play())
                .as("the second run of seed " + seed)
                .isEqualTo(first);
    }

    @Nested
    class WithSegmentsOfTheMtu {
        @ParameterizedTest
        @MethodSource("io.socks5tunnel.sim.StackLossTest#seeds")
        void bothStreamsArriveUnchanged(long seed) {
            SimTcpOptions options =
                    seed % 10 == 0 ? SimTcpOptions.PLAIN : SimTcpOptions.MODERN.with(seed % 3 != 0, seed % 2 == 0);
            playTwice(seed, false, options, false);
        }
    }

    @Nested
    class WithSuperSegments {
        @ParameterizedTest
        @MethodSource("io.socks5tunnel.sim.StackLossTest#seeds")
        void bothStreamsArriveUnchanged(long seed) {
            SimTcpOptions options = SimTcpOptions.MODERN.with(seed % 3 != 0, seed % 2 == 0);
            playTwice(seed, true, options.withSuperSegments(64_000), seed % 4 == 0);
        }
    }
}
