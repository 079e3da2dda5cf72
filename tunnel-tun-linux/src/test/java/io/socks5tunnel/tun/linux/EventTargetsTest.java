// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EventTargetsTest {
    private final EventTargets targets = new EventTargets();

    private static final class Recorder implements EventTarget {
        private boolean isReactorClosed;

        @Override
        public void onEvents(int events) {}

        @Override
        public void onReactorClosed() {
            isReactorClosed = true;
        }
    }

    @Test
    void aTargetIsFoundUntilItIsRemoved() {
        var target = new Recorder();
        long token = targets.add(target);
        assertThat(targets.find(token)).isSameAs(target);

        targets.remove(token);
        targets.remove(token);
        assertThat(targets.find(token)).isNull();
    }

    @Test
    void aPlaceThatIsTakenAgainHasAnotherToken() {
        long early = targets.add(new Recorder());
        targets.remove(early);
        var next = new Recorder();
        long late = targets.add(next);

        assertThat((int) late).isEqualTo((int) early);
        assertThat(late).isNotEqualTo(early);
        assertThat(targets.find(early)).isNull();
        assertThat(targets.find(late)).isSameAs(next);
        targets.remove(early);
        assertThat(targets.find(late)).isSameAs(next);
    }

    @Test
    void onlyWhoIsLeftHearsOfTheClose() {
        var gone = new Recorder();
        var there = new Recorder();
        targets.remove(targets.add(gone));
        long first = targets.add(new Recorder());
        targets.add(there);
        targets.remove(first);

        targets.closeAll();

        assertThat(gone.isReactorClosed).isFalse();
        assertThat(there.isReactorClosed).isTrue();
    }

    @Test
    void afterManyTargetsTheTableIsSmallAgain() {
        var stays = new Recorder();
        long token = targets.add(stays);
        List<Long> early = IntStream.range(0, 1_000)
                .mapToObj(_ -> targets.add(new Recorder()))
                .toList();
        assertThat(targets.capacity()).isEqualTo(1_024);
        early.forEach(targets::remove);

        targets.discardSpares();

        assertThat(targets.capacity()).isEqualTo(64);
        assertThat(targets.find(token)).isSameAs(stays);
        assertThat(early).allMatch(gone -> targets.find(gone) == null);
    }

    @Test
    void aTargetBehindFreePlacesKeepsItsPlaceAndTheOthersAreTakenFirst() {
        List<Long> early = IntStream.range(0, 200)
                .mapToObj(_ -> targets.add(new Recorder()))
                .toList();
        var last = new Recorder();
        long token = targets.add(last);
        early.forEach(targets::remove);

        targets.discardSpares();

        assertThat(targets.capacity()).isEqualTo(256);
        assertThat(targets.find(token)).isSameAs(last);
        for (int place = 0; place < 200; place++) {
            assertThat((int) targets.add(new Recorder())).isEqualTo(place);
        }
        assertThat((int) targets.add(new Recorder())).isEqualTo(201);
        assertThat(targets.find(token)).isSameAs(last);
    }

    @Test
    void agreesWithAMapOverManyUses() {
        var random = new Random(11);
        Map<Long, EventTarget> model = new HashMap<>();
        Set<Long> everUsed = new HashSet<>();
        for (int step = 0; step < 20_000; step++) {
            if (model.isEmpty() || random.nextInt(100) < 52) {
                var target = new Recorder();
                long token = targets.add(target);
                assertThat(everUsed.add(token)).as("token %x is new", token).isTrue();
                model.put(token, target);
            } else if (random.nextInt(1_000) == 0) {
                targets.discardSpares();
            } else {
                long token = model.keySet().iterator().next();
                model.remove(token);
                targets.remove(token);
            }
        }
        for (long token : everUsed) {
            assertThat(targets.find(token)).isSameAs(model.get(token));
        }
        assertThat(model).hasSizeGreaterThan(100);
    }
}
