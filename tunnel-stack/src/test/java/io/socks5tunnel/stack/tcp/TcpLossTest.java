// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.spi.TunCapabilities;
import io.socks5tunnel.stack.StackConfig;
import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Tag;

/// The stack and a small independent client over a wire that loses, reorders and duplicates in both directions:
/// both streams arrive whole, both sides close, nothing is left. The repetition's number is the seed.
class TcpLossTest {
    private static final long LIMIT_NANOS = 86_400L * 1_000_000_000L;

    @RepeatedTest(100)
    @Tag("T-RT-10")
    void bothStreamsArriveWhole(RepetitionInfo repetition) {
        new Run(repetition.getCurrentRepetition(), 0.05, false).run();
    }

    @RepeatedTest(50)
    void bothStreamsArriveWholeThroughALossyWireWithOffload(RepetitionInfo repetition) {
        new Run(1000 + repetition.getCurrentRepetition(), 0.05, true).run();
    }

    @RepeatedTest(30)
    void bothStreamsArriveWholeWhereAFifthIsLost(RepetitionInfo repetition) {
        new Run(2000 + repetition.getCurrentRepetition(), 0.2, repetition.getCurrentRepetition() % 2 == 0).run();
    }

    private record Event(long at, long order, byte[] up, SentPacket down) {}

    private static final class Run {
        private final long seed;
        private final Random random;
        private final double loss;
        private final TcpWorld world = new TcpWorld();
        private final PriorityQueue<Event> events =
                new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
        private final byte[] upload;
        private final byte[] download;
        private final TinyClient client;
        private final TinyClient.Wire wire = this::sendUp;
        private long order;
        private int written;
        private boolean isOutputShut;

        Run(long seed, double loss, boolean isOffload) {
            this.seed = seed;
            this.random = new Random(seed);
            this.loss = loss;
            world.capabilities = isOffload ? TcpWorld.OFFLOAD : new TunCapabilities(random.nextBoolean(), false, false);
            world.config = config();
            world.isReading = false;
            upload = TcpWorld.pattern(random.nextInt(3) == 0 ? random.nextInt(10) : random.nextInt(200_000));
            download = TcpWorld.pattern(random.nextInt(3) == 0 ? random.nextInt(10) : random.nextInt(400_000));
            int buffer = random.nextInt(3) == 0 ? 3_000 + random.nextInt(10_000) : 60_000 + random.nextInt(200_000);
            int mss = random.nextInt(4) == 0 ? 536 : 1400;
            client = new TinyClient(random, mss, upload, download.length, buffer, random.nextInt(8));
        }

        void run() {
            try {
                client.start(world.now, wire);
                long end = world.now + LIMIT_NANOS;
                while (!(client.isDone() && world.closes > 0) && world.now < end && step()) {
                    // One event at a time.
                }
                assertThat(client.isReset).as("reset").isFalse();
                assertThat(client.isDone()).as("client done: %s", client).isTrue();
                assertSame(client.received(), download);
                assertSame(world.read.toByteArray(), upload);
                assertThat(world.closes).isEqualTo(1);
                world.advance(200_000_000_000L);
                assertThat(world.stack().flowCount()).isZero();
                assertThat(world.slabsOfFlows()).isZero();
                assertThat(world.stack().nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "seed " + seed + ", " + client + ", written " + written + ", "
                                + (world.flow == null ? "" : state(world.connection())),
                        e);
            }
        }

        private static String state(TcpConnection connection) {
            TcpSender sender = connection.sender();
            return connection.state() + " una " + sender.una() + " nxt " + sender.nxt() + " window to "
                    + sender.windowRight() + " queued to " + sender.queue().end() + " in flight "
                    + sender.scoreboard().inFlightBytes() + " lost "
                    + sender.scoreboard().lostBytes() + " SACKed "
                    + sender.scoreboard().sackedBytes() + " cwnd "
                    + sender.congestion().windowBytes() + " RTO "
                    + sender.rtt().rtoNanos();
        }

        private static void assertSame(byte[] actual, byte[] expected) {
            assertThat(Arrays.mismatch(actual, expected))
                    .as("first difference, of %d and %d bytes", actual.length, expected.length)
                    .isEqualTo(-1);
        }

        private StackConfig config() {
            StackConfig usual = StackConfig.forMtu(1500);
            if (random.nextBoolean()) {
                return usual;
            }
            int window = 4_000 + random.nextInt(60_000);
            return new StackConfig(
                    1500, window, 2 * window, 20_000, 40_000, 200_000_000L, 60_000_000_000L, 60_000_000_000L, false);
        }

        private boolean step() {
            long next = Math.min(client.deadline(), world.stack().nextDeadlineNanos());
            Event event = events.peek();
            if (event != null) {
                next = Math.min(next, event.at());
            }
            boolean isOwnerBusy = world.flow != null && (world.flow.readableBytes() > 0 || !isOutputShut);
            if (next == Long.MAX_VALUE) {
                next = world.now;
            }
            if (event == null && next == world.now && !isOwnerBusy) {
                return false;
            }
            world.now = Math.max(world.now, next);
            if (event != null && event.at() <= world.now) {
                events.poll();
                if (event.up() != null) {
                    toStack(event.up());
                } else {
                    client.onPacket(event.down(), world.now, wire);
                }
            }
            client.onTime(world.now, wire);
            if (random.nextInt(3) > 0) {
                client.readSome(world.now, wire);
            }
            act();
            world.poll();
            sendDown();
            return true;
        }

        private void toStack(byte[] packet) {
            world.sendRaw(packet);
            if (world.flow == null && world.request != null) {
                world.flow = world.request.accept(world.now);
            }
        }

        /// The owner of the flow reads and writes at its own pace.
        private void act() {
            if (world.flow == null) {
                return;
            }
            int readable = world.flow.readableBytes();
            if (readable > 0 && random.nextInt(3) > 0) {
                world.readAtMost(1 + random.nextInt(readable));
            }
            if (written < download.length && random.nextInt(3) > 0) {
                int length = Math.min(download.length - written, 1 + random.nextInt(50_000));
                written += world.write(Arrays.copyOfRange(download, written, written + length));
            }
            if (written == download.length && !isOutputShut && random.nextInt(3) == 0) {
                isOutputShut = true;
                world.flow.shutdownOutput();
            }
        }

        private void sendUp(byte[] packet) {
            put(packet, null);
        }

        private void sendDown() {
            while (!world.sent.isEmpty()) {
                put(null, world.sent.poll());
            }
        }

        private void put(byte[] up, SentPacket down) {
            int copies = random.nextDouble() < loss ? 0 : random.nextInt(50) == 0 ? 2 : 1;
            for (int i = 0; i < copies; i++) {
                long delay = 10_000_000L + random.nextInt(random.nextInt(20) == 0 ? 30_000_000 : 500_000);
                events.add(new Event(world.now + delay, order++, up, down));
            }
        }
    }
}
