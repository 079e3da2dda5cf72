// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.Applications;
import io.socks5tunnel.it.lab.Daemon;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.Ended;
import io.socks5tunnel.it.lab.LabProcess;
import io.socks5tunnel.it.lab.LabRequirements;
import io.socks5tunnel.it.lab.NetworkLab;
import io.socks5tunnel.it.lab.RuntimeImage;
import io.socks5tunnel.it.lab.SocksServer;
import io.socks5tunnel.it.transfer.TransferMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The daemon as its surroundings see it: scripts, pid file, signals, exit codes, and what it says when it cannot
/// start.
final class DaemonProcessIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int FLOWS = 100;
    private static final long ENDLESS_BYTES = 100_000_000_000L;
    private static final long SEED = 3;
    private static final int SIGHUP_STATUS = 128 + 1;
    private static final int SIGTERM_STATUS = 128 + 15;

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

    private DaemonConfig config() {
        return DaemonConfig.of(SocksServer.EMBEDDED);
    }

    private Path file(String name) {
        return lab.directory().resolve(name);
    }

    /// Without the remark that the limit of open files could not be raised, which depends on the machine.
    private DaemonConfig quiet() {
        return config().with("misc.log-level", "warn");
    }

    /// A script that notes its arguments, whether the interface is up, and what descriptors it has.
    private Path script(String name) throws IOException {
        String text = """
                #!/bin/sh
                echo "$1 $2 $(cat /sys/class/net/"$1"/flags) $(ls /proc/self/fd | wc -w)" >> %s
                """.formatted(file(name + ".seen"));
        // longer than the 63 characters that hev-socks5-tunnel cuts paths to
        Path script = Files.writeString(file(name + "-".repeat(100) + ".sh"), text);
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private boolean hasDevice() {
        return lab.client().run("ip", "link", "show").output().contains(DaemonConfig.DEVICE);
    }

    @Nested
    class InTheForeground {
        /// IFF_UP of the flags, the lowest bit; 3 descriptors, and the one that `ls` reads the folder by.
        private static final String SEEN = DaemonConfig.DEVICE + " \\d+ 0x[0-9a-f]*[13579bdf] 4\n";

        @Test
        void endsInGoodOrderUnderTheLoadOfManyFlows() throws IOException {
            SocksServer.EMBEDDED.start(lab);
            Applications applications = Applications.start(lab);
            Daemon daemon = Daemon.start(
                    lab,
                    config().withWorkers(2)
                            .with("tunnel.post-up-script", script("up"))
                            .with("tunnel.pre-down-script", script("down"))
                            .with("misc.pid-file", file("tunnel.pid"))
                            .with("misc.log-level", "warn"));
            long pid = daemon.process().pid();
            LabProcess load = applications.startTransfer(
                    TransferMode.DOWN, AddressFamily.IPV4, Applications.PORT, FLOWS, ENDLESS_BYTES, SEED);
            load.awaitUntil("load", LIMIT, () -> receivedBytes() > FLOWS * 100_000L);
            assertThat(Files.readString(file("tunnel.pid"))).isEqualTo(pid + "\n");
            assertThat(file("up.seen")).content().matches(SEEN);

            long start = System.nanoTime();
            Ended ended = daemon.stop();
            long millis = (System.nanoTime() - start) / 1_000_000;

            System.out.println("stopped under load of " + FLOWS + " flows in " + millis + " ms");
            assertThat(ended.exitCode()).as(ended.toString()).isZero();
            assertThat(ended.errors()).isEmpty();
            assertThat(Applications.report(load).failures()).hasSize(FLOWS).containsOnly("Connection reset");
            assertThat(file("down.seen")).content().matches(SEEN);
            assertThat(hasDevice()).isFalse();
            assertThat(file("tunnel.pid")).doesNotExist();
        }

        @Test
        void startsAgainAfterItWasKilled() throws IOException {
            DaemonConfig config = config().with("misc.pid-file", file("tunnel.pid"));
            Daemon first = Daemon.start(lab, config);
            long firstPid = first.process().pid();
            lab.client().run("kill", "-KILL", Long.toString(firstPid)).orFail();
            first.process().await(LIMIT);
            assertThat(file("tunnel.pid")).hasContent(Long.toString(firstPid));

            Daemon second = Daemon.start(lab, config);

            assertThat(file("tunnel.pid"))
                    .hasContent(Long.toString(second.process().pid()));
            assertThat(second.stop().exitCode()).isZero();
        }

        /// Before its own code runs it dies of the signal, as ADR 17 tells; it never overhears it.
        @RepeatedTest(3)
        void endsWhenItIsStoppedBeforeItRuns() {
            List<String> command = new ArrayList<>(RuntimeImage.launcher());
            command.add(Daemon.write(lab, config()).toString());

            Ended ended = lab.client().start("daemon", command).stop();

            assertThat(ended.exitCode()).isIn(SIGTERM_STATUS, 0);
            assertThat(hasDevice()).isFalse();
        }

        @Test
        void diesOfSighupAsAProgramWithoutAHandler() throws IOException {
            Daemon daemon = Daemon.start(lab, config().with("tunnel.pre-down-script", script("down")));

            lab.client()
                    .run("kill", "-HUP", Long.toString(daemon.process().pid()))
                    .orFail();

            assertThat(daemon.process().await(LIMIT).exitCode()).isEqualTo(SIGHUP_STATUS);
            assertThat(file("down.seen")).doesNotExist();
        }

        /// As hev-socks5-tunnel does; a JVM by itself would take the second one for its own.
        @ParameterizedTest
        @CsvSource({"USR1, 138", "USR2, 140"})
        void diesOfSignalsThatNobodyHandles(String signal, int status) {
            Daemon daemon = Daemon.start(lab, config(), RuntimeImage.launcher());

            lab.client()
                    .run("kill", "-" + signal, Long.toString(daemon.process().pid()))
                    .orFail();

            assertThat(daemon.process().await(LIMIT).exitCode()).isEqualTo(status);
        }

        @Test
        void endsWithAnErrorOfItsOwnWhenTheDeviceIsTakenAway() {
            Daemon daemon = Daemon.start(lab, quiet().with("misc.pid-file", file("tunnel.pid")));

            lab.client().run("ip", "link", "delete", DaemonConfig.DEVICE).orFail();

            Ended ended = daemon.process().await(LIMIT);
            assertThat(ended.exitCode()).as(ended.toString()).isEqualTo(1);
            assertThat(ended.errors()).contains("socks5-tunnel: the tunnel failed: ");
            assertThat(file("tunnel.pid")).doesNotExist();
        }

        @Test
        void logsAScriptThatCannotBeRunAndGoesOn() {
            Daemon daemon = Daemon.start(
                    lab,
                    config().with("tunnel.post-up-script", file("missing.sh"))
                            .with("tunnel.pre-down-script", file("missing-too.sh")));
            daemon.process()
                    .awaitUntil(
                            "a line on the script",
                            LIMIT,
                            () -> daemon.log().contains("[E] the post-up script cannot be run: "));

            Ended ended = daemon.stop();

            assertThat(ended.exitCode()).isZero();
            assertThat(ended.errors())
                    .contains("missing.sh", "[E] the pre-down script cannot be run: ", "missing-too.sh");
        }

        @Test
        void saysThatThePidFileCannotBeWrittenAndGoesOn() {
            Daemon daemon = Daemon.start(
                    lab, config().with("misc.pid-file", file("no/such/folder.pid")), RuntimeImage.launcher());

            assertThat(daemon.log()).contains("[E] the pid file cannot be written: ");
            assertThat(daemon.stop().exitCode()).isZero();
        }

        private long receivedBytes() {
            try {
                return Long.parseLong(lab.client()
                        .run("cat", "/sys/class/net/" + DaemonConfig.DEVICE + "/statistics/rx_bytes")
                        .output()
                        .strip());
            } catch (NumberFormatException e) {
                return 0;
            }
        }
    }

    @Nested
    class Detached {
        @Test
        void runsWithoutItsLauncher() throws IOException {
            Path file = Daemon.write(
                    lab,
                    config().with("tunnel.post-up-script", script("up"))
                            .with("misc.pid-file", "tunnel.pid")
                            .with("misc.log-file", "tunnel.log"));

            Ended launcher = launch(file);

            assertThat(launcher.exitCode()).as(launcher.toString()).isZero();
            assertThat(launcher.output() + launcher.errors()).isEmpty();
            assertThat(hasDevice()).isTrue();
            String pid = Files.readString(file("tunnel.pid")).strip();
            Path process = Path.of("/proc", pid);
            assertThat(process.resolve("cwd").toRealPath()).isEqualTo(Path.of("/"));
            for (String stream : List.of("0", "1", "2")) {
                assertThat(process.resolve("fd").resolve(stream).toRealPath()).isEqualTo(Path.of("/dev/null"));
            }
            // pid (name) state parent group session
            String[] status = Files.readString(process.resolve("stat")).split(" ", -1);
            assertThat(status[5]).isEqualTo(pid);

            // the name of a log that is rotated while the daemon runs
            Files.move(file("tunnel.log"), file("tunnel.log.1"));
            lab.client().end("INT", Long.parseLong(pid));

            assertThat(hasDevice()).isFalse();
            assertThat(file("tunnel.pid")).doesNotExist();
            assertThat(file("tunnel.log.1")).content().contains("[I] " + DaemonConfig.DEVICE);
            assertThat(file("tunnel.log")).content().contains("[I] the device did not take ");
        }

        @Test
        void saysOnTheTerminalWhyItDoesNotStart() {
            Path file = Daemon.write(lab, quiet().with("tunnel.name", "lo").with("misc.pid-file", file("tunnel.pid")));

            Ended launcher = launch(file);

            assertThat(launcher.exitCode()).isEqualTo(254);
            assertThat(launcher.errors())
                    .startsWith("socks5-tunnel: the kernel refused to open the TUN device lo: the name is not valid");
            assertThat(file("tunnel.pid")).doesNotExist();
        }

        @Test
        void theLauncherSaysSoIfJavaItselfDoesNotStart() {
            Path file = Daemon.write(lab, config().with("misc.pid-file", file("tunnel.pid")));

            Ended launcher =
                    run(file, List.of("env", "SOCKS5_TUNNEL_JAVA_OPTIONS=-XX:NoSuchOption"), RuntimeImage.launcher());

            assertThat(launcher.exitCode()).isEqualTo(254);
        }

        /// Paths of log and pid file are relative to where the launcher is started.
        private Ended launch(Path file) {
            return run(file, List.of("env", "-C", lab.directory().toString()), RuntimeImage.launcher());
        }
    }

    @Nested
    class ThatCannotStart {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "setpriv --bounding-set -all --inh-caps -all | no right to open the TUN device s5t0: CAP_NET_ADMIN is needed (run as root)",
                    "unshare --mount sh -c 'mount -t tmpfs none /dev/net && exec \"$@\"' sh | there is no /dev/net/tun: load the kernel module (modprobe tun), or pass the device on to this container"
                })
        void saysWhatIsMissing(String wrapper, String message) {
            Path file = Daemon.write(lab, quiet());

            Ended ended = run(file, words(wrapper), RuntimeImage.command());

            assertThat(ended.exitCode()).as(ended.toString()).isEqualTo(254);
            assertThat(ended.errors()).isEqualTo("socks5-tunnel: " + message + "\n");
        }

        @Test
        void saysThatTheNameIsInUse() {
            Daemon first = Daemon.start(lab, config());

            Ended ended = run(Daemon.write(lab, quiet()), List.of(), RuntimeImage.command());

            assertThat(ended.exitCode()).isEqualTo(254);
            assertThat(ended.errors()).isEqualTo("socks5-tunnel: the name s5t0 is in use by another program\n");
            assertThat(first.stop().exitCode()).isZero();
        }

        @Test
        void saysThatTheNameIsTooLong() {
            Path file = Daemon.write(lab, quiet().with("tunnel.name", "tunnel-to-prague"));

            Ended ended = run(file, List.of(), RuntimeImage.command());

            assertThat(ended.exitCode()).isEqualTo(254);
            assertThat(ended.errors()).contains("tunnel.name", "longer than the kernel's 15 bytes");
        }

        /// Words apart by blanks; between single quotes they are one.
        private static List<String> words(String command) {
            List<String> words = new ArrayList<>();
            String[] parts = command.strip().split("'", -1);
            for (int i = 0; i < parts.length; i++) {
                if (i % 2 == 1) {
                    words.add(parts[i]);
                } else {
                    Stream.of(parts[i].strip().split(" ", -1))
                            .filter(word -> !word.isEmpty())
                            .forEach(words::add);
                }
            }
            return words;
        }
    }

    @Nested
    class Checking {
        @Test
        void printsTheConfigurationWithoutItsSecrets() {
            Path file =
                    Daemon.write(lab, DaemonConfig.of(SocksServer.MICROSOCKS).with("tunnel.mut", 1500));

            List<String> check = new ArrayList<>(RuntimeImage.command());
            check.add("check");
            Ended ended = run(file, List.of(), check);

            assertThat(ended.exitCode()).isZero();
            assertThat(ended.output())
                    .contains(
                            "  mtu: 1500\n",
                            "  max-half-open: 1024\n",
                            "  username: \"***\"\n",
                            "  password: \"***\"\n")
                    .doesNotContain(SocksServer.USER, SocksServer.PASSWORD);
            assertThat(ended.errors()).contains("unknown key \"mut\" of tunnel is ignored; did you mean mtu?");
        }
    }

    private Ended run(Path file, List<String> wrapper, List<String> program) {
        List<String> command = new ArrayList<>(wrapper);
        command.addAll(program);
        command.add(file.toString());
        return lab.client().run(LIMIT, "daemon", command);
    }
}
