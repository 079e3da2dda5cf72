// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.lab.Daemon;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.Ended;
import io.socks5tunnel.it.lab.LabProcess;
import io.socks5tunnel.it.lab.LabRequirements;
import io.socks5tunnel.it.lab.NetworkLab;
import io.socks5tunnel.it.lab.RuntimeImage;
import io.socks5tunnel.it.lab.SocksServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The systemd unit of the package, and what the daemon tells whoever runs it as a service.
final class ServiceUnitIT {
    private static final Path UNIT = Path.of("../packaging/deb/socks5-tunnel.service");
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Nested
    class TheUnit {
        @TempDir
        Path directory;

        /// systemd's own judgement, of 0 (no exposure) to 10; docs/security.md says what is left, and why.
        @Test
        void isExposedAsLittleAsATunnelCanBe() {
            LabRequirements.demandPrograms("systemd-analyze");

            Ended judgement = LabProcess.start(
                            directory,
                            "systemd-analyze",
                            List.of(
                                    "systemd-analyze",
                                    "security",
                                    "--offline=true",
                                    "--no-pager",
                                    "--threshold=22",
                                    UNIT.toString()))
                    .await(LIMIT);

            assertThat(judgement.output()).contains("Overall exposure level for socks5-tunnel.service: ");
            assertThat(judgement.exitCode()).as(judgement.toString()).isZero();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "Type=notify",
                    "DynamicUser=yes",
                    "AmbientCapabilities=CAP_NET_ADMIN",
                    "CapabilityBoundingSet=CAP_NET_ADMIN",
                    "NoNewPrivileges=yes",
                    "LoadCredential=socks5-tunnel.yml:/etc/socks5-tunnel/socks5-tunnel.yml",
                    "DeviceAllow=/dev/net/tun rw",
                    "UMask=0077",
                    "LimitCORE=0",
                })
        void hasTheSettingsThatTheRestOfTheWallsDependsOn(String setting) throws IOException {
            assertThat(Files.readAllLines(UNIT)).contains(setting);
        }

        /// What would keep a JVM or a tunnel from working.
        @ParameterizedTest
        @ValueSource(strings = {"MemoryDenyWriteExecute", "PrivateDevices", "PrivateNetwork", "PrivateUsers"})
        void hasNotWhatTheDaemonCannotStand(String setting) throws IOException {
            assertThat(Files.readAllLines(UNIT)).noneMatch(line -> line.startsWith(setting + "="));
        }
    }

    @Nested
    class Readiness {
        /// Prints the messages that come to a socket, a line each.
        private static final String SUPERVISOR = """
                import socket, sys
                listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
                listener.bind(sys.argv[1])
                print("bound", flush=True)
                while True:
                    print(listener.recv(4096).decode().replace("\\n", " "), flush=True)
                """;

        private NetworkLab lab;

        @BeforeEach
        void open() {
            LabRequirements.demand();
            lab = NetworkLab.open();
        }

        @AfterEach
        void close() {
            if (lab != null) {
                lab.close();
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"keep", "drop"})
        void isToldWhenPacketsPassAndWhenTheyNoLongerDo(String capabilities) {
            String socket = lab.directory().resolve("notify").toString();
            LabProcess supervisor = lab.client().start("supervisor", List.of("python3", "-c", SUPERVISOR, socket));
            supervisor.awaitUntil("listening", LIMIT, () -> supervisor.output().equals("bound\n"));
            List<String> program = new ArrayList<>(List.of("env", "NOTIFY_SOCKET=" + socket));
            program.addAll(RuntimeImage.launcher());
            Daemon daemon = Daemon.start(
                    lab, DaemonConfig.of(SocksServer.EMBEDDED).with("misc.capabilities", capabilities), program);
            supervisor.awaitUntil("ready", LIMIT, () -> supervisor.output().contains("READY=1"));

            assertThat(daemon.stop().exitCode()).isZero();

            supervisor.awaitUntil("stopping", LIMIT, () -> supervisor.output().contains("STOPPING=1"));
            assertThat(supervisor.output().lines())
                    .satisfiesExactly(
                            line -> assertThat(line).isEqualTo("bound"),
                            line -> assertThat(line).startsWith("READY=1 STATUS=" + DaemonConfig.DEVICE + ": "),
                            line -> assertThat(line).isEqualTo("STOPPING=1"));
        }

        @Test
        void isNotAReasonToFailWhereNobodyListens() {
            List<String> program = new ArrayList<>(
                    List.of("env", "NOTIFY_SOCKET=" + lab.directory().resolve("nobody")));
            program.addAll(RuntimeImage.command());

            Daemon daemon = Daemon.start(lab, DaemonConfig.of(SocksServer.EMBEDDED), program);
            daemon.process()
                    .awaitUntil("a warning", LIMIT, () -> daemon.log().contains("[W] telling the service manager: "));

            assertThat(daemon.stop().exitCode()).isZero();
        }
    }
}
