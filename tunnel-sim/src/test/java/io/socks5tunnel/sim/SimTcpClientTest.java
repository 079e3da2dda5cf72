// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Two hosts and a wire each way, so that the little TCP is shown to be right without our stack.
class SimTcpClientTest {
    private static final InetSocketAddress LEFT = new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), 4000);
    private static final InetSocketAddress RIGHT = new InetSocketAddress(InetAddress.ofLiteral("10.9.0.1"), 80);
    private static final long SECOND = 1_000_000_000L;
    private static final WireConditions NASTY = WireConditions.CLEAN
            .withLoss(0.05)
            .withDelay(2_000_000, 500_000, false)
            .withReorder(0.05, 3_000_000)
            .withDamage(0.02, 0.02);

    /// Everything of one run.
    private static final class World {
        final SeededRandom random;
        final VirtualClock clock = new VirtualClock(1_000);
        final PacketLog log = new PacketLog(2_000);
        final TraceDigest digest = new TraceDigest();
        final List<SimPacket> sent = new ArrayList<>();
        final Wire toRight;
        final Wire toLeft;
        final SimHost left;
        final SimHost right;

        World(long seed, WireConditions conditions) {
            random = new SeededRandom(seed);
            toRight = new Wire(clock, random.fork("to-right"), conditions, this::intoRight);
            toLeft = new Wire(clock, random.fork("to-left"), conditions, this::intoLeft);
            left = new SimHost(clock, random.fork("left"), packet -> send(packet, toRight));
            right = new SimHost(clock, random.fork("right"), packet -> send(packet, toLeft));
        }

        private void send(SimPacket packet, Wire wire) {
            log.add(clock.nowNanos(), packet, "");
            sent.add(packet);
            digest.add(clock.nowNanos(), 1, packet.bytes());
            wire.send(packet);
        }

        private void intoRight(SimPacket packet) {
            right.receive(packet);
        }

        private void intoLeft(SimPacket packet) {
            left.receive(packet);
        }

        void runUntil(BooleanSupplier isDone, long limitNanos) {
            long end = clock.nowNanos() + limitNanos;
            while (!isDone.getAsBoolean()) {
                if (clock.nextEventNanos() > end || !clock.runNext()) {
                    fail("not done after " + limitNanos / SECOND + " s:\n" + log.tail(60));
                }
            }
        }
    }

    private static byte[] transferBothWays(long seed, WireConditions conditions, SimTcpOptions options, int length) {
        World world = new World(seed, conditions);
        SeededContent up = new SeededContent(seed);
        SeededContent down = new SeededContent(~seed);
        List<SimTcpClient> accepted = new ArrayList<>();
        world.right.listen(RIGHT, options, server -> {
            accepted.add(server);
            server.send(down.bytes(0, length));
            server.shutdownOutput();
        });
        SimTcpClient client = world.left.connect(LEFT, RIGHT, options);
        client.send(up.bytes(0, length));
        client.shutdownOutput();
        world.runUntil(
                () -> client.state().isFinal()
                        && accepted.size() == 1
                        && accepted.getFirst().state().isFinal(),
                600 * SECOND);

        String context = "seed " + seed + "\n" + world.log.tail(40);
        SimTcpClient server = accepted.getFirst();
        assertThat(client.state()).as(context).isEqualTo(SimTcpClient.State.CLOSED);
        assertThat(server.state()).as(context).isEqualTo(SimTcpClient.State.CLOSED);
        assertThat(server.received()).as(context).isEqualTo(up.bytes(0, length));
        assertThat(client.received()).as(context).isEqualTo(down.bytes(0, length));
        if (conditions.corrupt() == 0) {
            assertThat(world.left.damagedPackets() + world.right.damagedPackets())
                    .isZero();
        }
        world.runUntil(() -> world.left.connections() + world.right.connections() == 0, 120 * SECOND);
        return world.digest.value().getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }

    static LongStream seeds() {
        return LongStream.range(1, 51);
    }

    @Nested
    class OnANastyWire {
        @ParameterizedTest
        @MethodSource("io.socks5tunnel.sim.SimTcpClientTest#seeds")
        void bytesAreEqualBothWaysAndTwoRunsAlike(long seed) {
            SimTcpOptions options = SimTcpOptions.MODERN.with(seed % 2 == 0, seed % 3 == 0);
            byte[] first = transferBothWays(seed, NASTY, options, 200_000);
            assertThat(transferBothWays(seed, NASTY, options, 200_000)).isEqualTo(first);
        }

        @ParameterizedTest
        @MethodSource("io.socks5tunnel.sim.SimTcpClientTest#seeds")
        void superSegmentsAndPlainOptionsCopeToo(long seed) {
            SimTcpOptions options = seed % 2 == 0
                    ? SimTcpOptions.PLAIN.withSuperSegments(30_000)
                    : SimTcpOptions.MODERN.withSuperSegments(60_000);
            transferBothWays(seed, NASTY, options, 200_000);
        }
    }

    @Nested
    class OnACleanWire {
        @Test
        void nothingIsSentTwice() {
            World world = new World(1, WireConditions.CLEAN);
            List<SimTcpClient> accepted = new ArrayList<>();
            world.right.listen(RIGHT, SimTcpOptions.MODERN, accepted::add);
            SimTcpClient client = world.left.connect(LEFT, RIGHT, SimTcpOptions.MODERN);
            client.send(new byte[5_000_000]);
            world.runUntil(() -> client.unacknowledged() == 0, 60 * SECOND);

            assertThat(client.resentSegments()).isZero();
            assertThat(accepted.getFirst().receivedBytes()).isEqualTo(5_000_000);
        }

        @Test
        void aSlowReaderClosesTheWindowAndOpensItAgain() {
            World world = new World(2, WireConditions.CLEAN);
            List<SimTcpClient> accepted = new ArrayList<>();
            SimTcpOptions options = SimTcpOptions.MODERN.withReceiveBuffer(20_000);
            world.right.listen(RIGHT, options, server -> {
                server.pauseReading();
                accepted.add(server);
            });
            SimTcpClient client = world.left.connect(LEFT, RIGHT, options);
            client.send(new SeededContent(2).bytes(0, 100_000));
            world.clock.after(30 * SECOND, () -> {});
            long start = world.clock.nowNanos();
            world.runUntil(() -> world.clock.nowNanos() >= start + 30 * SECOND, 31 * SECOND);
            assertThat(client.unacknowledged()).isBetween(79_000, 80_000);

            accepted.getFirst().read(500);
            accepted.getFirst().resumeReading();
            world.runUntil(() -> client.unacknowledged() == 0, 200 * SECOND);
            assertThat(accepted.getFirst().received()).isEqualTo(new SeededContent(2).bytes(0, 100_000));
        }

        @Test
        void bytesBeyondTheWindowAreSentOnRequestAndNotTaken() {
            World world = new World(5, WireConditions.CLEAN);
            List<SimTcpClient> accepted = new ArrayList<>();
            SimTcpOptions options = SimTcpOptions.PLAIN.withReceiveBuffer(10_000);
            world.right.listen(RIGHT, options, server -> {
                server.pauseReading();
                accepted.add(server);
            });
            SimTcpClient client = world.left.connect(LEFT, RIGHT, options);
            byte[] bytes = new SeededContent(5).bytes(0, 50_000);
            client.send(bytes);
            world.runUntil(() -> client.unacknowledged() == 40_000, 10 * SECOND);
            world.sent.clear();
            client.overshoot(10, 20);
            assertThat(world.sent).hasSize(1);
            assertThat(ParsedPacket.parse(world.sent.getFirst()).payload())
                    .isEqualTo(Arrays.copyOfRange(bytes, 10_000, 10_020));
            world.clock.after(SECOND, world.sent::clear);
            world.runUntil(world.sent::isEmpty, 2 * SECOND);
            assertThat(client.unacknowledged()).isEqualTo(40_000);

            accepted.getFirst().resumeReading();
            world.runUntil(() -> client.unacknowledged() == 0, 100 * SECOND);
            assertThat(accepted.getFirst().received()).isEqualTo(bytes);
        }

        @Test
        void aLostWindowUpdateIsRepairedByAProbe() {
            World world = new World(3, WireConditions.CLEAN);
            List<SimTcpClient> accepted = new ArrayList<>();
            SimTcpOptions options = SimTcpOptions.PLAIN.withReceiveBuffer(10_000);
            world.right.listen(RIGHT, options, server -> {
                server.pauseReading();
                accepted.add(server);
            });
            SimTcpClient client = world.left.connect(LEFT, RIGHT, options);
            client.send(new byte[50_000]);
            world.runUntil(() -> client.unacknowledged() == 40_000, 10 * SECOND);
            world.toLeft.conditions(WireConditions.CLEAN.withLoss(1));
            accepted.getFirst().resumeReading();
            world.toLeft.conditions(WireConditions.CLEAN);

            world.runUntil(() -> client.unacknowledged() == 0, 100 * SECOND);
            assertThat(accepted.getFirst().receivedBytes()).isEqualTo(50_000);
        }

        @Test
        void halfACloseLeavesTheOtherWayOpen() {
            World world = new World(4, WireConditions.CLEAN);
            List<SimTcpClient> accepted = new ArrayList<>();
            world.right.listen(RIGHT, SimTcpOptions.MODERN, accepted::add);
            SimTcpClient client = world.left.connect(LEFT, RIGHT, SimTcpOptions.MODERN);
            client.shutdownOutput();
            world.runUntil(() -> accepted.size() == 1 && accepted.getFirst().isInputEnded(), 10 * SECOND);
            accepted.getFirst().send(new byte[100_000]);
            world.runUntil(() -> client.receivedBytes() == 100_000, 10 * SECOND);
            assertThat(client.state()).isEqualTo(SimTcpClient.State.OPEN);

            accepted.getFirst().shutdownOutput();
            world.runUntil(() -> client.state().isFinal(), 10 * SECOND);
            assertThat(client.state()).isEqualTo(SimTcpClient.State.CLOSED);
        }

        @Test
        void aResetEndsBothSides() {
            World world = new World(5, WireConditions.CLEAN);
            List<SimTcpClient> accepted = new ArrayList<>();
            world.right.listen(RIGHT, SimTcpOptions.MODERN, accepted::add);
            SimTcpClient client = world.left.connect(LEFT, RIGHT, SimTcpOptions.MODERN);
            world.runUntil(() -> accepted.size() == 1, 10 * SECOND);
            accepted.getFirst().reset();
            world.runUntil(() -> client.state().isFinal(), 10 * SECOND);

            assertThat(client.state()).isEqualTo(SimTcpClient.State.RESET);
            assertThat(world.left.connections() + world.right.connections()).isZero();
        }

        @Test
        void aClosedPortRefuses() {
            World world = new World(6, WireConditions.CLEAN);
            SimTcpClient client = world.left.connect(LEFT, RIGHT, SimTcpOptions.MODERN);
            world.runUntil(() -> client.state().isFinal(), 10 * SECOND);
            assertThat(client.state()).isEqualTo(SimTcpClient.State.RESET);
        }

        @Test
        void anUnreachableHostIsToldByIcmp() {
            World world = new World(7, WireConditions.CLEAN);
            SimTcpClient client = world.left.connect(LEFT, RIGHT, SimTcpOptions.MODERN);
            byte[] quoted = PacketBuilder.between(LEFT, RIGHT).tcp().flags("S").build();
            byte[] rest = new byte[4 + 28];
            System.arraycopy(quoted, 0, rest, 4, 28);
            world.left.receive(SimPacket.of(PacketBuilder.between(RIGHT, LEFT).icmp(3, 1, rest)));

            assertThat(client.state()).isEqualTo(SimTcpClient.State.UNREACHABLE);
            assertThat(client.icmpCode()).isEqualTo(1);
        }
    }

    @Nested
    class WithoutAnAnswer {
        @Test
        void itGivesUpInTheEnd() {
            World world = new World(8, WireConditions.CLEAN.withLoss(1));
            SimTcpClient client = world.left.connect(LEFT, RIGHT, SimTcpOptions.MODERN);
            world.runUntil(() -> client.state().isFinal(), 2_000 * SECOND);
            assertThat(client.state()).isEqualTo(SimTcpClient.State.TIMED_OUT);
        }
    }
}
