// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The script `socks5-tunnel` with an image that is there: it may not lose an argument, whatever folder it is in
/// and however it is called.
///
/// ```
/// folder/a tree/socks5-tunnel            a copy; no sources beside it, so nothing is ever out of date
/// folder/a tree/it-tests/target/image    a link to the image
/// folder/elsewhere/tunnel                a link to the copy
/// ```
class LauncherIT {
    private static final Path IMAGE = Path.of(System.getProperty("socks5tunnel.image"));
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    @TempDir
    Path folder;

    private Path script;
    private Path link;

    @BeforeEach
    void layOut() throws Exception {
        var tree = Files.createDirectories(folder.resolve("a tree"));
        script = Files.copy(ROOT.resolve("socks5-tunnel"), tree.resolve("socks5-tunnel"));
        assertThat(script.toFile().setExecutable(true)).isTrue();
        Files.createDirectories(tree.resolve("it-tests/target"));
        Files.createSymbolicLink(tree.resolve("it-tests/target/image"), IMAGE);
        link = Files.createDirectories(folder.resolve("elsewhere")).resolve("tunnel");
        Files.createSymbolicLink(link, script);
    }

    /// JUnit would clear the folder all the same, but warns about a link that leads out of it.
    @AfterEach
    void removeTheLinkToTheImage() throws Exception {
        Files.delete(script.resolveSibling("it-tests/target/image"));
    }

    @Test
    void runsFromAFolderWithASpaceInItsName() throws Exception {
        var run = ChildProcess.run(folder, Map.of(), script.toString(), "--version");

        assertThat(run.err()).isEmpty();
        assertThat(run.out()).startsWith("socks5-tunnel ");
        assertThat(run.status()).isEqualTo(255);
    }

    @Test
    void runsThroughALink() throws Exception {
        var run = ChildProcess.run(link.getParent(), Map.of(), "./tunnel", "--version");

        assertThat(run.err()).isEmpty();
        assertThat(run.out()).startsWith("socks5-tunnel ");
    }

    @Test
    void argumentsArriveAsTheyWereWritten() throws Exception {
        var run = ChildProcess.run(folder, Map.of(), script.toString(), "--no-such-option=two  blanks, * and $HOME");

        assertThat(run.status()).isNotZero();
        assertThat(run.err()).contains("--no-such-option=two  blanks, * and $HOME");
    }

    @Test
    void optionsForOtherJavaProgramsAreNotForUs() throws Exception {
        var forOthers = Map.of("JAVA_TOOL_OPTIONS", "-Dsome=thing", "JDK_JAVA_OPTIONS", "-Dsome=thing");

        var run = ChildProcess.run(folder, forOthers, script.toString(), "--version");

        assertThat(run.err()).isEmpty();
    }

    @Test
    void optionsOfTheUserReachTheJvm() throws Exception {
        var ours = Map.of("SOCKS5_TUNNEL_JAVA_OPTIONS", "-Xmx64m -showversion");

        var run = ChildProcess.run(folder, ours, script.toString(), "--version");

        assertThat(run.err()).contains("64-Bit");
        assertThat(run.status()).isEqualTo(255);
    }

    @Test
    void ourClassesComeFromTheArchive() throws Exception {
        var logging = Map.of("SOCKS5_TUNNEL_JAVA_OPTIONS", "-Xlog:class+load:stdout");

        var run = ChildProcess.run(folder, logging, script.toString(), "--version");

        assertThat(run.out())
                .containsPattern("io\\.socks5tunnel\\.tun\\.linux\\.daemon\\.Main source: shared objects file");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-XX:SharedArchiveFile=/nowhere/archive.jsa",
                "-XX:+UseCompactObjectHeaders",
                "-XX:-UseSerialGC -XX:+UseZGC"
            })
    void anArchiveThatDoesNotFitIsNotSpokenOf(String options) throws Exception {
        var run =
                ChildProcess.run(folder, Map.of("SOCKS5_TUNNEL_JAVA_OPTIONS", options), script.toString(), "--version");

        assertThat(run.err()).isEmpty();
        assertThat(run.out()).startsWith("socks5-tunnel ");
        assertThat(run.status()).isEqualTo(255);
    }

    /// A folder for temporary files from which nothing can be run, to the extreme: nor written. Where namespaces
    /// are allowed the demo opens a TUN, which takes JNA's library.
    @Test
    void needsNoUsableFolderForTemporaryFiles() throws Exception {
        var none = Map.of("SOCKS5_TUNNEL_JAVA_OPTIONS", "-Djava.io.tmpdir=/proc/self", "TMPDIR", "/proc/self");

        var run = ChildProcess.run(folder, none, script.toString(), "demo");

        assertThat(run.err()).isEmpty();
        assertThat(run.status()).as(run.out()).isZero();
    }
}
