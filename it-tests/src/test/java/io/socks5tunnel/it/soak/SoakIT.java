// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.lab.LabRequirements;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The shortest soak: every kind of flow, every fault once. `./soak` runs longer ones.
final class SoakIT {
    private static final long SEED = 8;
    private static final int FEWEST_FLOWS = 100;

    @Test
    void nothingGoesWrongThatWasNotMeantTo() throws InterruptedException {
        LabRequirements.demand();

        SoakReport report = SoakRun.run(SoakPlan.shortest(SEED));

        System.out.print(report.text());
        assertThat(report.violations()).as("seed %d", SEED).isEmpty();
        assertThat(report.flows()).isGreaterThan(FEWEST_FLOWS);
        assertThat(report.faultCounts())
                .isEqualTo(Arrays.stream(Fault.values()).collect(Collectors.toMap(fault -> fault, _ -> 1)));
    }
}
