// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.socks5tunnel.api.spi.TunCapabilities;
import io.socks5tunnel.sim.Engines;
import io.socks5tunnel.sim.SimTcpOptions;
import io.socks5tunnel.sim.simulate.PacketSchedule.Action;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Small connections, and everything that one or two lost, doubled or late packets can do to them: every schedule
/// is played, and in every one both streams must arrive whole and both sides must close well.
class ScheduleTest {
    private static final Logger QUIETED = Logger.getLogger("io.socks5tunnel");
    private static final long SECOND = 1_000_000_000L;
    private static final int SEGMENT_BYTES = 100;
    private static final int SEGMENTS = 3;
    private static final int MTU = 1500;
    private static final Action[] ACTIONS = {Action.LOSE, Action.DOUBLE, Action.DELAY};

    private final Simulator simulator = new Simulator(Engines.real());
    private int played;

    ScheduleTest() {
        QUIETED.setLevel(Level.WARNING);
    }

    @ParameterizedTest
    @Tag("T-CL-3")
    @Tag("T-HS-12")
    @Tag("T-HS-4")
    @Tag("T-RT-10")
    @EnumSource(TransferPlan.Ending.class)
    void handshakeDataAndCloseSurviveAnyTwoFaults(TransferPlan.Ending ending) {
        playAll(scenario(ending, SEGMENTS, List.of()));
    }

    @Test
    void anEmptyConnectionSurvivesAnyTwoFaults() {
        playAll(scenario(TransferPlan.Ending.EACH_WHEN_DONE, 0, List.of()));
    }

    @Test
    @Tag("T-RX-11")
    @Tag("T-TX-6")
    void aWindowThatClosesAndOpensSurvivesAnyTwoFaults() {
        Fault stall = new Fault(0, FaultKind.CLIENT_STALL, 0, 0, 0, 3 * SECOND, 1, 0);
        playAll(scenario(TransferPlan.Ending.DESTINATION_FIRST, SEGMENTS, List.of(stall)));
    }

    private void playAll(Scenario scenario) {
        int packets = play(scenario, Map.of()).scheduled();
        for (int first = 0; first < packets; first++) {
            for (Action action : ACTIONS) {
                play(scenario, Map.of(first, action));
            }
        }
        for (int first = 0; first < packets; first++) {
            for (int second = first + 1; second < packets; second++) {
                playPair(scenario, first, second);
            }
        }
        int pairs = packets * (packets - 1) / 2;
        assertThat(played).isEqualTo(1 + 3 * packets + 9 * pairs);
    }

    private void playPair(Scenario scenario, int first, int second) {
        for (Action one : ACTIONS) {
            for (Action other : ACTIONS) {
                play(scenario, Map.of(first, one, second, other));
            }
        }
    }

    private RunResult play(Scenario scenario, Map<Integer, Action> actions) {
        played++;
        RunResult result = simulator.play(scenario, new PacketSchedule(actions));
        if (!result.isGood() || result.endedWell() != 1) {
            fail("%s with %s: %s%n%s", scenario, actions, result.violation(), String.join("\n", result.lastEvents()));
        }
        return result;
    }

    /// One connection of a few short segments each way, with a receive buffer of two.
    private static Scenario scenario(TransferPlan.Ending ending, int segments, List<Fault> faults) {
        int bytes = segments * SEGMENT_BYTES;
        SimTcpOptions options = new SimTcpOptions(SEGMENT_BYTES, 0, true, false, 2 * SEGMENT_BYTES, 60_000, 0, 0);
        TransferPlan plan = new TransferPlan(
                0,
                new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), 40_000),
                new InetSocketAddress(InetAddress.ofLiteral("10.9.0.1"), 80),
                0,
                options,
                bytes,
                bytes,
                SEGMENT_BYTES,
                5_000_000,
                ending);
        return new Scenario(
                1,
                1,
                1,
                0,
                MTU,
                TunCapabilities.NONE,
                0,
                10_000_000,
                1_000_000,
                256 * 1024,
                false,
                false,
                false,
                false,
                0,
                300_000,
                4 * SECOND,
                false,
                List.of(plan),
                List.of(),
                NamesPlan.NONE,
                new ArrayList<>(faults));
    }
}
