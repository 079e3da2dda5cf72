// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.spi.ChecksumState;
import io.socks5tunnel.api.spi.GsoType;
import io.socks5tunnel.api.spi.PacketBurst;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class ShardMailboxTest {
    private final AtomicInteger wakeups = new AtomicInteger();
    private final ShardMailbox mailbox = new ShardMailbox(wakeups::incrementAndGet);

    @Test
    void wakesOnlyAnOwnerThatWaits() {
        mailbox.offer(ShardCommand.STOP);
        assertThat(wakeups).hasValue(0);
        assertThat(mailbox.beginWait()).as("something is there").isFalse();
        assertThat(mailbox.pollCommand()).isEqualTo(ShardCommand.STOP);

        assertThat(mailbox.beginWait()).isTrue();
        mailbox.offer(ShardCommand.EVICT);
        assertThat(wakeups).hasValue(1);

        mailbox.endWait();
        mailbox.offer(ShardCommand.EVICT);
        assertThat(wakeups).hasValue(1);
    }

    @Test
    void refusesWhatIsTooManyAndEverythingAfterItsClose() {
        for (int i = 0; i < ShardMailbox.MAX_COMMANDS; i++) {
            assertThat(mailbox.offer(ShardCommand.EVICT)).isTrue();
        }
        assertThat(mailbox.offer(ShardCommand.EVICT)).isFalse();
        mailbox.pollCommand();
        mailbox.close();
        assertThat(mailbox.offer(ShardCommand.EVICT)).isFalse();
        assertThat(mailbox.offer(new PacketBurst(new SlabDepot(1 << 20)))).isFalse();
    }

    /// The owner really sleeps between its visits: a wake-up that is lost ends this test by its time-out only.
    @Test
    void losesNothingBetweenManySendersAndASleepingOwner() throws InterruptedException {
        int senders = 3;
        int perSender = 20_000;
        var signal = new Semaphore(0);
        var owned = new ShardMailbox(signal::release);
        var parcels = new ParcelDepot(new SlabDepot(64 << 20), 4);
        List<Thread> threads = new ArrayList<>();
        for (int s = 0; s < senders; s++) {
            threads.add(Thread.ofPlatform().start(new Sender(owned, parcels, s * perSender, perSender)));
        }
        long sum = 0;
        int count = 0;
        int total = senders * perSender;
        while (count < total) {
            PacketBurst parcel = owned.pollParcel();
            if (parcel != null) {
                sum += parcel.packet(0).bytes().getInt(0);
                count++;
                parcels.give(parcel);
            } else if (owned.beginWait()) {
                signal.acquire();
                owned.endWait();
            }
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(sum).isEqualTo((long) total * (total - 1) / 2);
    }

    private record Sender(ShardMailbox mailbox, ParcelDepot parcels, int from, int count) implements Runnable {
        @Override
        public void run() {
            for (int i = 0; i < count; i++) {
                PacketBurst parcel = parcels.tryTake();
                while (parcel == null) {
                    LockSupport.parkNanos(1);
                    parcel = parcels.tryTake();
                }
                parcel.slabForNext(4).bytes().putInt(0, from + i);
                parcel.add(0, 4, ChecksumState.VALID, GsoType.NONE, 0);
                while (!mailbox.offer(parcel)) {
                    LockSupport.parkNanos(1);
                }
            }
        }
    }
}
