// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.socks5tunnel.api.spi.TunCapabilities;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/// One run of one seed: the stack on a memory TUN, a wire each way, and an independent TCP as the client.
///
/// A failure prints the seed and the last lines of the packet log.
final class StackRun {
    private static final InetSocketAddress SERVER = new InetSocketAddress(InetAddress.ofLiteral("10.9.0.1"), 80);
    private static final InetSocketAddress CLIENT = new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), 4000);
    private static final InetSocketAddress SERVER_6 = new InetSocketAddress(InetAddress.ofLiteral("fd00:9::1"), 80);
    private static final InetSocketAddress CLIENT_6 = new InetSocketAddress(InetAddress.ofLiteral("fd00::1"), 4000);
    private static final long SECOND = 1_000_000_000L;
    private static final long LIMIT_NANOS = 1_200 * SECOND;
    private static final int TAIL_LINES = Integer.getInteger("socks5tunnel.tail", 60);

    private final long seed;
    private final StackScenario scenario;
    private final VirtualClock clock;
    private final PacketLog log = new PacketLog(5_000);
    private final TraceDigest digest = new TraceDigest();
    private final SeededContent up;
    private final SeededContent down;
    private final StackHarness harness;
    private final SimHost host;
    private final SimTcpClient client;
    private final SeededRandom readerChance;
    private boolean isIdle;

    StackRun(long seed, StackScenario scenario) {
        this.seed = seed;
        this.scenario = scenario;
        SeededRandom random = new SeededRandom(seed);
        readerChance = random.fork("reader");
        clock = new VirtualClock(random.fork("start").between(1, 1L << 50));
        up = new SeededContent(seed);
        down = new SeededContent(~seed);
        SeededRandom applicationRandom = random.fork("application");
        harness = new StackHarness(
                clock,
                random.fork("stack"),
                scenario,
                () -> new StackApplication(applicationRandom, up, down, scenario.downBytes()));
        Wire toStack = new Wire(clock, random.fork("up"), scenario.wire(), this::intoStack);
        host = new SimHost(clock, random.fork("host"), packet -> {
            note(packet, 1);
            toStack.send(packet);
        });
        Wire toClient = new Wire(clock, random.fork("down"), scenario.wire(), host::receive);
        toStack.onLost(packet -> log.add(clock.nowNanos(), packet, "lost"));
        toClient.onLost(packet -> log.add(clock.nowNanos(), packet, "lost"));
        toStack.mergeWindow(scenario.mergeWindowNanos());
        toClient.mergeWindow(scenario.mergeWindowNanos());
        harness.onWritten(packet -> {
            note(packet, 2);
            toClient.send(packet);
        });
        if (scenario.losesOffload()) {
            clock.after(SECOND / 2, () -> harness.tun.memoryQueue(0).capabilities(TunCapabilities.NONE));
        }
        client = host.connect(
                scenario.isIpv6() ? CLIENT_6 : CLIENT, scenario.isIpv6() ? SERVER_6 : SERVER, scenario.options());
        client.send(up.bytes(0, scenario.upBytes()));
        client.shutdownOutput();
        if (scenario.isClientSlow()) {
            client.pauseReading();
            readSlowly();
        }
    }

    /// Plays the seed twice; both runs must be right, and alike.
    static void playTwice(long seed, StackScenario scenario) {
        String first = new StackRun(seed, scenario).play();
        assertThat(new StackRun(seed, scenario).play())
                .as("the second run of seed " + seed)
                .isEqualTo(first);
    }

    String play() {
        try {
            runUntilDone();
            checkStreams();
            checkNothingIsLeft();
        } catch (RuntimeException e) {
            throw new AssertionError("seed " + seed + ": " + e + "\n" + scenario + "\n" + log.tail(TAIL_LINES), e);
        }
        return digest.value();
    }

    private void note(SimPacket packet, int kind) {
        log.add(clock.nowNanos(), packet, "");
        digest.add(clock.nowNanos(), kind, packet.bytes());
    }

    private void intoStack(SimPacket packet) {
        digest.add(clock.nowNanos(), 3, packet.bytes());
        harness.emitted.onDelivered(packet);
        if (!harness.tun.inject(packet)) {
            log.addEvent(clock.nowNanos(), "the queue of the device is full");
        }
    }

    private void readSlowly() {
        // now and then one long sleep and one great gulp: a window update that is lost then has no second
        boolean isAsleep = readerChance.chance(0.2);
        long pause = isAsleep ? readerChance.between(1, 5) * SECOND : readerChance.between(1_000_000, 50_000_000);
        clock.after(pause, () -> {
            client.read(isAsleep ? Integer.MAX_VALUE : readerChance.below(20_000));
            if (!isIdle) {
                readSlowly();
            }
        });
    }

    private void runUntilDone() {
        long end = clock.nowNanos() + LIMIT_NANOS;
        while (!client.state().isFinal() || !isStackDone()) {
            if (clock.nextEventNanos() > end || !clock.runNext()) {
                fail(describe("not done after " + LIMIT_NANOS / SECOND + " s"));
            }
        }
    }

    private boolean isStackDone() {
        return harness.applications.size() == 1
                && (harness.applications.getFirst().isClosed()
                        || harness.applications.getFirst().isReset());
    }

    private void checkStreams() {
        client.resumeReading();
        StackApplication application = harness.applications.getFirst();
        assertThat(client.state()).as(describe("client")).isEqualTo(SimTcpClient.State.CLOSED);
        assertThat(application.isClosed()).as(describe("stack")).isTrue();
        assertThat(application.received()).as(describe("bytes up")).isEqualTo(scenario.upBytes());
        assertThat(application.mismatchAt()).as(describe("content up")).isEqualTo(-1);
        assertThat(client.receivedBytes()).as(describe("bytes down")).isEqualTo(scenario.downBytes());
        assertThat(down.mismatch(0, client.received(), 0, scenario.downBytes()))
                .as(describe("content down"))
                .isEqualTo(-1);
        if (scenario.wire().corrupt() == 0) {
            assertThat(host.damagedPackets()).as(describe("damaged packets")).isZero();
        }
    }

    /// When TIME-WAIT of either side is over, nothing may be left: no flow, no slab, no event.
    private void checkNothingIsLeft() {
        isIdle = true;
        long end = clock.nowNanos() + 200 * SECOND;
        boolean isGoingOn = true;
        while (isGoingOn && clock.nextEventNanos() <= end) {
            isGoingOn = clock.runNext();
        }
        harness.release();
        assertThat(clock.nextEventNanos()).as(describe("events left")).isEqualTo(VirtualClock.NO_EVENT);
        assertThat(harness.stack.flowCount()).as(describe("flows left")).isZero();
        assertThat(harness.forgotten).as(describe("flows forgotten")).isEqualTo(harness.applications.size());
        assertThat(harness.pool.taken()).as(describe("slabs left")).isEqualTo(harness.slabsOfAnIdleStack);
    }

    private String describe(String what) {
        StackApplication application = harness.applications.isEmpty() ? null : harness.applications.getFirst();
        return what + ", seed " + seed + ", client " + client.state() + " received " + client.receivedBytes()
                + " unacknowledged " + client.unacknowledged() + ", application "
                + (application == null ? "none" : application.received() + " received") + "\n" + scenario + "\n"
                + log.tail(TAIL_LINES);
    }
}
