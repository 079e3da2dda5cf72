// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import io.socks5tunnel.api.spi.EngineProvider;
import java.io.IOException;
import java.util.Optional;

/// Plays seeds. Confined to one thread.
final class Simulator {
    private final EngineProvider engine;

    Simulator(EngineProvider engine) {
        this.engine = engine;
    }

    /// Plays a scenario once.
    RunResult play(Scenario scenario) {
        return play(scenario, PacketSchedule.NONE, false);
    }

    /// Plays a scenario once, with a schedule for single packets.
    RunResult play(Scenario scenario, PacketSchedule schedule) {
        return play(scenario, schedule, false);
    }

    /// Plays a scenario once and keeps all that happens.
    RunResult record(Scenario scenario) {
        return play(scenario, PacketSchedule.NONE, true);
    }

    /// Plays a scenario twice: both runs must be good, and alike.
    RunResult playTwice(Scenario scenario) {
        RunResult first = play(scenario);
        if (!first.isGood()) {
            return first;
        }
        RunResult second = play(scenario);
        return second.isGood() && !second.digest().equals(first.digest()) ? unlike(first, second) : second;
    }

    private RunResult play(Scenario scenario, PacketSchedule schedule, boolean isRecorded) {
        try (SeedRun run = new SeedRun(engine, scenario, schedule, isRecorded)) {
            return run.play();
        } catch (IOException e) {
            throw new IllegalStateException("the simulated tunnel could not be started or closed", e);
        }
    }

    private static RunResult unlike(RunResult first, RunResult second) {
        Violation violation = new Violation(
                Invariant.DETERMINISM, first.virtualNanos(), "digests " + first.digest() + " and " + second.digest());
        return new RunResult(
                second.seed(),
                second.digest(),
                Optional.of(violation),
                second.lastEvents(),
                second.entries(),
                second.virtualNanos(),
                second.realNanos(),
                second.events(),
                second.packets(),
                second.scheduled(),
                second.transfers(),
                second.endedWell(),
                second.names(),
                second.triples());
    }
}
