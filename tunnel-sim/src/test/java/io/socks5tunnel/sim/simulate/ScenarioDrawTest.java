// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ScenarioDrawTest {
    @Test
    void aSeedAlwaysGivesTheSameScenario() {
        assertThat(ScenarioDraw.of(42)).isEqualTo(ScenarioDraw.of(42)).isNotEqualTo(ScenarioDraw.of(43));
    }

    @Test
    void amongManySeedsEveryFaultOccursAndSomeSeedsHaveNone() {
        List<Scenario> scenarios =
                LongStream.range(1, 301).mapToObj(ScenarioDraw::of).toList();
        Set<FaultKind> kinds = scenarios.stream()
                .flatMap(scenario -> scenario.faults().stream())
                .map(Fault::kind)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(FaultKind.class)));
        assertThat(kinds).isEqualTo(EnumSet.allOf(FaultKind.class));
        assertThat(scenarios).anyMatch(scenario -> scenario.faults().isEmpty());
        assertThat(scenarios).extracting(Scenario::shards).contains(1, 2, 3, 4);
    }

    @Test
    void amongManySeedsEveryWayToAskForNamesOccursAndSomeSeedsHaveNone() {
        List<NamesPlan> plans = LongStream.range(1, 301)
                .mapToObj(seed -> ScenarioDraw.of(seed).names())
                .toList();
        List<NamesPlan.Errand> errands = plans.stream()
                .flatMap(plan -> plan.clients().stream())
                .flatMap(client -> client.errands().stream())
                .toList();
        assertThat(plans).extracting(NamesPlan::redirection).contains(NamesPlan.Redirection.values());
        assertThat(plans).anyMatch(plan -> plan.clients().isEmpty());
        assertThat(plans).anyMatch(plan -> plan.isServerWithoutDatagrams());
        assertThat(plans).anyMatch(plan -> plan.capacity() > 0 && plan.capacity() < plan.cacheSize());
        assertThat(plans).anyMatch(plan -> !plan.echoes().isEmpty());
        assertThat(errands).extracting(NamesPlan.Errand::question).contains(NamesPlan.Question.values());
        assertThat(errands).extracting(NamesPlan.Errand::use).contains(NamesPlan.Use.values());
        assertThat(errands).extracting(NamesPlan.Errand::isOverTcp).contains(true, false);
    }

    @Test
    void faultsAreNumberedInTheirListAndKeepTheirNumbersWhenSomeAreLeftOut() {
        Scenario scenario = ScenarioDraw.of(9);
        for (int i = 0; i < scenario.faults().size(); i++) {
            assertThat(scenario.faults().get(i).number()).isEqualTo(i);
        }
        Fault last = scenario.faults().getLast();
        assertThat(scenario.withFaults(List.of(last)).faults()).containsExactly(last);
    }
}
