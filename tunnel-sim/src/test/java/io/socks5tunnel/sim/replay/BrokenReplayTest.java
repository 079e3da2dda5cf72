// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.socks5tunnel.sim.Engines;
import io.socks5tunnel.sim.capture.SharedCaptures;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Files that end where they should not, and files that are no captures.
class BrokenReplayTest {
    /// The smallest classic pcap header.
    private static final int FILE_HEADER_BYTES = 24;

    private final FileSystem files = Jimfs.newFileSystem(Configuration.unix());
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @AfterEach
    void close() throws IOException {
        files.close();
    }

    static List<SharedCaptures.Entry> malformed() {
        return SharedCaptures.entries().stream()
                .filter(entry -> entry.file().startsWith("malformed/"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void aFileCutAnywhereIsReplayedAsFarAsItGoes(SharedCaptures.Entry entry) throws IOException {
        byte[] whole = Files.readAllBytes(entry.path());
        int step = whole.length < 10_000 || Boolean.getBoolean("socks5tunnel.full") ? 100 : 1_000;
        Path cut = files.getPath("cut.pcap");
        int places = 0;
        for (int length = 0; length < whole.length; length += step) {
            Files.write(cut, Arrays.copyOf(whole, length));

            ReplayReport report = Replay.of(ReplaySettings.DEFAULT.withVerbatimChecksums())
                    .on(Engines.real())
                    .run(List.of(cut));

            places++;
            boolean endsWithAPacket =
                    length >= FILE_HEADER_BYTES && report.defects().isEmpty();
            assertThat(endsWithAPacket || report.defects().getFirst().contains("at byte"))
                    .as("cut at %d: %s", length, report.defects())
                    .isTrue();
        }
        assertThat(places).isPositive();
    }

    @Test
    void aBrokenFileIsTheExitCodeAndTheMessage() throws IOException {
        Path cut = files.getPath("cut.pcap");
        byte[] whole = exampleBytes();
        Files.write(cut, Arrays.copyOf(whole, whole.length - 7));

        int status = run("cut.pcap");

        assertThat(status).isEqualTo(1);
        assertThat(out.toString()).contains("broken capture: cut.pcap: at byte");
    }

    @Test
    void aFileThatIsNoCaptureIsSaidToBeNone() throws IOException {
        Files.writeString(files.getPath("text.pcap"), "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n");

        assertThat(run("text.pcap")).isEqualTo(1);
        assertThat(out.toString()).contains("broken capture: text.pcap: at byte 0");
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThat(run("missing.pcap")).isEqualTo(2);
        assertThat(err.toString()).contains("missing.pcap: no such file");
    }

    @Test
    void argumentsThatMakeNoSenseAreRefused() {
        assertThat(run("a.pcap", "--speed", "-1")).isEqualTo(2);
        assertThat(run("a.pcap", "--mtu", "12")).isEqualTo(2);
        assertThat(run("a.pcap", "--socks5", "nowhere")).isEqualTo(2);
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString()).contains("--speed: -1.0 is not above 0").contains("--mtu: 12 is not within");
    }

    @Test
    void everythingAskedForIsWritten() throws IOException {
        Files.write(files.getPath("curl.pcap"), exampleBytes());

        int status = run("curl.pcap", "--json", "--write", "both.pcapng", "--plot", "pictures");

        assertThat(status).isZero();
        assertThat(out.toString())
                .startsWith("[{\"files\":[\"curl.pcap\"]")
                .contains("\"client\":\"198.18.0.1:46144\"")
                .contains("\"end\":\"closed\",\"bytesUp\":83,\"bytesDown\":28588");
        ReplayReport again =
                Replay.of(ReplaySettings.DEFAULT).on(Engines.real()).run(List.of(files.getPath("both.pcapng")));
        assertThat(again.flows().getFirst().bytesDown()).isEqualTo(28_588);
        try (var pictures = Files.list(files.getPath("pictures"))) {
            List<Path> found = pictures.toList();
            assertThat(found).hasSize(1);
            assertThat(Files.readString(found.getFirst()))
                    .contains("How to read it")
                    .contains("class=\"bar new\"")
                    .doesNotContain("http://")
                    .doesNotContain("<script");
        }
    }

    private int run(String... arguments) {
        ReplayCommand command = new ReplayCommand(files, Engines.real());
        return command.run(List.of(arguments), new PrintWriter(out, true), new PrintWriter(err, true));
    }

    /// The capture of the README.
    static byte[] exampleBytes() throws IOException {
        return Files.readAllBytes(Path.of("..", "docs", "curl-through-tunnel.pcap"));
    }
}
