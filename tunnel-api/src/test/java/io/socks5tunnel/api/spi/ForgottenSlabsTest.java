// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// A list that was cleared names no slab any more: one that is given up must not stay reachable, nor be read by
/// mistake.
class ForgottenSlabsTest {
    private final Slab slab = new Slab();

    @Test
    void aClearedGatherListNamesNoSlab() {
        var list = new GatherList();
        list.add(slab, 0, 10);
        list.add(new Slab(), 0, 10);
        assertThat(list.slab(0)).isSameAs(slab);

        list.clear();

        assertThat(list.count()).isZero();
        assertThatThrownBy(() -> list.slab(0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> list.slab(1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void aClearedBatchNamesNoSlab() {
        var batch = new DatagramBatch();
        batch.add(new Slab(), 0, 10, slab, 0, 10);
        batch.add(slab, 20, 10);
        assertThat(batch.slab(1)).isSameAs(slab);

        batch.clear();

        assertThat(batch.headerSlab(0)).isNull();
        assertThatThrownBy(() -> batch.slab(0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> batch.slab(1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void thePacketsOfAClearedBurstAreGone() {
        var burst = new PacketBurst(new OneSlab(slab));
        assertThat(burst.slabForNext(100)).isSameAs(slab);
        burst.add(0, 40, ChecksumState.UNVERIFIED, GsoType.NONE, 0);
        InboundPacket packet = burst.packet(0);
        assertThat(packet.slab()).isSameAs(slab);

        burst.clear();

        assertThatThrownBy(packet::slab).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(packet::bytes).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(packet::tryDetachSlab).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aBurstUsesItsPacketsAgain() {
        var burst = new PacketBurst(new OneSlab(slab));
        burst.slabForNext(100);
        burst.add(0, 40, ChecksumState.UNVERIFIED, GsoType.NONE, 0);
        burst.clear();
        burst.slabForNext(100);
        burst.add(8, 60, ChecksumState.UNVERIFIED, GsoType.NONE, 0);

        assertThat(burst.packet(0).slab()).isSameAs(slab);
        assertThat(burst.packet(0).offset()).isEqualTo(8);
    }

    private static final class OneSlab implements SlabPool {
        private final Queue<Slab> slabs = new ArrayDeque<>();

        OneSlab(Slab slab) {
            slabs.add(slab);
        }

        @Override
        public @Nullable Slab tryTake() {
            return slabs.poll();
        }

        @Override
        public void give(Slab slab) {
            slabs.add(slab);
        }

        @Override
        public int available() {
            return slabs.size();
        }
    }
}
