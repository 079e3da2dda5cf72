// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.lab.Captures;
import io.socks5tunnel.it.lab.Ended;
import io.socks5tunnel.it.lab.LabProcess;
import io.socks5tunnel.it.lab.LibraryTunnel;
import io.socks5tunnel.it.lab.RecordingEcho;
import io.socks5tunnel.it.lab.RuntimeImage;
import io.socks5tunnel.it.lab.Tshark;
import io.socks5tunnel.sim.EmbeddedSocksServer;
import io.socks5tunnel.sim.SocksServerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The daemon as it is, on a simulated device whose packets come from a capture: four shards, real threads, real
/// sockets, and a real SOCKS5 server that leads every connection to an echo.
final class CaptureDeviceIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int SHARDS = 4;
    private static final int CANNOT_START = 254;

    @TempDir
    private Path folder;

    private RecordingEcho echo;
    private EmbeddedSocksServer server;

    @BeforeEach
    void start() throws IOException {
        echo = RecordingEcho.start();
        server = EmbeddedSocksServer.start(SocksServerOptions.onLoopback().withTranslation(_ -> echo.address()));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        echo.close();
    }

    private LabProcess start(List<String> program, String capture) throws IOException {
        Path configuration = Files.writeString(folder.resolve("tunnel.yml"), """
                tunnel:
                  name: 'sim:%s'
                  mtu: 1500
                socks5:
                  address: '127.0.0.1'
                  port: %d
                threads:
                  workers: %d
                misc:
                  log-level: info
                  log-file: stderr
                """.formatted(
                        capture, server.address().getPort(), SHARDS));
        List<String> command = new ArrayList<>(program);
        command.add(configuration.toString());
        return LabProcess.start(folder, "tunnel", command);
    }

    @ParameterizedTest
    @CsvSource({
        "linktypes/null-41-flows.pcap, 41",
        "impaired/many-short-flows-same-time.pcap, 30",
        "linktypes/ipv4-228-small-segments.pcap.gz, 1",
        "linktypes/qinq-pppoe-retransmits.pcap, 1"
    })
    void theDaemonCarriesEveryStreamOfACapture(String name, int flows) throws IOException {
        Tshark.demand();
        Path capture = Captures.file(name);
        try (LabProcess daemon = start(RuntimeImage.command(), capture.toString())) {
            daemon.awaitUntil(
                    "the end of the capture", LIMIT, () -> daemon.errors().contains(" is played: "));
            daemon.awaitUntil(
                    "the end of the streams", LIMIT, () -> echo.streams().size() == flows);
            Ended ended = daemon.stop();

            assertThat(ended.exitCode()).isZero();
            assertThat(ended.errors())
                    .contains(SHARDS + " queues, super-segments; " + SHARDS + " shards")
                    .contains("flows " + flows + ", bytes to clients " + echo.bytes() + ",");
        }
        assertThat(echo.streams())
                .containsExactlyInAnyOrderElementsOf(Tshark.clientStreams(capture, flows).stream()
                        .map(CaptureDeviceIT::fingerprint)
                        .toList());
    }

    @Test
    void theFlowsAreSpreadOverTheShards() throws IOException {
        Path capture = Captures.file("linktypes/null-41-flows.pcap");
        try (LabProcess tunnel = start(RuntimeImage.command(LibraryTunnel.class), capture.toString())) {
            tunnel.awaitUntil(
                    "the end of the streams", LIMIT, () -> echo.streams().size() == 41);

            assertThat(tunnel.stop().output())
                    .contains("tcpFlowsOpened=41")
                    .containsPattern("tcpFlowsPerShard=\\[[1-9]\\d*, [1-9]\\d*, [1-9]\\d*, [1-9]\\d*]");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "missing.pcap, 'tunnel.name: the capture cannot be read: java.nio.file.NoSuchFileException: '",
        "tunnel.yml, 'neither pcap nor pcapng: it begins with 74756e6e'"
    })
    void aFileThatIsNoCaptureIsToldAtTheStart(String name, String reason) throws IOException {
        try (LabProcess daemon =
                start(RuntimeImage.command(), folder.resolve(name).toString())) {
            Ended ended = daemon.await(LIMIT);

            assertThat(ended.exitCode()).isEqualTo(CANNOT_START);
            assertThat(ended.errors()).contains(reason).doesNotContain("\tat ");
        }
    }

    private static String fingerprint(byte[] stream) {
        var digest = RecordingEcho.sha256();
        digest.update(stream);
        return RecordingEcho.fingerprint(stream.length, digest);
    }
}
