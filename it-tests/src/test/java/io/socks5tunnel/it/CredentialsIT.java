// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.Daemon;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.Ended;
import io.socks5tunnel.it.lab.RuntimeImage;
import io.socks5tunnel.it.lab.SocksServer;
import io.socks5tunnel.it.refusal.ProxyScript;
import io.socks5tunnel.it.refusal.RefusalLab;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// User name and password of the SOCKS server come into no output: not on the terminal, not into a log of any
/// level, however the server behaves and however the program ends.
final class CredentialsIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private RefusalLab lab;

    @BeforeEach
    void open() {
        lab = RefusalLab.open();
    }

    @AfterEach
    void close() {
        if (lab != null) {
            lab.close();
        }
    }

    private static DaemonConfig config() {
        return RefusalLab.config()
                .with("misc.log-level", "debug")
                .with("misc.connect-timeout", 300)
                .with("misc.tcp-read-write-timeout", 300);
    }

    private Path file(String name) {
        return lab.lab().directory().resolve(name);
    }

    @Test
    void noOutputHoldsThem() {
        try (Daemon daemon = lab.start(config())) {
            lab.probe("serially", 1_000, List.of(AddressFamily.IPV4), ProxyScript.values());
            Ended ended = daemon.stop();

            assertThat(ended.exitCode()).isZero();
            assertThat(ended.errors()).contains("refused the credentials", "version 72", "did not answer in time");
            expectNoSecretIn(ended.output(), ended.errors());
        }
    }

    /// With a log file, a pid file and the launcher, which starts once as it should and once with a wrong device.
    @ParameterizedTest
    @ValueSource(strings = {"s5t0", "lo"})
    void norDoTheFilesOfADaemon(String device) throws IOException {
        Path file = Daemon.write(
                lab.lab(),
                config().with("tunnel.name", device)
                        .with("misc.log-file", file("tunnel.log"))
                        .with("misc.pid-file", file("tunnel.pid")));

        Ended launcher = run(RuntimeImage.launcher(), file);
        if (Files.exists(file("tunnel.pid"))) {
            lab.connect(List.of(AddressFamily.IPV4));
            String pid = Files.readString(file("tunnel.pid")).strip();
            expectNoSecretIn(Files.readString(Path.of("/proc", pid, "cmdline")));
            lab.lab().client().end("TERM", Long.parseLong(pid));
        }

        assertThat(launcher.exitCode()).isEqualTo(device.equals("lo") ? 254 : 0);
        expectNoSecretIn(launcher.output(), launcher.errors(), Files.readString(file("tunnel.log")));
    }

    @Test
    void norDoesTheCheckOfAFile() {
        List<String> check = new ArrayList<>(RuntimeImage.command());
        check.add("check");

        Ended ended = run(check, Daemon.write(lab.lab(), config()));

        assertThat(ended.exitCode()).isZero();
        expectNoSecretIn(ended.output(), ended.errors());
    }

    /// What the JVM writes by itself: what its threads do, and how it crashed.
    @Test
    void norDoTheReportsOfTheJvm() throws IOException {
        String folder = lab.lab().directory().toString();
        List<String> program = new ArrayList<>(List.of("sh", "-c", "cd \"$0\" && ulimit -c 0 && exec \"$@\"", folder));
        program.addAll(RuntimeImage.command());
        try (Daemon daemon = Daemon.start(lab.lab(), config(), program)) {
            lab.connect(List.of(AddressFamily.IPV4));
            String pid = Long.toString(daemon.process().pid());
            lab.lab().client().run("kill", "-QUIT", pid).orFail();
            daemon.process()
                    .awaitUntil("a thread dump", LIMIT, () -> daemon.log().contains("Full thread dump"));
            lab.lab().client().run("kill", "-SEGV", pid).orFail();

            Ended ended = daemon.process().await(LIMIT);

            String report = Files.readString(file("hs_err_pid" + pid + ".log"));
            assertThat(report).contains("SIGSEGV", "tunnel.yml");
            expectNoSecretIn(ended.output(), ended.errors(), report);
        }
    }

    /// hev-socks5-tunnel's users have such files; they start, with a remark.
    @Test
    void aPasswordThatEverybodyMayReadIsRemarkedOn() throws IOException {
        Path file = Daemon.write(lab.lab(), config().with("tunnel.name", "lo"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        Ended daemon = run(RuntimeImage.command(), file);

        assertThat(daemon.errors())
                .contains("[W] " + file + " holds a password and can be read by every user: chmod o-r " + file);
        expectNoSecretIn(daemon.output(), daemon.errors());
    }

    private Ended run(List<String> program, Path file) {
        List<String> command = new ArrayList<>(program);
        command.add(file.toString());
        return lab.lab().client().run(LIMIT, "daemon", command);
    }

    private static void expectNoSecretIn(String... outputs) {
        assertThat(outputs)
                .allSatisfy(output -> assertThat(output)
                        .doesNotContain(Stream.of(SocksServer.USER, SocksServer.PASSWORD)
                                .flatMap(secret -> Stream.of(
                                        secret,
                                        Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.US_ASCII))))
                                .toList()));
    }
}
