// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import static io.socks5tunnel.stack.tcp.TenOut.MSS;
import static io.socks5tunnel.stack.tcp.TenOut.at;
import static io.socks5tunnel.stack.tcp.TenOut.tenOut;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The retransmission timer (RFC 6298) and what follows when it runs out (RFC 5681 §3.1): T-RT-3 to T-RT-9.
class TcpTimeoutTest {
    @Test
    @Tag("T-RT-5")
    @Tag("T-RT-7")
    void theTimerBacksOffExponentiallyAndGivesUpAfterLong() {
        TcpWorld world = new TcpWorld().established();
        world.writeAndPoll(TcpWorld.pattern(10));
        world.sent.clear();
        long start = world.now;
        long last = start;
        long previousGap = 0;
        int resends = 0;
        while (world.resets == 0) {
            world.now = Math.max(world.now, world.stack().nextDeadlineNanos());
            world.poll();
            while (!world.sent.isEmpty()) {
                SentPacket packet = world.next();
                if (packet.isRst()) {
                    continue;
                }
                long gap = world.now - last;
                if (resends > 1 && gap < 59_000_000_000L) {
                    assertThat((double) gap / previousGap).isBetween(1.9, 2.1);
                }
                previousGap = gap;
                last = world.now;
                resends++;
                assertThat(world.relativeSeq(packet)).isZero();
            }
        }
        assertThat(world.now - start).isGreaterThan(100_000_000_000L);
        assertThat(world.stack().flowCount()).isZero();
        assertThat(world.slabsOfFlows()).isZero();
    }

    @Test
    @Tag("T-CC-2")
    @Tag("T-RT-5")
    void onlyOneSegmentLeavesAtATimeout() {
        TcpWorld world = tenOut(new TcpWorld());
        world.advanceMillis(400);
        world.sent.clear();
        assertThat(world.connection().sender().congestion().windowBytes()).isEqualTo(MSS);
        world.send(world.ack(at(1)));
        assertThat(world.sent).hasSize(2);
    }

    @Test
    @Tag("T-RT-4")
    void duplicatesDoNotRestartTheTimer() {
        TcpWorld world = new TcpWorld();
        world.isSack = false;
        world.established();
        world.writeAndPoll(TcpWorld.pattern(2 * MSS));
        world.sent.clear();
        for (int i = 0; i < 2; i++) {
            world.advanceMillis(95);
            world.send(world.ack(0));
        }
        world.advanceMillis(15);
        world.expectData(0, MSS);
    }

    @Test
    @Tag("T-RT-4")
    void aNewAcknowledgementBeginsTheTimerAnew() {
        TcpWorld world = new TcpWorld();
        world.isSack = false;
        world.established();
        world.writeAndPoll(TcpWorld.pattern(2 * MSS));
        world.sent.clear();
        world.advanceMillis(150);
        world.send(world.ack(MSS));
        long rto = world.connection().sender().rtt().rtoNanos();
        world.advance(rto - 2L * TcpWorld.MILLI);
        world.expectNothing();
        world.advanceMillis(4);
        world.expectData(MSS, MSS);
    }

    @Test
    @Tag("T-RT-4")
    void anAcknowledgementOfEverythingStopsTheTimer() {
        TcpWorld world = tenOut(new TcpWorld());
        world.send(world.ack(at(10)));
        world.advanceMillis(60_000);
        world.expectNothing();
        assertThat(world.stack().nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    @Tag("T-RT-3")
    void resentSegmentsGiveNoSample() {
        TcpWorld world = new TcpWorld().established();
        world.writeAndPoll(TcpWorld.pattern(10));
        long rtt = world.connection().sender().rtt().srttNanos();
        world.advanceMillis(500);
        world.send(world.ack(10));
        assertThat(world.connection().sender().rtt().srttNanos()).isEqualTo(rtt);
    }

    @Test
    void aNeedlessTimeoutIsUndoneByTimestamps() {
        TcpWorld world = tenOut(new TcpWorld().withTimestamps());
        int window = world.connection().sender().congestion().windowBytes();
        int tsOfOriginal = world.lastTsVal + 20;
        world.advanceMillis(300);
        world.sent.clear();
        assertThat(world.connection().sender().congestion().windowBytes()).isLessThan(window);
        world.lastTsVal = tsOfOriginal;
        world.send(world.ack(at(1)));
        assertThat(world.connection().sender().congestion().windowBytes()).isGreaterThanOrEqualTo(window);
        world.expectNothing();
    }

    @Test
    @Tag("T-RT-9")
    void roundTripsOfMicrosecondsWork() {
        TcpWorld world = new TcpWorld().withOffload().established();
        int at = 0;
        for (int i = 0; i < 1000; i++) {
            world.write(TcpWorld.pattern(MSS));
            world.poll();
            at += MSS;
            world.sent.clear();
            world.now += 1;
            world.send(world.ack(at));
            world.expectNothing();
        }
        assertThat(world.connection().sender().rtt().rtoNanos()).isEqualTo(200_000_000L);
    }
}
