// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.stack.tcp.ArrivingSegment.Timestamp;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Every state × every kind of segment, judged by [SegmentArrives].
class StateEventMatrixTest {
    private static final int FIN = SentPacket.FIN;
    private static final int SYN = SentPacket.SYN;
    private static final int RST = SentPacket.RST;
    private static final int PSH = SentPacket.PSH;
    private static final int ACK = SentPacket.ACK;
    private static final int URG = 0x20;
    private static final int[] FLAGS = {
        0,
        FIN,
        SYN,
        RST,
        PSH,
        ACK,
        PSH | ACK,
        URG | ACK,
        FIN | ACK,
        SYN | ACK,
        RST | ACK,
        SYN | FIN,
        SYN | RST,
        FIN | PSH | URG,
        SYN | FIN | ACK,
        FIN | SYN | RST | PSH | ACK | URG
    };
    private static final MatrixState[] RECEIVING = {
        MatrixState.ESTABLISHED, MatrixState.FIN_WAIT_1, MatrixState.FIN_WAIT_2
    };
    private static final int[] PAYLOADS = {0, 1, 10};
    private static final int SHOWN = 200;
    private static final int FAR = Integer.MIN_VALUE;

    private final Map<DesignChoice, Integer> chosen = new EnumMap<>(DesignChoice.class);
    private final Set<String> transitions = new LinkedHashSet<>();
    private final Map<String, String> failures = new LinkedHashMap<>();
    private final CaseSelection selection = new CaseSelection();
    private int failed;
    private int cases;

    @Test
    @Tag("T-HS-1")
    @Tag("T-HS-2")
    @Tag("T-HS-3")
    @Tag("T-HS-5")
    @Tag("T-HS-7")
    @Tag("T-HS-8")
    @Tag("T-HS-9")
    @Tag("T-AC-1")
    @Tag("T-AC-2")
    @Tag("T-AC-3")
    @Tag("T-AC-4")
    @Tag("T-AC-5")
    @Tag("T-AC-6")
    @Tag("T-AC-8")
    @Tag("T-AC-10")
    @Tag("T-AC-11")
    @Tag("T-RX-3")
    @Tag("T-CL-3")
    @Tag("T-CL-6")
    @Tag("T-CL-7")
    @Tag("T-CL-8")
    void everyFlagNumberAndLengthInEveryState() {
        for (boolean isIpv4 : new boolean[] {true, false}) {
            MatrixWorld world = new MatrixWorld(isIpv4, false, false);
            for (MatrixState state : MatrixState.values()) {
                for (int flags : FLAGS) {
                    playAll(world, state, flags, MatrixWorld.CLIENT_WINDOW, Timestamp.ABSENT);
                }
            }
        }
        report("flags × numbers × lengths");
        assertThat(chosen.keySet())
                .containsExactlyInAnyOrderElementsOf(EnumSet.complementOf(EnumSet.of(
                        DesignChoice.FIN_RIGHT_BEHIND_THE_WINDOW_IS_TAKEN,
                        DesignChoice.MISSING_TIMESTAMP_IS_FORGIVEN,
                        DesignChoice.OVERTAKEN_ACK_IS_NOT_ANSWERED,
                        DesignChoice.TIMESTAMP_BESIDE_A_WRONG_ACK_IS_NOT_TAKEN)));
    }

    @Test
    @Tag("T-AC-9")
    @Tag("T-RX-12")
    void everyFlagNumberAndLengthWhileTheWindowIsClosed() {
        MatrixWorld world = new MatrixWorld(true, false, true);
        for (MatrixState state : RECEIVING) {
            for (int flags : FLAGS) {
                playAll(world, state, flags, MatrixWorld.CLIENT_WINDOW, Timestamp.ABSENT);
            }
        }
        report("closed window");
        assertThat(chosen).containsKey(DesignChoice.FIN_RIGHT_BEHIND_THE_WINDOW_IS_TAKEN);
    }

    @Test
    @Tag("T-HS-13")
    @Tag("T-TS-1")
    @Tag("T-TS-3")
    @Tag("T-TS-4")
    void everyTimestampInEveryState() {
        MatrixWorld world = new MatrixWorld(true, true, false);
        for (MatrixState state : MatrixState.values()) {
            for (int flags : new int[] {0, FIN, SYN, RST, ACK, FIN | ACK, SYN | ACK, RST | ACK}) {
                for (Timestamp timestamp : Timestamp.values()) {
                    playAll(world, state, flags, MatrixWorld.CLIENT_WINDOW, timestamp);
                }
            }
        }
        report("timestamps");
        assertThat(chosen)
                .containsKeys(
                        DesignChoice.MISSING_TIMESTAMP_IS_FORGIVEN,
                        DesignChoice.OVERTAKEN_ACK_IS_NOT_ANSWERED,
                        DesignChoice.TIMESTAMP_BESIDE_A_WRONG_ACK_IS_NOT_TAKEN);
    }

    @Test
    @Tag("T-TX-5")
    void everyWindowInEveryStateThatHasOne() {
        MatrixWorld world = new MatrixWorld(true, false, false);
        for (MatrixState state : MatrixState.values()) {
            for (int flags : new int[] {ACK, FIN | ACK}) {
                for (int window : new int[] {0, 1, 150, 5_000}) {
                    playAll(world, state, flags, window, Timestamp.ABSENT);
                }
            }
        }
        report("windows");
    }

    private void playAll(MatrixWorld world, MatrixState state, int flags, int window, Timestamp timestamp) {
        for (int payload : PAYLOADS) {
            ConnectionModel any = world.arrange(state);
            int positions = seqs(any, payload).length;
            int acks = (flags & ACK) != 0 ? acks(any).length : 1;
            for (int position = 0; position < positions; position++) {
                for (int ack = 0; ack < acks; ack++) {
                    if (!selection.isNextPlayed()) {
                        continue;
                    }
                    ConnectionModel model = world.arrange(state);
                    play(
                            world,
                            model,
                            new ArrivingSegment(
                                    flags,
                                    seqs(model, payload)[position],
                                    acks(model)[ack],
                                    payload,
                                    window,
                                    timestamp));
                }
            }
        }
    }

    private void play(MatrixWorld world, ConnectionModel model, ArrivingSegment segment) {
        Set<DesignChoice> here = EnumSet.noneOf(DesignChoice.class);
        ArrivalVerdict verdict = DesignChoice.verdict(model, segment, here);
        for (DesignChoice choice : here) {
            chosen.merge(choice, 1, Integer::sum);
        }
        cases++;
        List<String> differences = MatrixCase.differences(world, model, segment, verdict);
        transitions.add(model.state() + " " + segment.flags() + " " + verdict.after());
        if (!differences.isEmpty()) {
            note(model, segment, here + " " + verdict.answer() + ": " + differences);
        }
    }

    /// Cases of one kind are told once, with the first of them.
    private void note(ConnectionModel model, ArrivingSegment segment, String what) {
        failed++;
        String kind = model.state() + " flags " + segment.flags() + " "
                + what.replaceAll("-?\\d{3,}", "#").replaceAll("packets? #", "");
        failures.putIfAbsent(kind, kind + " | " + model + " " + segment + " " + what);
    }

    private void report(String name) {
        System.out.printf(
                "matrix %s: %d cases, %d triples of state, flags and next state, %s%n",
                name, cases, transitions.size(), chosen);
        assertThat(failures.values().stream().limit(SHOWN))
                .as("%d of %d cases differ, in %d ways", failed, cases, failures.size())
                .isEmpty();
    }

    private static int[] seqs(ConnectionModel model, int payload) {
        int next = model.rcvNxt();
        int end = next + model.rcvWnd();
        return IntStream.of(
                        next - payload - 2,
                        next - payload - 1,
                        next - payload,
                        next - 1,
                        next,
                        next + 1,
                        end - 1,
                        end,
                        end + 1,
                        next + FAR)
                .distinct()
                .toArray();
    }

    private static int[] acks(ConnectionModel model) {
        int lowest = model.sndUna() - model.maxSndWnd();
        return new int[] {
            lowest - 1,
            lowest,
            model.sndUna() - 1,
            model.sndUna(),
            model.sndUna() + (model.sndNxt() - model.sndUna() + 1) / 2,
            model.sndNxt(),
            model.sndNxt() + 1,
            model.sndNxt() + FAR
        };
    }
}
