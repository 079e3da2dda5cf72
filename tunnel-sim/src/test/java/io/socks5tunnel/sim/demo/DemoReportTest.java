// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.TunnelStatistics;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class DemoReportTest {
    private static final String LONG =
            "no right to open /dev/net/tun: CAP_NET_ADMIN is needed, and access to the file, neither of which is here";
    private static final int MTU = 8500;

    private static TunnelStatistics statistics(long packets, long bytes, Map<DropReason, Long> drops) {
        return new TunnelStatistics(packets, bytes, packets, bytes, 0, 24, 1, 0, 0, 0, List.of(), drops);
    }

    private static StepResult right(long bytes, long nanos) {
        return new StepResult("GET", bytes, nanos, true, "equal");
    }

    @Nested
    class TheColumns {
        @Test
        void holdTheLargestTransferOfAMinute() {
            var fastest = new StepResult("GET for 60 s, hang up", 99_999_999_999L, 60_000_000_000L, true, "equal");

            assertThat(DemoReport.step(fastest))
                    .containsExactly("  GET for 60 s, hang up  99,999,999,999   60.00 s 13.33 Gbit/s  equal");
        }

        @Test
        void standBelowTheirHeading() {
            var heading = DemoReport.heading().get(1);
            var row = DemoReport.step(right(10_000_000, 41_000_000)).getFirst();

            assertThat(row.indexOf("equal")).isEqualTo(heading.indexOf("result"));
            assertThat(row.indexOf("10,000,000") + 10).isEqualTo(heading.indexOf("bytes") + 5);
        }

        @Test
        void areEighty() {
            var refused = new StepResult("Connect to closed port", 0, 999_900_000, true, "Connection refused");

            assertThat(DemoReport.drawing("memory")).allMatch(line -> line.length() <= 80);
            assertThat(DemoReport.heading()).allMatch(line -> line.length() <= 80);
            assertThat(DemoReport.step(refused)).allMatch(line -> line.length() <= 80);
            assertThat(DemoReport.labelled("where", LONG)).allMatch(line -> line.length() <= 80);
        }
    }

    @Nested
    class AStep {
        @Test
        void hasNoRateIfItMovedLittle() {
            assertThat(DemoReport.step(right(1_000, 3_100_000)).getFirst())
                    .contains("3.1 ms")
                    .doesNotContain("bit/s");
        }

        @Test
        void saysMegabitsBelowAGigabit() {
            assertThat(DemoReport.step(right(10_000_000, 400_000_000)).getFirst())
                    .contains("200 Mbit/s");
        }

        @Test
        void thatWentWrongExplainsItself() {
            var lines = DemoReport.step(new StepResult("GET 1 kB", 0, 5_000_000, false, LONG));

            assertThat(lines.getFirst()).endsWith("WRONG");
            assertThat(String.join(" ", lines.subList(1, lines.size())).replaceAll(" +", " "))
                    .isEqualTo(" " + LONG);
        }
    }

    @Nested
    class TheStatistics {
        @Test
        void callPacketsBeyondTheMtuSuperSegments() {
            assertThat(DemoReport.statistics(statistics(10, 600_000, Map.of()), MTU))
                    .contains("  client got     10 packets of 60,000 bytes on average")
                    .anyMatch(line -> line.contains("super-segments"));
        }

        @Test
        void doNotCallOthersSo() {
            assertThat(DemoReport.statistics(statistics(10, 85_000, Map.of()), MTU))
                    .noneMatch(line -> line.contains("super-segments"));
        }

        @Test
        void nameWhatWasDropped() {
            var drops = Map.of(DropReason.TCP_RESET_IGNORED, 7L);

            assertThat(DemoReport.statistics(statistics(10, 10, drops), MTU))
                    .contains("  dropped        7 packets: 7 tcp reset ignored");
        }

        @Test
        void ofNothingAreFine() {
            assertThat(DemoReport.statistics(statistics(0, 0, Map.of()), MTU))
                    .contains("  client sent    0 packets of 0 bytes on average", "  dropped        0 packets");
        }
    }

    @Nested
    class TheConclusion {
        @Test
        void isThatAllIsRight() {
            assertThat(String.join("", DemoReport.conclusion(List.of(right(1, 1)), 612_000_000)))
                    .contains("All is right")
                    .contains("612.0 ms after the start");
        }

        @Test
        void countsWhatWentWrong() {
            var wrong = new StepResult("PUT", 1, 1, false, "differs at byte 3");

            assertThat(DemoReport.conclusion(List.of(right(1, 1), wrong), 0))
                    .last()
                    .isEqualTo("  NOT RIGHT: 1 of 2 steps went wrong.");
        }
    }
}
