// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class PacketLogTest {
    private static final InetSocketAddress ONE = new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), 4000);
    private static final InetSocketAddress TWO = new InetSocketAddress(InetAddress.ofLiteral("10.9.0.1"), 80);

    private static PacketBuilder there() {
        return PacketBuilder.between(ONE, TWO);
    }

    private static PacketBuilder back() {
        return PacketBuilder.between(TWO, ONE);
    }

    @Test
    void aConversationReadsLikeATable() {
        PacketLog log = new PacketLog(100);
        log.add(
                0,
                there().tcp()
                        .flags("S")
                        .seq(-5)
                        .mss(1460)
                        .windowScale(7)
                        .sackPermitted()
                        .packet(),
                "");
        log.add(100_000, back().tcp().flags("S").seq(900).ack(-4).mss(1460).packet(), "");
        log.add(
                200_000,
                there().tcp()
                        .seq(-4)
                        .ack(901)
                        .flags("P")
                        .window(512)
                        .payload("hello")
                        .packet(),
                "lost");
        log.add(
                1_000_000_000,
                back().tcp().seq(901).ack(-4).timestamps(7, 9).sack(6, 11).packet(),
                "");
        log.add(
                2_000_000_000,
                back().tcp().seq(901).ack(1).payload(new byte[3000]).superSegment(1400),
                "");
        log.add(2_100_000_000, SimPacket.of(there().udp().payload("x").build()), "");
        log.add(2_200_000_000L, SimPacket.of(back().icmp(3, 3, new byte[8])), "");
        log.add(2_300_000_000L, SimPacket.of(there().fragment(1480, true).wrap(17, new byte[8])), "");
        log.add(2_400_000_000L, there().tcp().flags("R").seq(1).wrongChecksum().packet(), "");
        log.addEvent(3_000_000_000L, "the link is down");

        assertThat(String.join("\n", log.lines()) + "\n").isEqualTo("""
                    0.000000  10.0.0.1:4000      > 10.9.0.1:80        S              0          .  65535      0  mss 1460 ws 7 sackok
                    0.000100  10.9.0.1:80        > 10.0.0.1:4000      SA             0          1  65535      0  mss 1460
                    0.000200  10.0.0.1:4000      > 10.9.0.1:80        PA             1          1    512      5  lost
                    1.000000  10.9.0.1:80        > 10.0.0.1:4000      A              1          1  65535      0  ts 7/9 sack 11-16
                    2.000000  10.9.0.1:80        > 10.0.0.1:4000      A              1          6  65535   3000 gso 1400
                    2.100000  10.0.0.1:4000      > 10.9.0.1:80        udp   1
                    2.200000  10.9.0.1:0         > 10.0.0.1:0         icmp  3/3
                    2.300000  10.0.0.1:0         > 10.9.0.1:0         frag  id 0 at 1480+, 8
                    2.400000  10.0.0.1:4000      > 10.9.0.1:80        R              6          .  65535      0  WRONG: transport checksum
                    3.000000  the link is down
                """);
    }

    @Test
    void onlyTheLastLinesAreKept() {
        PacketLog log = new PacketLog(2);
        for (int i = 0; i < 5; i++) {
            log.addEvent(i * 1_000_000_000L, "event " + i);
        }
        assertThat(log.lines()).containsExactly("    3.000000  event 3", "    4.000000  event 4");
        assertThat(log.tail(1)).isEqualTo("    4.000000  event 4");
    }
}
