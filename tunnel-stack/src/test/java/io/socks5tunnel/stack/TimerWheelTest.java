// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimerWheelTest {
    private static final long START = 1_234_567_890_123L;
    private static final long DAY = 86_400_000_000_000L;

    private final TimerWheel wheel = new TimerWheel(START);
    private final List<String> fired = new ArrayList<>();

    @Nested
    class Empty {
        @Test
        void hasNoDeadline() {
            assertThat(wheel.nextDeadlineNanos()).isEqualTo(TimerWheel.NO_DEADLINE);
            assertThat(wheel.size()).isZero();
            assertThat(wheel.advance(after(DAY))).isZero();
        }

        @Test
        void isEmptyAgainWhenItsOnlyEntryWasCancelled() {
            TimerWheel.Entry entry = entry("a");
            wheel.schedule(entry, after(DAY));
            wheel.cancel(entry);

            assertThat(wheel.nextDeadlineNanos()).isEqualTo(TimerWheel.NO_DEADLINE);
            assertThat(entry.isScheduled()).isFalse();
            assertThat(entry.deadlineNanos()).isEqualTo(TimerWheel.NO_DEADLINE);
            assertThat(wheel.advance(after(2 * DAY))).isZero();
        }

        @Test
        void aTickOfNothingIsRefused() {
            assertThatThrownBy(() -> new TimerWheel(0, 0)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Nested
    class WithOneEntry {
        @ParameterizedTest
        @ValueSource(
                longs = {
                    1,
                    999_999,
                    1_000_000,
                    1_000_001,
                    63_000_000,
                    64_000_000,
                    65_000_001,
                    4_096_000_000L,
                    300_000_000_001L,
                    DAY * 400
                })
        void firesAtItsDeadlineOrUpToATickLaterAndNotBefore(long delay) {
            TimerWheel.Entry entry = entry("a");
            wheel.schedule(entry, after(delay));
            assertThat(entry.isScheduled()).isTrue();
            assertThat(entry.deadlineNanos()).isEqualTo(after(delay));
            long due = wheel.nextDeadlineNanos();

            assertThat(due).isBetween(after(delay), after(delay) + TimerWheel.DEFAULT_TICK_NANOS - 1);
            assertThat(wheel.advance(due - 1)).isZero();
            assertThat(wheel.nextDeadlineNanos()).isEqualTo(due);
            assertThat(wheel.advance(due)).isEqualTo(1);
            assertThat(entry.isScheduled()).isFalse();
            assertThat(wheel.advance(due + DAY)).isZero();
        }

        @Test
        void aDeadlineInThePastFiresAtTheNextAdvanceOfTheSameTime() {
            wheel.advance(after(5_000_000));
            wheel.schedule(entry("a"), after(3));

            assertThat(wheel.nextDeadlineNanos()).isLessThanOrEqualTo(after(5_000_000));
            assertThat(wheel.advance(after(5_000_000))).isEqualTo(1);
        }

        @Test
        void aDeadlineBeforeTheWheelWasMadeFires() {
            wheel.schedule(entry("a"), Long.MIN_VALUE);
            assertThat(wheel.advance(START)).isEqualTo(1);
        }

        @Test
        void beingScheduledForNeverIsBeingCancelled() {
            TimerWheel.Entry entry = entry("a");
            wheel.schedule(entry, after(7));
            wheel.schedule(entry, TimerWheel.NO_DEADLINE);
            assertThat(entry.isScheduled()).isFalse();
            assertThat(wheel.size()).isZero();
        }

        @Test
        void beingScheduledAgainMovesIt() {
            TimerWheel.Entry entry = entry("a");
            wheel.schedule(entry, after(7_000_000));
            wheel.schedule(entry, after(DAY));
            assertThat(wheel.size()).isEqualTo(1);
            assertThat(wheel.advance(after(8_000_000))).isZero();

            wheel.schedule(entry, after(9_000_000));
            assertThat(wheel.advance(after(9_000_000) + 999_999)).isEqualTo(1);
        }

        @Test
        void movingWithinATickKeepsTheLaterDeadline() {
            TimerWheel.Entry entry = entry("a");
            wheel.schedule(entry, after(1_000_001));
            wheel.schedule(entry, after(1_999_999));
            assertThat(entry.deadlineNanos()).isEqualTo(after(1_999_999));
            assertThat(wheel.advance(after(1_999_998))).isZero();
            assertThat(wheel.advance(after(2_000_000))).isEqualTo(1);
        }

        @Test
        void cancellingTwiceIsCancellingOnce() {
            TimerWheel.Entry entry = entry("a");
            wheel.schedule(entry, after(7));
            wheel.cancel(entry);
            wheel.cancel(entry);
            assertThat(wheel.size()).isZero();
        }
    }

    @Nested
    class WithManyEntries {
        @Test
        void firesInTheOrderOfDeadlinesAcrossAllLevels() {
            long[] delays = {DAY, 1_000_000, 5_000_000_000L, 64_000_000, 63_000_000, 4_096_000_000L, DAY * 300};
            for (long delay : delays) {
                wheel.schedule(entry(Long.toString(delay)), after(delay));
            }
            assertThat(wheel.advance(after(DAY * 301))).isEqualTo(delays.length);
            assertThat(fired)
                    .containsExactly(
                            "1000000", "63000000", "64000000", "4096000000", "5000000000", "" + DAY, "" + DAY * 300);
        }

        @Test
        void ofOneTickFireInTheOrderTheyWereScheduled() {
            wheel.schedule(entry("first"), after(900_000));
            wheel.schedule(entry("second"), after(100_000));
            wheel.schedule(entry("third"), after(500_000));
            wheel.advance(after(1_000_000));
            assertThat(fired).containsExactly("first", "second", "third");
        }

        @Test
        void theOnesInTheMiddleOfATickCanBeCancelled() {
            TimerWheel.Entry[] entries = {entry("0"), entry("1"), entry("2"), entry("3")};
            for (TimerWheel.Entry entry : entries) {
                wheel.schedule(entry, after(500_000));
            }
            wheel.cancel(entries[1]);
            wheel.cancel(entries[3]);
            wheel.cancel(entries[0]);
            wheel.advance(after(1_000_000));
            assertThat(fired).containsExactly("2");
        }

        @Test
        void nextDeadlineIsThatOfTheNearestEvenIfItLiesInAWideSlot() {
            wheel.schedule(entry("far"), after(3_999_000_000L));
            wheel.schedule(entry("near"), after(3_500_000_000L));
            assertThat(wheel.nextDeadlineNanos()).isEqualTo(after(3_500_000_000L));
        }

        @Test
        void aCancelledNearestCostsOneWakeUpAtMost() {
            TimerWheel.Entry near = entry("near");
            wheel.schedule(near, after(3_500_000_000L));
            wheel.schedule(entry("far"), after(3_519_000_000L));
            wheel.cancel(near);

            int wakeUps = 0;
            while (fired.isEmpty()) {
                wheel.advance(wheel.nextDeadlineNanos());
                wakeUps++;
            }
            assertThat(wakeUps).isLessThanOrEqualTo(2);
        }
    }

    @Nested
    class InsideAHandler {
        @Test
        void anEntryMayScheduleItselfForNowAndFiresOnceInACall() {
            TimerWheel.Entry[] self = new TimerWheel.Entry[1];
            self[0] = new TimerWheel.Entry(nowNanos -> {
                fired.add("self");
                wheel.schedule(self[0], nowNanos);
            });
            wheel.schedule(self[0], after(1));

            assertThat(wheel.advance(after(DAY))).isEqualTo(1);
            assertThat(wheel.nextDeadlineNanos()).isBetween(after(DAY), after(DAY) + 2_000_000);
            assertThat(wheel.advance(wheel.nextDeadlineNanos())).isEqualTo(1);
        }

        @Test
        void whatIsScheduledThereWaitsForALaterCallWhateverItsDeadline() {
            wheel.schedule(
                    new TimerWheel.Entry(nowNanos -> wheel.schedule(entry("late"), after(2_000_000))),
                    after(1_000_000));
            wheel.schedule(entry("other"), after(3_000_000));

            assertThat(wheel.advance(after(10_000_000))).isEqualTo(2);
            assertThat(fired).containsExactly("other");
            wheel.advance(wheel.nextDeadlineNanos());
            assertThat(fired).containsExactly("other", "late");
        }

        @Test
        void anEntryOfTheSameTickMayBeCancelledAndMoved() {
            TimerWheel.Entry cancelled = entry("cancelled");
            TimerWheel.Entry moved = entry("moved");
            wheel.schedule(
                    new TimerWheel.Entry(nowNanos -> {
                        wheel.cancel(cancelled);
                        wheel.schedule(moved, after(DAY));
                    }),
                    after(1_000_000));
            wheel.schedule(cancelled, after(1_000_000));
            wheel.schedule(moved, after(1_000_000));
            wheel.schedule(entry("last"), after(1_000_000));

            assertThat(wheel.advance(after(1_000_000))).isEqualTo(2);
            assertThat(fired).containsExactly("last");
            assertThat(wheel.size()).isEqualTo(1);
        }

        @Test
        void theTimeIsThatOfTheCall() {
            long[] told = new long[1];
            wheel.schedule(new TimerWheel.Entry(nowNanos -> told[0] = nowNanos), after(1));
            wheel.advance(after(DAY) + 17);
            assertThat(told[0]).isEqualTo(after(DAY) + 17);
        }

        @Test
        void advancingIsRefused() {
            wheel.schedule(new TimerWheel.Entry(wheel::advance), after(1));
            assertThatThrownBy(() -> wheel.advance(after(DAY))).isInstanceOf(IllegalStateException.class);
        }

        @Test
        void aFailureLosesNoOtherEntry() {
            wheel.schedule(
                    new TimerWheel.Entry(nowNanos -> {
                        throw new ArithmeticException("planted");
                    }),
                    after(1_000_000));
            wheel.schedule(entry("next"), after(1_000_000));
            assertThatThrownBy(() -> wheel.advance(after(DAY))).hasMessage("planted");

            assertThat(wheel.advance(after(DAY))).isEqualTo(1);
            assertThat(fired).containsExactly("next");
        }
    }

    @Nested
    class OnAStrangeClock {
        @Test
        void timeThatGoesBackIsIgnored() {
            wheel.advance(after(DAY));
            wheel.schedule(entry("a"), after(DAY + 5_000_000));
            assertThat(wheel.advance(START - DAY)).isZero();
            assertThat(wheel.advance(after(DAY + 6_000_000))).isEqualTo(1);
        }

        @Test
        void itMayBeginBelowZeroAndDeadlinesMayBeAsFarAsLongsReach() {
            TimerWheel early = new TimerWheel(Long.MIN_VALUE / 2);
            TimerWheel.Entry far = entry("far");
            early.schedule(far, Long.MAX_VALUE - 1);
            early.schedule(entry("near"), Long.MIN_VALUE / 2 + 10);

            early.advance(Long.MIN_VALUE / 2 + DAY);
            assertThat(fired).containsExactly("near");
            assertThat(early.nextDeadlineNanos()).isGreaterThan(Long.MIN_VALUE / 2 + DAY);
            assertThat(far.isScheduled()).isTrue();
        }

        @Test
        void aFarDeadlineIsNeverTakenForNoDeadline() {
            wheel.schedule(entry("far"), TimerWheel.NO_DEADLINE - 1);
            assertThat(wheel.nextDeadlineNanos()).isEqualTo(TimerWheel.NO_DEADLINE - 1);
        }

        @Test
        void ticksMayBeAsFineAsNanoseconds() {
            TimerWheel fine = new TimerWheel(0, 1);
            fine.schedule(entry("a"), 5);
            fine.schedule(entry("far"), Long.MAX_VALUE - 1);
            assertThat(fine.advance(4)).isZero();
            assertThat(fine.advance(5)).isEqualTo(1);
            assertThat(fine.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE - 1);
        }
    }

    private TimerWheel.Entry entry(String name) {
        return new TimerWheel.Entry(nowNanos -> fired.add(name));
    }

    private static long after(long nanos) {
        return START + nanos;
    }
}
