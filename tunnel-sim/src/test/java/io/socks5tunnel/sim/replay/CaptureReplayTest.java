// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.sim.Engines;
import io.socks5tunnel.sim.capture.SharedCaptures;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every shared capture is replayed; what the core ones come to is written down in `digests.txt` beside this class.
///
/// When a change of the stack is meant to change it, run this test with
/// `-Dsocks5tunnel.writeReplayDigests=<file>`, look at the difference line by line, and put the file in the place
/// of the old one.
class CaptureReplayTest {
    private static final Logger LOG = Logger.getLogger("io.socks5tunnel");
    private static final String WRITE = "socks5tunnel.writeReplayDigests";

    static List<SharedCaptures.Entry> captures() {
        return SharedCaptures.entries();
    }

    static List<SharedCaptures.Entry> core() {
        return captures().stream().filter(SharedCaptures.Entry::isCore).toList();
    }

    @BeforeAll
    static void quiet() {
        LOG.setLevel(Level.SEVERE);
    }

    @ParameterizedTest
    @MethodSource("captures")
    void everyPacketIsPlayedOrCounted(SharedCaptures.Entry capture) throws IOException {
        ReplayReport report = replay(capture);

        long skipped =
                report.skipped().values().stream().mapToLong(Long::longValue).sum();
        assertThat(report.defects()).isEmpty();
        assertThat(report.frames()).isEqualTo(capture.packets());
        assertThat(report.packets()).isPositive().isLessThanOrEqualTo(report.frames() - skipped);
        assertThat(report.flows())
                .allSatisfy(flow -> assertThat(flow.isWhole()).as("%s", flow).isTrue());
    }

    @ParameterizedTest
    @MethodSource("core")
    void coreCapturesComeToWhatIsWrittenDown(SharedCaptures.Entry capture) throws IOException {
        assertThat(line(capture, replay(capture))).isEqualTo(written().get(capture.file()));
    }

    @ParameterizedTest
    @MethodSource("core")
    void aReplayIsTheSameEveryTime(SharedCaptures.Entry capture) throws IOException {
        assertThat(replay(capture).flows()).isEqualTo(replay(capture).flows());
    }

    @ParameterizedTest
    @MethodSource("core")
    void fourShardsDeliverTheSameBytes(SharedCaptures.Entry capture) throws IOException {
        ReplayReport four = Replay.of(ReplaySettings.DEFAULT.withShards(4))
                .on(Engines.real())
                .run(List.of(capture.path()));

        assertThat(bytes(four)).isEqualTo(bytes(replay(capture)));
    }

    @Test
    void theDigestsCanBeWrittenAnew() throws IOException {
        String file = System.getProperty(WRITE, "");
        if (file.isEmpty()) {
            return;
        }
        List<String> lines = new ArrayList<>();
        for (SharedCaptures.Entry capture : core()) {
            lines.add(line(capture, replay(capture)));
        }
        Files.write(Path.of(file), lines);
        assertThat(lines).hasSize(40);
    }

    private static ReplayReport replay(SharedCaptures.Entry capture) throws IOException {
        return Replay.of(ReplaySettings.DEFAULT).on(Engines.real()).run(List.of(capture.path()));
    }

    private static String line(SharedCaptures.Entry capture, ReplayReport report) {
        FlowTotals totals = report.totals();
        Map<String, Long> drops = new TreeMap<>();
        report.drops().forEach((reason, count) -> drops.put(reason.name(), count));
        return capture.file() + "\t" + report.digest() + "\t" + totals.flows() + " flows\t" + totals.bytesUp() + " up\t"
                + totals.bytesDown() + " down\t" + drops;
    }

    private static List<String> bytes(ReplayReport report) {
        return report.flows().stream()
                .map(flow ->
                        flow.key().text() + " " + flow.instance() + " " + flow.digestUp() + " " + flow.digestDown())
                .toList();
    }

    private static Map<String, String> written() {
        Map<String, String> lines = new HashMap<>();
        try (InputStream in = CaptureReplayTest.class.getResourceAsStream("digests.txt")) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1)) {
                lines.put(line.substring(0, Math.max(0, line.indexOf('\t'))), line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lines;
    }
}
