// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static io.socks5tunnel.threads.QuietWatch.FEW_TAKES;
import static io.socks5tunnel.threads.QuietWatch.MANY_FLOWS;
import static io.socks5tunnel.threads.QuietWatch.MANY_SLABS;
import static io.socks5tunnel.threads.QuietWatch.QUIET_NANOS;
import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.spi.Reactor;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class QuietWatchTest {
    private static final int NO_SLABS = 0;
    private static final int NO_TAKES = 0;

    private final QuietWatch watch = new QuietWatch();

    @Nested
    class WithoutMuchWork {
        @Test
        void asksForNoWakeUp() {
            assertThat(watch.isDue(MANY_FLOWS - 1, MANY_SLABS - 1, NO_TAKES, 0)).isFalse();
            assertThat(watch.isDue(0, MANY_SLABS - 1, NO_TAKES, 1)).isFalse();

            assertThat(watch.nextDeadlineNanos()).isEqualTo(Reactor.NO_DEADLINE);
        }
    }

    @Nested
    class AfterManyFlows {
        @Test
        void isDueOnceTenSecondsAfterMostHaveEnded() {
            watch.isDue(MANY_FLOWS, NO_SLABS, NO_TAKES, 0);
            assertThat(watch.isDue(MANY_FLOWS / 8, NO_SLABS, NO_TAKES, 5)).isFalse();
            assertThat(watch.nextDeadlineNanos()).isEqualTo(5 + QUIET_NANOS);
            assertThat(watch.isDue(0, NO_SLABS, NO_TAKES, 4 + QUIET_NANOS)).isFalse();

            assertThat(watch.isDue(0, NO_SLABS, NO_TAKES, 5 + QUIET_NANOS)).isTrue();

            assertThat(watch.isDue(0, NO_SLABS, NO_TAKES, 6 + QUIET_NANOS)).isFalse();
            assertThat(watch.nextDeadlineNanos()).isEqualTo(Reactor.NO_DEADLINE);
        }

        @Test
        void isNotDueWhileMoreThanAnEighthIsLeft() {
            watch.isDue(MANY_FLOWS, NO_SLABS, NO_TAKES, 0);
            watch.isDue(MANY_FLOWS / 8 + 1, NO_SLABS, NO_TAKES, 1);

            assertThat(watch.nextDeadlineNanos()).isEqualTo(Reactor.NO_DEADLINE);
        }

        @Test
        void newFlowsPutItOff() {
            watch.isDue(MANY_FLOWS, NO_SLABS, NO_TAKES, 0);
            watch.isDue(0, NO_SLABS, NO_TAKES, 1);
            watch.isDue(MANY_FLOWS, NO_SLABS, NO_TAKES, 2);
            assertThat(watch.nextDeadlineNanos()).isEqualTo(Reactor.NO_DEADLINE);

            watch.isDue(0, NO_SLABS, NO_TAKES, 3);

            assertThat(watch.nextDeadlineNanos()).isEqualTo(3 + QUIET_NANOS);
        }
    }

    @Nested
    class WithManyIdleSlabs {
        @Test
        void isDueWhenHardlyAnybodyFetchedSomeForTenSeconds() {
            watch.isDue(1, MANY_SLABS, 7, 0);
            watch.isDue(1, MANY_SLABS, 8 + FEW_TAKES, 5);
            assertThat(watch.nextDeadlineNanos()).isEqualTo(5 + QUIET_NANOS);
            watch.isDue(1, MANY_SLABS, 8 + 2 * FEW_TAKES, 6);
            assertThat(watch.nextDeadlineNanos()).isEqualTo(5 + QUIET_NANOS);

            assertThat(watch.isDue(1, MANY_SLABS, 8 + 2 * FEW_TAKES, 5 + QUIET_NANOS))
                    .isTrue();
        }

        /// A transfer that makes do with the slabs that its shard has at hand.
        @Test
        void isNotDueWhileTheyAreFetched() {
            for (int second = 0; second < 60; second++) {
                assertThat(watch.isDue(1, MANY_SLABS, 100 * second, second * 1_000_000_000L))
                        .isFalse();
            }
        }

        /// The count of takes overflows after some hours of work.
        @Test
        void isDueAfterTheCountHasOverflowed() {
            watch.isDue(1, MANY_SLABS, Integer.MAX_VALUE, 0);

            assertThat(watch.isDue(1, MANY_SLABS, Integer.MIN_VALUE, QUIET_NANOS))
                    .isTrue();
        }

        @Test
        void asksForNoWakeUpWhileNobodyWantsMemoryBack() {
            watch.isDue(1, MANY_SLABS, NO_TAKES, 0);

            watch.rest();

            assertThat(watch.nextDeadlineNanos()).isEqualTo(Reactor.NO_DEADLINE);
        }

        @Test
        void isNotDueWhenTheyWereGivenBackElsewhere() {
            watch.isDue(1, MANY_SLABS, NO_TAKES, 0);

            assertThat(watch.isDue(1, NO_SLABS, NO_TAKES, QUIET_NANOS)).isFalse();
        }
    }
}
