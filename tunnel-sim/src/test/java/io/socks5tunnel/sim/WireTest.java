// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class WireTest {
    private static final InetSocketAddress ONE = new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), 4000);
    private static final InetSocketAddress TWO = new InetSocketAddress(InetAddress.ofLiteral("10.9.0.1"), 80);
    private static final int COUNT = 20_000;

    private final VirtualClock clock = new VirtualClock(5);
    private final List<Integer> arrivals = new ArrayList<>();
    private final List<SimPacket> packets = new ArrayList<>();

    private Wire wire(WireConditions conditions) {
        return new Wire(clock, new SeededRandom(42), conditions, packet -> {
            arrivals.add(ParsedPacket.parse(packet).identification());
            packets.add(packet);
        });
    }

    private static SimPacket numbered(int number, int length) {
        return SimPacket.of(PacketBuilder.between(ONE, TWO)
                .identification(number)
                .udp()
                .payload(new byte[length])
                .build());
    }

    private void sendAll(Wire wire, long everyNanos) {
        for (int i = 0; i < COUNT; i++) {
            wire.send(numbered(i & 0xffff, 10));
            clock.after(everyNanos, () -> {});
            clock.runNext();
        }
        drain();
    }

    private void drain() {
        boolean isGoingOn = true;
        while (isGoingOn) {
            isGoingOn = clock.runNext();
        }
    }

    private int overtaken() {
        int count = 0;
        for (int i = 1; i < arrivals.size(); i++) {
            count += arrivals.get(i) < arrivals.get(i - 1) ? 1 : 0;
        }
        return count;
    }

    @Nested
    class ThatIsClean {
        @Test
        void deliversEverythingInOrderAfterItsDelay() {
            Wire wire = wire(WireConditions.CLEAN);
            wire.send(numbered(1, 10));
            assertThat(clock.nextEventNanos()).isEqualTo(5 + 1_000_000);
            sendAll(wire, 10);
            assertThat(arrivals).hasSize(COUNT + 1);
            assertThat(overtaken()).isEqualTo(1);
        }
    }

    @Nested
    class ThatLoses {
        @Test
        void losesTheShareThatItShould() {
            Wire wire = wire(WireConditions.CLEAN.withLoss(0.05));
            sendAll(wire, 10);
            assertThat(wire.statistics().lost() / (double) COUNT).isCloseTo(0.05, within(0.006));
            assertThat(wire.statistics().delivered())
                    .isEqualTo(COUNT - wire.statistics().lost());
        }

        @Test
        void losesInBurstsAsGilbertAndElliottSay() {
            WireConditions.BurstLoss bursts = new WireConditions.BurstLoss(0.01, 0.2, 0.9);
            Wire wire = wire(WireConditions.CLEAN.withBurstLoss(bursts));
            sendAll(wire, 10);
            assertThat(wire.statistics().lost() / (double) COUNT).isCloseTo(bursts.meanLoss(), within(0.012));
            int longest = 0;
            for (int i = 1; i < arrivals.size(); i++) {
                longest = Math.max(longest, arrivals.get(i) - arrivals.get(i - 1) - 1);
            }
            assertThat(longest).isGreaterThan(10);
        }

        @Test
        void losesTheSameAgainFromTheSameSeed() {
            sendAll(wire(WireConditions.CLEAN.withLoss(0.3).withDamage(0.1, 0.1)), 10);
            List<Integer> first = List.copyOf(arrivals);
            arrivals.clear();
            sendAll(wire(WireConditions.CLEAN.withLoss(0.3).withDamage(0.1, 0.1)), 10);
            assertThat(arrivals).isEqualTo(first);
        }
    }

    @Nested
    class ThatReorders {
        @Test
        void lateOnesAreOvertaken() {
            Wire wire = wire(WireConditions.CLEAN.withReorder(0.1, 1_000));
            sendAll(wire, 10);
            assertThat(wire.statistics().delayed() / (double) COUNT).isCloseTo(0.1, within(0.01));
            assertThat(arrivals).hasSize(COUNT);
            assertThat(overtaken()).isGreaterThan(500);
        }

        @Test
        void jitterInOrderOvertakesNothing() {
            sendAll(wire(WireConditions.CLEAN.withDelay(1000, 5000, true)), 10);
            assertThat(overtaken()).isZero();
            assertThat(arrivals).hasSize(COUNT);
        }
    }

    @Nested
    class ThatDamages {
        @Test
        void everyDamagedPacketIsNoticedAndTheCountsAddUp() {
            Wire wire = wire(WireConditions.CLEAN.withDamage(0.1, 0.2));
            sendAll(wire, 10);
            long damaged = packets.stream()
                    .filter(packet -> !ParsedPacket.parse(packet).faults().isEmpty())
                    .count();
            WireStatistics statistics = wire.statistics();
            assertThat(statistics.delivered()).isEqualTo(COUNT + statistics.duplicated());
            assertThat(statistics.corrupted() / (double) COUNT).isCloseTo(0.2, within(0.02));
            assertThat(damaged).isGreaterThanOrEqualTo(statistics.corrupted());
        }
    }

    @Nested
    class WithARate {
        @Test
        void packetsLeaveOneAfterTheOtherAndTheRestIsLost() {
            // 128 bytes at 1 Mbit/s take 1.024 ms
            Wire wire = wire(WireConditions.CLEAN.withDelay(0, 0, true).withRate(1_000_000, 10));
            for (int i = 0; i < 30; i++) {
                wire.send(numbered(i, 100));
            }
            drain();
            assertThat(arrivals).hasSize(10);
            assertThat(wire.statistics().overflowed()).isEqualTo(20);
            assertThat(clock.nowNanos()).isEqualTo(5 + 10 * 1_024_000L);
        }
    }

    @Nested
    class ForSuperSegments {
        private SimPacket superSegment() {
            return PacketBuilder.between(ONE, TWO)
                    .tcp()
                    .ack(1)
                    .payload(new byte[14_000])
                    .superSegment(1400);
        }

        @Test
        void cutsThemWithRightChecksums() {
            wire(WireConditions.CLEAN).send(superSegment());
            drain();
            assertThat(packets).hasSize(10);
            assertThat(packets)
                    .allSatisfy(packet ->
                            assertThat(ParsedPacket.parse(packet).faults()).isEmpty());
        }

        @Test
        void putsTogetherWhatArrivesTogether() {
            Wire wire = wire(WireConditions.CLEAN);
            wire.mergeWindow(1000);
            wire.send(superSegment());
            drain();
            assertThat(packets).hasSize(1);
            assertThat(ParsedPacket.parse(packets.getFirst()).requireSound().payloadLength())
                    .isEqualTo(14_000);
        }

        @Test
        void mergesNothingAcrossAGap() {
            Wire wire = wire(WireConditions.CLEAN.withLoss(0.3));
            wire.mergeWindow(1000);
            wire.send(superSegment());
            drain();
            int total = packets.stream()
                    .mapToInt(
                            packet -> ParsedPacket.parse(packet).requireSound().payloadLength())
                    .sum();
            assertThat(total).isEqualTo((int) (wire.statistics().delivered() * 1400));
            assertThat(packets.size()).isGreaterThan(1);
        }
    }
}
