// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FaultShrinkerTest {
    private static final List<Fault> TWENTY = IntStream.range(0, 20)
            .mapToObj(number -> new Fault(number, FaultKind.LOSS, 0, 0, 0, 1, 0.5, 0))
            .toList();

    @Test
    void oneFaultOfManyIsFoundInFewRuns() {
        FaultShrinker shrinker = new FaultShrinker(faults -> numbers(faults).contains(13));
        assertThat(numbers(shrinker.shrink(TWENTY))).containsExactly(13);
        assertThat(shrinker.runs()).isLessThan(25);
    }

    @Test
    void faultsThatFailOnlyTogetherStayTogether() {
        FaultShrinker shrinker = new FaultShrinker(faults -> numbers(faults).containsAll(Set.of(2, 11, 19)));
        assertThat(numbers(shrinker.shrink(TWENTY))).containsExactlyInAnyOrder(2, 11, 19);
    }

    @Test
    void aScenarioThatFailsByItselfNeedsNone() {
        assertThat(new FaultShrinker(_ -> true).shrink(TWENTY)).isEmpty();
    }

    private static Set<Integer> numbers(List<Fault> faults) {
        return faults.stream().map(Fault::number).collect(Collectors.toSet());
    }
}
