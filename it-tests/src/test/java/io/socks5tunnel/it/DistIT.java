// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The packages of `./socks5-tunnel dist`. Packing takes half a minute of processor time, so only the long run does
/// it.
@Tag("full")
class DistIT {
    private static final String IMAGE = System.getProperty("socks5tunnel.image");
    private static final String SCRIPT =
            Path.of("../packaging/dist.sh").toAbsolutePath().normalize().toString();
    private static final Map<String, String> EPOCH = Map.of("SOURCE_DATE_EPOCH", "1700000000");

    @TempDir
    static Path folder;

    private static Path packages;

    @BeforeAll
    static void pack() throws Exception {
        packages = folder.resolve("first");
        assertThat(run(SCRIPT, IMAGE, packages.toString()).status()).isZero();
    }

    @Test
    void theTarballRunsWhereverItIsUnpacked() throws Exception {
        var place = Files.createDirectories(folder.resolve("another place"));
        run("tar", "-xf", one(packages, "*.tar.gz").toString(), "-C", place.toString());
        var program = one(place, "*").resolve("bin/socks5-tunnel");

        var version = run(program.toString(), "--version");
        var help = run(program.toString(), "--help");

        assertThat(version.out()).startsWith("socks5-tunnel ");
        assertThat(version.err()).isEmpty();
        assertThat(help.out()).startsWith("Usage: socks5-tunnel CONFIG");
        assertThat(help.err()).isEmpty();
        assertThat(help.status()).isZero();
    }

    @Test
    void theSameImageGivesTheSameBytes() throws Exception {
        var again = folder.resolve("again");
        assertThat(run(SCRIPT, IMAGE, again.toString()).status()).isZero();

        assertThat(again.resolve("SHA256SUMS")).hasSameTextualContentAs(packages.resolve("SHA256SUMS"));
    }

    @Test
    void theDebianPackageHoldsProgramUnitAndConfiguration() throws Exception {
        Assumptions.assumeTrue(Files.exists(Path.of("/usr/bin/dpkg-deb")), "no dpkg-deb");
        var deb = one(packages, "*.deb").toString();
        var place = folder.resolve("deb");

        var control = run("dpkg-deb", "--ctrl-tarfile", deb);
        run("dpkg-deb", "-x", deb, place.toString());

        assertThat(control.out()).contains("/etc/socks5-tunnel/socks5-tunnel.yml");
        assertThat(place.resolve("usr/lib/systemd/system/socks5-tunnel.service"))
                .exists();
        assertThat(place.resolve("etc/socks5-tunnel/socks5-tunnel.yml"))
                .hasSameTextualContentAs(Path.of("../docs/socks5-tunnel.sample.yml"));
        assertThat(run(place.resolve("usr/bin/socks5-tunnel").toString(), "--help")
                        .status())
                .isZero();
    }

    /// Nothing of this machine but its kernel: no Java, and only the libraries in the layer.
    @Test
    void theContainersRootHoldsAllThatIsNeeded() throws Exception {
        Assumptions.assumeTrue(run("unshare", "--mount", "true").status() == 0, "not root");

        var help = inContainer("exec chroot \"$0\" /entrypoint.sh --help");

        assertThat(help.out()).startsWith("Usage: socks5-tunnel CONFIG");
        assertThat(help.status()).isZero();
    }

    /// As an engine starts it, with two of hev-socks5-tunnel's variables.
    @Test
    void theContainerMakesItsRoutesAndEndsInGoodOrder() throws Exception {
        Assumptions.assumeTrue(run("unshare", "--mount", "true").status() == 0, "not root");

        var ended = inContainer("""
                SOCKS5_ADDR=127.0.0.1 IPV4_EXCLUDED_ROUTES=10.0.0.0/8 chroot "$0" /entrypoint.sh &
                tries=0
                while [ ! -e "$0/success" ] && [ $tries -lt 600 ]; do sleep 0.1; tries=$((tries + 1)); done
                ip -o address show tun0
                ip rule
                ip route show table 20
                kill $!
                wait $!
                """);

        assertThat(ended.out())
                .contains("198.18.0.1/32", "to 10.0.0.0/8 lookup main", "from all lookup 20", "default dev tun0");
        assertThat(ended.out()).containsPattern("from all fwmark 0x1b6 lookup main");
        assertThat(ended.status()).as(ended.err()).isZero();
    }

    /// Runs a script in namespaces of its own, `$0` being the container's root with what an engine mounts there.
    private static ChildProcess inContainer(String script) throws Exception {
        var layout = Files.createDirectories(folder.resolve("oci"));
        var root = Files.createTempDirectory(folder, "root");
        run("tar", "-xf", one(packages, "*oci*.tar").toString(), "-C", layout.toString());
        run("tar", "-xzf", largest(layout.resolve("blobs/sha256")).toString(), "-C", root.toString());
        var mounts = """
                set -e
                mount -t proc proc "$0/proc"
                mount -t tmpfs dev "$0/dev"
                mkdir "$0/dev/net"
                mknod "$0/dev/net/tun" c 10 200
                mknod "$0/dev/null" c 1 3
                mknod "$0/dev/random" c 1 8
                mknod "$0/dev/urandom" c 1 9
                ip link set lo up
                """;
        return run(
                "unshare",
                "--mount",
                "--net",
                "--pid",
                "--fork",
                "--kill-child",
                "sh",
                "-c",
                mounts + script,
                root.toString());
    }

    private static ChildProcess run(String... command) throws Exception {
        return ChildProcess.run(folder, EPOCH, command);
    }

    private static Path one(Path where, String pattern) throws IOException {
        try (var files = Files.newDirectoryStream(where, pattern)) {
            return files.iterator().next();
        }
    }

    private static Path largest(Path where) throws IOException {
        Path largest = where;
        long bytes = -1;
        try (var files = Files.newDirectoryStream(where)) {
            for (Path file : files) {
                if (Files.size(file) > bytes) {
                    bytes = Files.size(file);
                    largest = file;
                }
            }
        }
        return largest;
    }
}
