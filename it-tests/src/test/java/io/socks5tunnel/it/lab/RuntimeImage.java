// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The run-time image with the daemon and its commands, that the build makes before integration tests run.
public final class RuntimeImage {
    private static final String MAIN = "io.socks5tunnel.tun.linux/io.socks5tunnel.tun.linux.daemon.Main";

    private RuntimeImage() {}

    /// The image's Java launcher: the property `socks5tunnel.image`, or where Maven puts the image.
    static Path java() {
        String image = System.getProperty("socks5tunnel.image", "target/image");
        return Path.of(image, "bin", "java").toAbsolutePath();
    }

    static boolean exists() {
        return Files.isExecutable(java());
    }

    /// A command line that runs `socks5-tunnel` from the image.
    public static List<String> command() {
        return List.of(java().toString(), "-m", MAIN);
    }

    /// A command line that runs `socks5-tunnel` as a user does: by the launcher, which detaches where that is
    /// wanted.
    public static List<String> launcher() {
        return List.of(java().resolveSibling("socks5-tunnel").toString());
    }

    /// A command line that runs a class of the tests on the image's Java, with the project's modules and these
    /// classes.
    public static List<String> command(Class<?> main) {
        return List.of(
                java().toString(),
                "--add-modules",
                "ALL-SYSTEM",
                "-cp",
                NetworkLab.testClasses().toString(),
                main.getName());
    }
}
