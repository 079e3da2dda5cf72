// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A module of somebody else (`src/test/consumer`) that requires nothing but the API, compiled and run on the
/// module path with the project's jars as they would be published: the descriptors let it do all it needs, and no
/// more.
class ConsumerModuleIT {
    private static final Path SOURCES = Path.of("src/test/consumer");
    private static final Path JARS = Path.of("target/modules");
    private static final String MODULE = "example.consumer";

    @TempDir
    static Path folder;

    @BeforeAll
    static void compile() throws Exception {
        assertThat(compile(sources(SOURCES))).isEmpty();
    }

    @Test
    void runsTunnelsOnItsOwnDeviceAndByTheFiveCalls() throws Exception {
        var run = ChildProcess.run(
                Path.of("."),
                Map.of(),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--module-path",
                JARS + ":" + folder.resolve(MODULE),
                "--enable-native-access=com.sun.jna,io.socks5tunnel.tun.linux",
                "--module",
                MODULE + "/example.consumer.Main",
                folder.toString());

        // ICMP host unreachable: nobody listens where the SOCKS server should be
        assertThat(run.out().lines())
                .as(run.err())
                .containsExactly(
                        "device: pipe",
                        "answer: protocol 1, type 3, code 1",
                        "closed: true",
                        "main: 0",
                        "main_from_file: 0",
                        "main_from_str: 0",
                        "main without a file: -1",
                        "stats: 0");
        assertThat(run.status()).isZero();
    }

    /// The walls hold: what the API does not export cannot even be compiled against.
    @Test
    void seesNothingBehindTheApi() throws Exception {
        Path wrong = Files.createDirectories(folder.resolve("wrong"));
        Files.writeString(wrong.resolve("module-info.java"), "module wrong { requires io.socks5tunnel.api; }");
        Files.writeString(
                wrong.resolve("Wrong.java"), "package wrong; class Wrong { io.socks5tunnel.stack.FlowKey key; }");

        assertThat(compile(sources(wrong))).contains("package io.socks5tunnel.stack is not visible");
    }

    /// @return what the compiler complains about
    private static String compile(List<String> sources) {
        List<String> arguments = new ArrayList<>(List.of(
                "-proc:none",
                "-Xlint:all",
                "-Werror",
                // not the class path of these tests, which is the default
                "--class-path",
                folder.toString(),
                "--module-path",
                JARS.toString(),
                "-d",
                folder.resolve(MODULE).toString()));
        arguments.addAll(sources);
        StringWriter said = new StringWriter();
        try (PrintWriter writer = new PrintWriter(said)) {
            ToolProvider.findFirst("javac").orElseThrow().run(writer, writer, arguments.toArray(String[]::new));
        }
        return said.toString();
    }

    private static List<String> sources(Path top) throws IOException {
        try (var files = Files.walk(top)) {
            return files.map(Path::toString)
                    .filter(file -> file.endsWith(".java"))
                    .toList();
        }
    }
}
