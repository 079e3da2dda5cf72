// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.spi.ChecksumState;
import io.socks5tunnel.api.spi.GsoType;
import io.socks5tunnel.api.spi.InboundPacket;
import io.socks5tunnel.api.spi.PacketBurst;
import io.socks5tunnel.stack.FlowKey;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class FlowDirectoryTest {
    private final FlowDirectory directory = new FlowDirectory(42);

    @Test
    void theFirstToClaimOwnsTheFlow() {
        assertThat(directory.claim(key(1), 0)).isTrue();
        assertThat(directory.claim(key(1), 1)).isFalse();
        assertThat(directory.claim(key(1), 0))
                .as("its owner may claim it again")
                .isTrue();
        assertThat(directory.owner(key(1))).isEqualTo(0);
        assertThat(directory.owner(key(2))).isEqualTo(FlowDirectory.NOBODY);
    }

    @Test
    void onlyTheOwnerReleases() {
        directory.claim(key(1), 0);

        directory.release(key(1), 1);
        assertThat(directory.owner(key(1))).isEqualTo(0);

        directory.release(key(1), 0);
        assertThat(directory.owner(key(1))).isEqualTo(FlowDirectory.NOBODY);
        assertThat(directory.size()).isZero();
        assertThat(directory.claim(key(1), 1)).isTrue();
    }

    @Nested
    class Hashes {
        private final PacketBurst burst = new PacketBurst(new SlabDepot(1 << 20));

        @Test
        void spreadFlowsEvenlyOverShards() {
            int[] perShard = new int[4];
            for (int port = 0; port < 4000; port++) {
                perShard[Integer.remainderUnsigned(FlowHash.of(key(port), 7), 4)]++;
            }
            assertThat(Arrays.stream(perShard).boxed()).allMatch(count -> count > 850 && count < 1150);
        }

        @Test
        void areOneForAllPacketsOfAFlowAndManyForMany() {
            Set<Integer> hashes = new HashSet<>();
            for (int port = 1; port <= 1000; port++) {
                int hash = FlowHash.of(packet(Packets.ipv4Syn(0x0a000001, port, 0xc6130001, 80)), 7);
                assertThat(FlowHash.of(packet(Packets.ipv4Ack(0x0a000001, port, 0xc6130001, 80)), 7))
                        .isEqualTo(hash);
                hashes.add(hash);
            }
            assertThat(hashes).hasSizeGreaterThan(990);
        }

        @Test
        void ignorePortsOfFragments() {
            byte[] first = Packets.ipv4Syn(0x0a000001, 1, 0xc6130001, 80);
            byte[] second = Packets.ipv4Syn(0x0a000001, 2, 0xc6130001, 80);
            first[6] = 0x20;
            second[7] = 3;

            assertThat(FlowHash.of(packet(first), 7)).isEqualTo(FlowHash.of(packet(second), 7));
        }

        @Test
        void takeAnyBytes() {
            for (int length = 1; length < 60; length++) {
                for (int version : new int[] {0, 0x40, 0x45, 0x4f, 0x60, 0xf0}) {
                    byte[] bytes = new byte[length];
                    bytes[0] = (byte) version;
                    FlowHash.of(packet(bytes), 7);
                }
            }
            assertThat(FlowHash.of(packet(new byte[1]), 7)).isZero();
        }

        private InboundPacket packet(byte[] bytes) {
            burst.clear();
            burst.slabForNext(bytes.length).bytes().put(0, bytes);
            burst.add(0, bytes.length, ChecksumState.VALID, GsoType.NONE, 0);
            return burst.packet(0);
        }
    }

    private static FlowKey key(int port) {
        return new FlowKey(0, FlowKey.mappedIpv4(0x0a000001), port, 0, FlowKey.mappedIpv4(0xc6130001), 80);
    }
}
