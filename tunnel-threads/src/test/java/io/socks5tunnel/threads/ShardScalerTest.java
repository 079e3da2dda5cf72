// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static io.socks5tunnel.threads.ShardScaling.REST_NANOS;
import static io.socks5tunnel.threads.ShardScaling.SAMPLE_NANOS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socks5tunnel.threads.ShardCounters.Count;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardScalerTest {
    private final FakeDevice device = new FakeDevice(2);
    private final ScalingBell bell = new ScalingBell();
    private final List<ShardCounters> counters = List.of(new ShardCounters(), new ShardCounters());

    private ShardScaler scaler(long nowNanos) {
        return new ShardScaler(device, counters, bell, 1, nowNanos);
    }

    @Nested
    class Looking {
        private final String me = Thread.currentThread().getName();
        private final ShardScaler scaler = scaler(0);

        @Test
        void servesFewerQueuesAtRestAndMoreUnderLoad() throws IOException {
            scaler.look(REST_NANOS);
            assertThat(device.served).containsExactly("1 " + me);

            counters.getFirst().add(Count.BUSY_NANOS, SAMPLE_NANOS);
            counters.getFirst().add(Count.BUSY_STRETCHES, 1);
            scaler.look(REST_NANOS + SAMPLE_NANOS);
            assertThat(device.served).containsExactly("1 " + me, "2 " + me);
        }

        @Test
        void addsUpWhatAllShardsDo() throws IOException {
            counters.get(0).add(Count.BUSY_NANOS, REST_NANOS / 2 - 10);
            counters.get(1).add(Count.BUSY_NANOS, 10);

            scaler.look(REST_NANOS);

            assertThat(device.served).isEmpty();
        }

        @Test
        void saysNothingToTheDeviceWhileNothingChanges() throws IOException {
            scaler.look(REST_NANOS - 1);

            assertThat(device.served).isEmpty();
        }

        @Test
        void tellsOfARefusal() {
            device.restFailure = new IOException("refused");

            assertThatThrownBy(() -> scaler.look(REST_NANOS)).isSameAs(device.restFailure);
        }
    }

    /// Started with a clock that shows a rest.
    @Nested
    class OnItsThread {
        private final ShardScaler scaler = scaler(System.nanoTime() - REST_NANOS);

        @Test
        void sleepsUntilAShardRings() {
            scaler.start(0);
            assertThat(bell.isHeard()).isTrue();
            bell.endStretch(false, ScalingBell.LOOK_EVERY_NANOS);
            awaitServed(1);

            scaler.close();

            assertThat(device.served).containsExactly("1 socks5-tunnel-scaling");
            assertThat(threads()).isEmpty();
        }

        @Test
        void endsWithoutHavingDoneAnything() {
            scaler.start(0);
            scaler.close();
            scaler.close();

            assertThat(device.served).isEmpty();
            assertThat(threads()).isEmpty();
        }

        @Test
        void putsAllBackAndEndsWhenTheSystemRefuses() {
            device.restFailure = new IOException("the test does not want it");
            scaler.start(0);
            bell.endStretch(false, ScalingBell.LOOK_EVERY_NANOS);
            awaitServed(2);

            assertThat(device.served).containsExactly("1 socks5-tunnel-scaling", "2 socks5-tunnel-scaling");
            assertThat(bell.isHeard()).isFalse();
            scaler.close();
        }

        private void awaitServed(int times) {
            while (device.served.size() < times) {
                Thread.onSpinWait();
            }
        }

        private static List<Thread> threads() {
            return Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals("socks5-tunnel-scaling"))
                    .toList();
        }
    }

    @Nested
    class AnObstacle {
        @ParameterizedTest
        @ValueSource(ints = {0, 2, 3})
        void isNoneWhereAllAreToStay(int min) {
            assertThat(ShardScaler.isAskedFor(min, 2)).isFalse();
            assertThat(ShardScaler.obstacle(min, 2, device)).isEmpty();
        }

        @Test
        void isNoneWhereQueuesCanRest() {
            device.canRest = true;

            assertThat(ShardScaler.isAskedFor(1, 2)).isTrue();
            assertThat(ShardScaler.obstacle(1, 2, device)).isEmpty();
        }

        @Test
        void isADeviceThatCannot() {
            assertThat(ShardScaler.obstacle(1, 2, device))
                    .isEqualTo("threads.min-workers has no effect: the queues of fake0 cannot rest");
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 3})
        void isADeviceWithAnotherNumberOfQueues(int queues) {
            FakeDevice other = new FakeDevice(queues);
            other.canRest = true;

            assertThat(ShardScaler.obstacle(1, 2, other))
                    .startsWith("threads.min-workers has no effect: fake0 has " + queues)
                    .endsWith(" for 2 shards");
        }
    }
}
