// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The run-time image: all modules are in it, its main module starts, and the JVM adds no word of its own.
class ModulePathIT {
    private static final Path IMAGE = Path.of(System.getProperty("socks5tunnel.image"));
    private static final String MAIN = "io.socks5tunnel.tun.linux/io.socks5tunnel.tun.linux.daemon.Main";

    @Test
    void theImageHoldsEveryModule() throws Exception {
        var run = java("--list-modules");

        assertThat(run.status()).isZero();
        assertThat(run.out().lines().map(line -> line.replaceFirst("@.*", "")))
                .contains(
                        "com.sun.jna",
                        "info.picocli",
                        "io.socks5tunnel.api",
                        "io.socks5tunnel.sim",
                        "io.socks5tunnel.stack",
                        "io.socks5tunnel.threads",
                        "io.socks5tunnel.tun.linux",
                        "org.snakeyaml.engine.v2");
    }

    @Test
    void versionFollowsTheUsageAsInHevSocks5Tunnel() throws Exception {
        var run = java("-m", MAIN, "--version");

        assertThat(run.status()).isEqualTo(255);
        assertThat(run.out())
                .matches("socks5-tunnel CONFIG_PATH\\RVersion: \\d+\\.\\d+\\.\\d+ (unknown|[0-9a-f]{7,40})\\R");
        assertThat(run.err()).isEmpty();
    }

    /// Those of all modules: each is found by what its module provides.
    @Test
    void helpNamesEveryCommandOnALineOfItsOwn() throws Exception {
        var run = java("-m", MAIN, "--help");

        assertThat(run.status()).isZero();
        assertThat(run.out().lines().filter(line -> line.matches("  [a-z][a-z-]* {2,}[A-Z].*")))
                .extracting(line -> line.strip().split(" ", 2)[0])
                .contains("check", "demo", "socks-server")
                .isSorted();
        assertThat(run.out().lines()).allMatch(line -> line.length() <= 80);
        assertThat(run.err()).isEmpty();
    }

    private static ChildProcess java(String... arguments) throws IOException, InterruptedException {
        var command = new String[arguments.length + 1];
        command[0] = IMAGE.resolve("bin/java").toString();
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return ChildProcess.run(Path.of("."), Map.of(), command);
    }
}
