// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.security;

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
import io.socks5tunnel.it.transfer.SeededBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the kernel says of every thread of the daemon: CAP_NET_ADMIN is all it ever needs, and once the device is
/// set up nothing at all.
final class CapabilitiesIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int SIGTERM_STATUS = 128 + 15;
    private static final long BYTES = 3_000_000;

    private NetworkLab lab;

    @BeforeEach
    void open() throws IOException {
        LabRequirements.demand();
        LabRequirements.demandPrograms("setpriv");
        lab = NetworkLab.open();
        // where an ordinary user's daemon finds its configuration
        Files.setPosixFilePermissions(lab.directory(), PosixFilePermissions.fromString("rwx--x--x"));
        SocksServer.EMBEDDED.start(lab);
    }

    @AfterEach
    void close() {
        if (lab != null) {
            lab.close();
        }
    }

    private static DaemonConfig config() {
        return DaemonConfig.of(SocksServer.EMBEDDED).withWorkers(2);
    }

    /// Starts it as a user without any right but CAP_NET_ADMIN, on a machine where everybody may open the TUN's
    /// file, as Debian has it.
    private Daemon startAsOrdinaryUser(DaemonConfig config) {
        List<String> program = asOrdinaryUser("+net_admin");
        program.addAll(RuntimeImage.launcher());
        return Daemon.start(lab, config, program);
    }

    private static List<String> asOrdinaryUser(String capabilities) {
        String open = "mount -t tmpfs -o dev,mode=755 none /mnt && mknod -m 666 /mnt/tun c 10 200"
                + " && mount --bind /mnt/tun /dev/net/tun && exec \"$@\"";
        List<String> program = new ArrayList<>(List.of("sh", "-c", open, "sh"));
        program.addAll(List.of("setpriv", "--reuid=61234", "--regid=61234", "--clear-groups"));
        for (String set : List.of("--inh-caps=", "--ambient-caps=", "--bounding-set=")) {
            program.add(set + "-all" + (capabilities.isEmpty() ? "" : "," + capabilities));
        }
        return program;
    }

    private static List<ThreadRights> rights(Daemon daemon) {
        return ThreadRights.ofAll(daemon.process().pid());
    }

    private static void awaitLog(Daemon daemon, String words) {
        daemon.process().awaitUntil(words, LIMIT, () -> daemon.log().contains(words));
    }

    private void expectTraffic() {
        Applications applications = Applications.start(lab);
        for (AddressFamily family : AddressFamily.values()) {
            assertThat(applications.download(family, BYTES, 1)).isEqualTo(SeededBytes.sha256(1, BYTES));
        }
    }

    private boolean hasDevice() {
        return lab.client().run("ip", "link", "show").output().contains(DaemonConfig.DEVICE);
    }

    @Test
    void areGivenUpOnceTheDeviceIsUp() {
        Daemon daemon = startAsOrdinaryUser(config());
        awaitLog(daemon, "all capabilities were given up");
        awaitLog(daemon, "2 shards");

        expectTraffic();

        assertThat(rights(daemon)).hasSizeGreaterThan(5).allMatch(ThreadRights::areNone);
        assertThat(daemon.log()).contains(DaemonConfig.DEVICE + ": 2 queues as they were given, MTU 1500, checksum");
        assertThat(daemon.stop().exitCode()).isZero();
        assertThat(hasDevice()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "socks5.mark, 438, socks5.mark needs CAP_NET_ADMIN",
        "tunnel.post-up-script, /bin/true, scripts inherit them",
        "tunnel.pre-down-script, /bin/true, scripts inherit them",
        "misc.capabilities, keep, misc.capabilities says so",
    })
    void areKeptWhereTheyAreNeededLater(String key, String value, String reason) {
        Daemon daemon = startAsOrdinaryUser(config().with(key, value));
        awaitLog(daemon, "capabilities are kept: " + reason);
        awaitLog(daemon, "2 shards");

        expectTraffic();

        long only = ThreadRights.CAP_NET_ADMIN;
        assertThat(Set.copyOf(rights(daemon))).containsExactly(new ThreadRights(only, only, only, only, only, false));
    }

    @ParameterizedTest
    @CsvSource({"auto, false", "keep, false", "drop, true"})
    void ofRootAreKeptUnlessTheFileSaysOtherwise(String word, boolean areGivenUp) {
        Daemon daemon = Daemon.start(lab, config().with("misc.capabilities", word));
        awaitLog(daemon, "2 shards");

        expectTraffic();

        if (areGivenUp) {
            assertThat(rights(daemon))
                    .allMatch(ThreadRights::areNone)
                    .extracting(ThreadRights::bounding)
                    .containsOnly(0L);
        } else {
            assertThat(rights(daemon))
                    .extracting(ThreadRights::effective)
                    .allMatch(set -> (set & ThreadRights.CAP_NET_ADMIN) != 0);
            assertThat(daemon.log()).contains("[I] capabilities are kept: ");
        }
    }

    @Test
    void areGivenUpByADetachedDaemonToo() throws IOException {
        Path file = Daemon.write(
                lab,
                config().with("misc.capabilities", "drop")
                        .with("misc.pid-file", lab.directory().resolve("tunnel.pid"))
                        .with("misc.log-file", lab.directory().resolve("tunnel.log")));
        List<String> command = new ArrayList<>(RuntimeImage.launcher());
        command.add(file.toString());

        Ended launcher = lab.client().run(LIMIT, "launcher", command);

        assertThat(launcher.exitCode()).as(launcher.toString()).isZero();
        assertThat(launcher.output() + launcher.errors()).isEmpty();
        long pid = Long.parseLong(
                Files.readString(lab.directory().resolve("tunnel.pid")).strip());
        assertThat(ThreadRights.ofAll(pid)).allMatch(ThreadRights::areNone);
        lab.client().end("TERM", pid);
        assertThat(hasDevice()).isFalse();
        assertThat(lab.directory().resolve("tunnel.pid")).doesNotExist();
    }

    @Test
    void aDaemonThatIsKilledLeavesNoDevice() {
        Daemon daemon = Daemon.start(lab, config().with("misc.capabilities", "drop"));
        awaitLog(daemon, "2 shards");

        lab.client().run("kill", "-KILL", Long.toString(daemon.process().pid())).orFail();
        daemon.process().await(LIMIT);

        assertThat(hasDevice()).isFalse();
    }

    /// The device comes up just before the program is started anew, so that the signal comes before, while or after
    /// that happens.
    @RepeatedTest(5)
    void aStopMeanwhileIsNotForgotten() {
        List<String> command = new ArrayList<>(RuntimeImage.launcher());
        command.add(
                Daemon.write(lab, config().with("misc.capabilities", "drop")).toString());
        LabProcess daemon = lab.client().start("daemon", command);
        daemon.awaitUntil("device", LIMIT, this::hasDevice);

        Ended ended = daemon.stop();

        assertThat(ended.exitCode()).as(ended.toString()).isIn(0, SIGTERM_STATUS);
        assertThat(hasDevice()).isFalse();
    }

    /// A device with several queues and no owner would take any user's descriptor for one more of them.
    @Test
    void noOtherUserGetsAShareOfThePackets() {
        Daemon daemon = Daemon.start(lab, config());
        List<String> intruder = asOrdinaryUser("");
        intruder.addAll(RuntimeImage.command());
        intruder.add(Daemon.write(lab, config()).toString());

        Ended ended = lab.client().run(LIMIT, "intruder", intruder);

        assertThat(ended.exitCode()).isEqualTo(254);
        assertThat(ended.errors())
                .contains("no right to open the TUN device " + DaemonConfig.DEVICE + ": CAP_NET_ADMIN is needed");
        daemon.expectHealthy();
    }
}
