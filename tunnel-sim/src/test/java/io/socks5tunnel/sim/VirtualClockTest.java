// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VirtualClockTest {
    private final VirtualClock clock = new VirtualClock(100);
    private final List<String> happened = new ArrayList<>();

    @Test
    void eventsHappenByTimeAndThenInTheOrderOfAsking() {
        clock.at(300, () -> happened.add("c"));
        clock.at(200, () -> happened.add("a"));
        clock.after(100, () -> happened.add("b"));
        clock.at(50, () -> happened.add("late"));
        boolean isGoingOn = true;
        while (isGoingOn) {
            isGoingOn = clock.runNext();
        }
        assertThat(happened).containsExactly("late", "a", "b", "c");
        assertThat(clock.nowNanos()).isEqualTo(300);
        assertThat(clock.eventCount()).isEqualTo(4);
    }

    @Test
    void anEventAskedForNowHappensAtThisInstant() {
        clock.at(200, () -> clock.after(0, () -> happened.add("now")));
        clock.runNext();
        assertThat(happened).containsExactly("now");
        assertThat(clock.nowNanos()).isEqualTo(200);
    }

    @Test
    void timeGoesNeitherBackNorPastAnEvent() {
        clock.at(200, () -> {});
        assertThatThrownBy(() -> clock.advanceTo(99)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> clock.advanceTo(201)).isInstanceOf(IllegalStateException.class);
        clock.advanceTo(150);
        assertThat(clock.nowNanos()).isEqualTo(150);
    }

    @Test
    void aCircleIsNoticed() {
        Runnable[] again = new Runnable[1];
        again[0] = () -> clock.after(0, again[0]);
        clock.after(0, again[0]);
        assertThatThrownBy(clock::runDue)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("events at 100 ns");
    }
}
