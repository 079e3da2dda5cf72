// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static io.socks5tunnel.threads.LoadedShards.LOOK_NANOS;
import static io.socks5tunnel.threads.ShardScaling.MAX_REST_NANOS;
import static io.socks5tunnel.threads.ShardScaling.REST_NANOS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ShardScalingTest {
    private static final double BUSY = 1;

    @Nested
    class AtTheStart {
        private final LoadedShards shards = new LoadedShards(1, 4);

        @Test
        void allAreInService() {
            assertThat(shards.inService()).isEqualTo(4);
            assertThat(shards.scaling.mayGrow()).isFalse();
            assertThat(shards.scaling.mayShrink()).isTrue();
        }

        @Test
        void oneGoesAfterARest() {
            shards.pass(REST_NANOS - LOOK_NANOS);
            assertThat(shards.inService()).isEqualTo(4);

            assertThat(shards.pass(LOOK_NANOS)).isEqualTo(1);
            assertThat(shards.inService()).isEqualTo(3);
        }
    }

    @Nested
    class Resting {
        @Test
        void oneAfterTheOtherGoesDownToTheLeast() {
            LoadedShards shards = new LoadedShards(2, 5);

            assertThat(shards.pass(2 * REST_NANOS)).isEqualTo(2);
            assertThat(shards.pass(10 * REST_NANOS)).isEqualTo(1);

            assertThat(shards.inService()).isEqualTo(2);
            assertThat(shards.scaling.mayShrink()).isFalse();
        }

        @Test
        void goesOnWhereTheRestWouldFitBelowHalf() {
            LoadedShards shards = new LoadedShards(1, 3);

            shards.pass(REST_NANOS, 0.5, 0.49, 0);

            assertThat(shards.inService()).isEqualTo(2);
        }

        @Test
        void doesNotGoOnWhereItWouldNot() {
            LoadedShards shards = new LoadedShards(1, 3);

            shards.pass(3 * REST_NANOS, 0.5, 0.51, 0);

            assertThat(shards.inService()).isEqualTo(3);
        }

        @Test
        void leavesAShardInServiceWhoseFlowsHaveMuchToDo() {
            LoadedShards shards = new LoadedShards(1, 2);

            shards.pass(3 * REST_NANOS, 0, 0.13);
            assertThat(shards.inService()).isEqualTo(2);

            shards.pass(REST_NANOS, 0, 0.12);
            assertThat(shards.inService()).isEqualTo(1);
        }

        @Test
        void beginsAnewWhenAnyShardWasBusyForAMoment() {
            LoadedShards shards = new LoadedShards(1, 2);

            for (int i = 0; i < 5; i++) {
                shards.pass(REST_NANOS - 2 * LOOK_NANOS);
                shards.pass(LOOK_NANOS, BUSY);
            }

            assertThat(shards.inService()).isEqualTo(2);
        }

        @Test
        void countsALongSleepOnce() {
            LoadedShards shards = new LoadedShards(1, 4);

            shards.sleep(1000 * REST_NANOS);

            assertThat(shards.pass(REST_NANOS - LOOK_NANOS)).isEqualTo(1);
        }
    }

    @Nested
    class Busy {
        @Test
        void bringsTheNextOneAtOnce() {
            LoadedShards shards = new LoadedShards(1, 4).shrunkTo(1);

            assertThat(shards.pass(LOOK_NANOS, BUSY)).isEqualTo(1);

            assertThat(shards.inService()).isEqualTo(2);
            assertThat(shards.scaling.mayGrow()).isTrue();
        }

        @Test
        void bringsAllIfAllAre() {
            LoadedShards shards = new LoadedShards(1, 8).shrunkTo(1);
            double[] load = new double[8];
            Arrays.fill(load, BUSY);

            shards.pass(7 * LOOK_NANOS, load);

            assertThat(shards.inService()).isEqualTo(8);
        }

        @Test
        void bringsNoMoreThanHaveSomethingToDo() {
            LoadedShards shards = new LoadedShards(1, 8).shrunkTo(1);

            shards.pass(10 * REST_NANOS, BUSY);

            assertThat(shards.inService()).isEqualTo(3);
        }

        @Test
        void isNotWhoIsAboutHalf() {
            LoadedShards shards = new LoadedShards(1, 8).shrunkTo(1);

            shards.pass(10 * REST_NANOS, 0.74);

            assertThat(shards.inService()).isEqualTo(1);
        }

        @Test
        void isJudgedByWhatWasSeenLately() {
            LoadedShards shards = new LoadedShards(1, 8).shrunkTo(1);
            shards.sleep(20 * LOOK_NANOS);

            assertThat(shards.pass(LOOK_NANOS, BUSY)).isZero();
            assertThat(shards.pass(LOOK_NANOS, BUSY)).isEqualTo(1);
        }
    }

    @Nested
    class Flapping {
        /// Work for half a second, again and again, a little longer apart than a rest.
        private static final long PAUSE_NANOS = REST_NANOS + 10 * LOOK_NANOS;

        private final LoadedShards shards = new LoadedShards(1, 2);

        private int burst() {
            return shards.pass(10 * LOOK_NANOS, BUSY) + shards.pass(PAUSE_NANOS);
        }

        @Test
        void endsBecauseRestsGetLonger() {
            assertThat(burst()).isEqualTo(1);
            assertThat(burst()).isEqualTo(1);
            for (int i = 0; i < 20; i++) {
                assertThat(burst()).isZero();
            }
            assertThat(shards.inService()).isEqualTo(2);
        }

        @Test
        void isForgottenWhenARestWasLong() {
            burst();
            burst();
            shards.pass(10 * REST_NANOS);
            assertThat(shards.inService()).isEqualTo(1);

            assertThat(burst()).isEqualTo(2);
        }

        @Test
        void neverNeedsMoreThanTheLongestRest() {
            for (int i = 0; i < 30; i++) {
                while (shards.inService() > 1) {
                    shards.pass(LOOK_NANOS);
                }
                shards.pass(2 * LOOK_NANOS, BUSY);
            }

            assertThat(shards.pass(MAX_REST_NANOS - LOOK_NANOS)).isZero();
            assertThat(shards.pass(LOOK_NANOS)).isEqualTo(1);
        }
    }
}
