// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HostBitsTest {
    private static final long SEED = 20_261_123;

    @Test
    void bitsOfTheHostMoveTogether() {
        assertThat(new HostBits(0xffff_ff00).numberOf(0xc612_00fe)).isEqualTo(0xfe);
        assertThat(new HostBits(0xff00_ff00).numberOf(0x0a12_3456)).isEqualTo(0x1256);
        assertThat(new HostBits(0xffff_ffff).numberOf(0x0a12_3456)).isZero();
        assertThat(new HostBits(0x8000_0000).numberOf(-1)).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void theLastHostHasAllBits() {
        assertThat(new HostBits(0xffc0_0000).last()).isEqualTo(0x3f_ffff);
        assertThat(new HostBits(0xff00_ff00).last()).isEqualTo(0xffff);
        assertThat(new HostBits(0xffff_ffff).last()).isZero();
        assertThat(new HostBits(0x8000_0000).last()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void everyNumberLeadsBack() {
        var random = new SplittableRandom(SEED);
        for (int i = 0; i < 10_000; i++) {
            int netmask = random.nextInt() | Integer.MIN_VALUE;
            var hosts = new HostBits(netmask);
            int number = random.nextInt() & hosts.last();
            int bits = hosts.bitsOf(number);
            assertThat(bits & netmask).as("seed %d, round %d", SEED, i).isZero();
            assertThat(hosts.numberOf(bits | netmask))
                    .as("seed %d, round %d", SEED, i)
                    .isEqualTo(number);
        }
    }
}
