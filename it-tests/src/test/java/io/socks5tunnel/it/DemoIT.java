// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `./socks5-tunnel demo` as users of different rights see it, and what it leaves behind: nothing.
///
/// The image is copied to where every user may read it.
class DemoIT {
    private static final Path IMAGE = Path.of(System.getProperty("socks5tunnel.image"));
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final String REAL = "in a network namespace of this process";
    private static final String SIMULATED = "SIMULATED DEVICE: ";
    private static final String MARK = "SOCKS5_TUNNEL_DEMO_TEST";

    @TempDir
    static Path folder;

    private final String mark = UUID.randomUUID().toString();
    private Path temporary;
    private Path cache;

    @BeforeAll
    static void layOut() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createDirectories(folder.resolve("it-tests/target"));
        copy(ROOT.resolve("socks5-tunnel"), folder.resolve("socks5-tunnel"));
        copy(IMAGE, folder.resolve("it-tests/target/image"));
    }

    @BeforeEach
    void makeRoomForWhatMightBeLeft() throws Exception {
        temporary = Files.createTempDirectory(folder, "tmp");
        cache = Files.createTempDirectory(folder, "cache");
        for (Path directory : List.of(temporary, cache)) {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        }
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        assertThat(temporary).isEmptyDirectory();
        assertThat(cache).isEmptyDirectory();
        // a namespace that nobody mounted somewhere lasts as long as its processes
        assertThat(processesWithMark()).isEmpty();
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(folder.toString());
    }

    private static void copy(Path from, Path to) throws Exception {
        var copied = ChildProcess.run(folder, Map.of(), "cp", "-a", from.toString(), to.toString());
        assertThat(copied.err()).isEmpty();
    }

    private ChildProcess demo(Map<String, String> environment, String... prefix) throws Exception {
        var command = new ArrayList<>(List.of(prefix));
        command.addAll(List.of(folder.resolve("socks5-tunnel").toString(), "demo", "--seconds", "1"));
        var all = new HashMap<>(environment);
        all.put(MARK, mark);
        all.put("XDG_CACHE_HOME", cache.toString());
        all.put("SOCKS5_TUNNEL_JAVA_OPTIONS", "-Djava.io.tmpdir=" + temporary);
        return ChildProcess.run(folder, all, command.toArray(String[]::new));
    }

    private List<String> processesWithMark() throws IOException {
        var found = new ArrayList<String>();
        try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (environment(process).contains(MARK + "=" + mark)) {
                    found.add(process.toString());
                }
            }
        }
        return found;
    }

    /// Empty if the process has ended meanwhile, or is not ours to look at.
    private static String environment(Path process) {
        try {
            return Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    private static void assertRight(ChildProcess run) {
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("All is right").doesNotContain("WRONG");
        assertThat(run.out().lines().filter(line -> line.endsWith("  equal"))).hasSize(5);
        assertThat(run.out().lines().filter(line -> line.endsWith("  Connection refused")))
                .hasSize(1);
        assertThat(run.out().lines()).allMatch(line -> line.length() <= 80);
        assertThat(run.status()).isZero();
    }

    private static String[] asNobody() {
        return new String[] {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"};
    }

    private static void demandRoot() {
        boolean isRoot = System.getProperty("user.name").equals("root");
        if (!isRoot && Boolean.getBoolean("socks5tunnel.requireAll")) {
            throw new IllegalStateException("not root");
        }
        Assumptions.assumeTrue(isRoot, "not root");
    }

    @Nested
    class AsRoot {
        @Test
        void realBytesPassARealDevice() throws Exception {
            demandRoot();

            var run = demo(Map.of());

            assertRight(run);
            assertThat(run.out()).contains(REAL, "| tun0 ", "198.19.0.0/16", "super-segments");
        }

        @Test
        void theHostsInterfacesStayAsTheyAre() throws Exception {
            demandRoot();
            boolean hadDevice = Files.exists(Path.of("/sys/class/net/tun0"));

            demo(Map.of());

            assertThat(Files.exists(Path.of("/sys/class/net/tun0"))).isEqualTo(hadDevice);
        }
    }

    @Nested
    class AsAnOrdinaryUser {
        /// Depends on the machine, which must be told in either case.
        @Test
        void theDeviceIsRealOrSaidToBeSimulated() throws Exception {
            demandRoot();

            var run = demo(Map.of(), asNobody());

            assertRight(run);
            assertThat(run.out()).containsAnyOf(REAL, SIMULATED);
        }

        /// As distributions set it up: anybody may open /dev/net/tun.
        @Test
        void theDeviceIsRealWhereItsFileIsOpenToAll() throws Exception {
            demandRoot();
            var open = "mount -t tmpfs -o dev,mode=755 none /mnt && mknod -m 666 /mnt/tun c 10 200"
                    + " && mount --bind /mnt/tun /dev/net/tun && exec \"$@\"";
            var prefix = new ArrayList<>(List.of("unshare", "--mount", "sh", "-c", open, "sh"));
            prefix.addAll(List.of(asNobody()));

            var run = demo(Map.of(), prefix.toArray(String[]::new));

            assertRight(run);
            assertThat(run.out()).contains(REAL);
        }
    }

    @Nested
    class WhereNamespacesAreForbidden {
        private Map<String, String> pathWithout() throws Exception {
            var directory = Files.createTempDirectory(folder, "bin");
            var unshare = Files.writeString(directory.resolve("unshare"), """
                    #!/bin/sh
                    echo 'unshare: unshare failed: Operation not permitted' >&2
                    exit 1
                    """);
            assertThat(unshare.toFile().setExecutable(true)).isTrue();
            return Map.of("PATH", directory + ":" + System.getenv("PATH"));
        }

        @Test
        void theDeviceIsSimulatedForTheReasonGiven() throws Exception {
            var run = demo(pathWithout());

            assertRight(run);
            assertThat(run.out().replaceAll("\\s+", " "))
                    .contains(SIMULATED + "no private network could be made"
                            + " (unshare: unshare failed: Operation not permitted)");
        }
    }
}
