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
        var layout = Files.createDirectories(folder.resolve("oci"));
        var root = Files.createDirectories(folder.resolve("root"));
        run("tar", "-xf", one(packages, "*oci*.tar").toString(), "-C", layout.toString());
        run("tar", "-xzf", largest(layout.resolve("blobs/sha256")).toString(), "-C", root.toString());

        var help = run(
                "unshare",
                "--mount",
                "sh",
                "-c",
                "mount -t proc proc \"$0/proc\" && exec chroot \"$0\" /entrypoint.sh --help",
                root.toString());

        assertThat(help.out()).startsWith("Usage: socks5-tunnel CONFIG");
        assertThat(help.status()).isZero();
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
