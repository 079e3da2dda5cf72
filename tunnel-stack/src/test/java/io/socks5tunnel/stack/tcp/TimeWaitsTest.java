// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The order in which quiet times end (RFC 9293 §3.6.1): T-CL-7.
class TimeWaitsTest {
    private static final long DURATION_NANOS = 60_000_000_000L;

    private final TimeWaits entries = new TimeWaits(DURATION_NANOS);

    @Test
    void theyEndInTheOrderInWhichTheyBegan() {
        TimeWait first = begin(0);
        TimeWait second = begin(1);

        assertThat(entries.firstToEnd(DURATION_NANOS - 1)).isNull();
        assertThat(entries.firstToEnd(DURATION_NANOS)).isSameAs(first);
        entries.remove(first);
        assertThat(entries.firstToEnd(DURATION_NANOS)).isNull();
        assertThat(entries.firstToEnd(DURATION_NANOS + 1)).isSameAs(second);
    }

    @Test
    void oneThatBeginsAgainEndsLast() {
        TimeWait first = begin(0);
        TimeWait second = begin(1);

        entries.restart(first, 2);

        assertThat(entries.firstToEnd(DURATION_NANOS + 1)).isSameAs(second);
    }

    @Test
    @Tag("T-CL-7")
    void beyondTheBoundTheOldestEndsEarly() {
        TimeWait first = begin(0);
        for (int i = 1; i < TimeWaits.MAX_ENTRIES; i++) {
            begin(i);
        }
        assertThat(entries.firstToEnd(0)).isNull();

        begin(TimeWaits.MAX_ENTRIES);
        assertThat(entries.firstToEnd(0)).isSameAs(first);
    }

    @Test
    void oneWakeUpEndsAllThatBeganWithinASecond() {
        TimeWait first = begin(0);
        TimeWait last = begin(TimeWaits.LATENESS_NANOS);
        begin(TimeWaits.LATENESS_NANOS + 1);

        long deadlineNanos = entries.nextDeadlineNanos();

        assertThat(entries.firstToEnd(deadlineNanos)).isSameAs(first);
        entries.remove(first);
        assertThat(entries.firstToEnd(deadlineNanos)).isSameAs(last);
        entries.remove(last);
        assertThat(entries.firstToEnd(deadlineNanos)).isNull();
    }

    /// Whoever still holds an entry that has ended must not hold all that came after it.
    @Test
    void oneThatWasRemovedHoldsOnToNoOther() {
        begin(0);
        TimeWait middle = begin(1);
        begin(2);

        entries.remove(middle);

        assertThat(middle.previous()).isNull();
        assertThat(middle.next()).isNull();
    }

    @Test
    void theOthersEndWhenOneInTheMiddleIsGone() {
        TimeWait first = begin(0);
        TimeWait middle = begin(1);
        TimeWait last = begin(2);

        entries.remove(middle);
        entries.remove(last);
        TimeWait later = begin(3);
        assertThat(entries.firstToEnd(DURATION_NANOS)).isSameAs(first);
        entries.remove(first);
        assertThat(entries.firstToEnd(DURATION_NANOS + 3)).isSameAs(later);
        entries.remove(later);
        assertThat(entries.firstToEnd(Long.MAX_VALUE)).isNull();
    }

    @Test
    void theLastFollowsTheFirstWhenTheOneBetweenIsGone() {
        TimeWait first = begin(0);
        TimeWait middle = begin(1);
        TimeWait last = begin(2);

        entries.remove(middle);
        entries.remove(first);
        assertThat(entries.firstToEnd(DURATION_NANOS + 2)).isSameAs(last);
    }

    @Test
    void onesThatAreGoneDoNotCount() {
        for (int i = 0; i <= TimeWaits.MAX_ENTRIES; i++) {
            entries.remove(begin(i));
        }
        begin(0);
        assertThat(entries.firstToEnd(0)).isNull();
    }

    private TimeWait begin(long nowNanos) {
        TimeWait entry = new TimeWait(null, null, 0, 0, 0, null, null);
        entries.add(entry, nowNanos);
        return entry;
    }
}
