// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.spi.OutboundPacket;
import io.socks5tunnel.api.spi.PacketBurst;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.TunCapabilities;
import io.socks5tunnel.api.spi.TunQueue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GuardedQueueTest {
    @Test
    void callsNeverOverlap() throws InterruptedException {
        var counting = new CountingQueue();
        var guarded = new GuardedQueue(counting);
        int perThread = 50_000;
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
            threads.add(Thread.ofPlatform().start(() -> write(guarded, perThread)));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        // a plain counter, which loses updates as soon as two calls overlap
        assertThat(counting.writes).isEqualTo(3 * perThread);
    }

    @Test
    void aFailureLeavesItUsable() throws IOException {
        var device = new FakeDevice.FakeQueue();
        var guarded = new GuardedQueue(device);
        guarded.onReadable(() -> {});
        device.failWith(new IOException("gone"));
        assertThat(write(guarded, 1)).isZero();
        device.failure = null;

        assertThat(write(guarded, 1)).isEqualTo(1);
        assertThat(guarded.capabilities()).isEqualTo(TunCapabilities.NONE);
        assertThat(guarded.read(new PacketBurst(new SlabDepot(1 << 20)))).isFalse();
    }

    private static int write(GuardedQueue queue, int times) {
        var packet = new OutboundPacket(new Slab());
        int written = 0;
        for (int i = 0; i < times; i++) {
            try {
                written += queue.write(packet) ? 1 : 0;
            } catch (IOException _) {
                // counted as not written
            }
        }
        return written;
    }

    private static final class CountingQueue implements TunQueue {
        int writes;

        @Override
        public boolean write(OutboundPacket packet) {
            writes++;
            return true;
        }

        @Override
        public boolean read(PacketBurst burst) {
            return false;
        }

        @Override
        public TunCapabilities capabilities() {
            return TunCapabilities.NONE;
        }

        @Override
        public int pollDescriptor() {
            return NO_DESCRIPTOR;
        }

        @Override
        public void onReadable(Runnable signal) {}
    }
}
