// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InvocationTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int start(String... arguments) {
        return new Invocation(new OrderlyStop())
                .start(List.of(arguments), new PrintWriter(out, true), new PrintWriter(err, true));
    }

    private Path config(String text) throws IOException {
        return Files.writeString(folder.resolve("config.yml"), text);
    }

    @Nested
    class Words {
        @Test
        void withoutArgumentsTheUsageIsPrinted() {
            assertThat(start()).isEqualTo(255);
            assertThat(out.toString())
                    .startsWith("socks5-tunnel CONFIG_PATH\nVersion: ")
                    .hasLineCount(2);
            assertThat(err.toString()).isEmpty();
        }

        @Test
        void theVersionIsThatOfTheModule() {
            assertThat(start("--version", "ignored")).isEqualTo(255);
            assertThat(out.toString()).containsPattern("Version: \\d+\\.\\d+\\.\\d+");
        }

        @ParameterizedTest
        @ValueSource(strings = {"--help", "-h"})
        void helpIsNoFailure(String option) {
            assertThat(start(option)).isZero();
            assertThat(out.toString())
                    .startsWith("Usage: socks5-tunnel CONFIG\n")
                    .contains("\n  check  ", "--help", "--version", "254", "255");
            assertThat(out.toString().lines()).allMatch(line -> line.length() <= 80);
        }
    }

    @Nested
    class Checking {
        private static final String CONFIG =
                "socks5: {address: 127.0.0.1, port: 1080, username: alice, password: hunter2}\n";

        @Test
        void printsWhatAConfigurationAmountsToButNoSecret() throws Exception {
            assertThat(start("check", config(CONFIG + "tunnel: {mut: 1500}\n").toString()))
                    .isZero();
            assertThat(out.toString())
                    .contains("  mtu: 8500\n", "  max-half-open: 1024\n", "  username: \"***\"\n")
                    .doesNotContain("alice", "hunter2");
            assertThat(err.toString()).startsWith("WARNING: line 2, column 10: unknown key \"mut\" of tunnel");
        }

        @Test
        void refusesWhatTheDaemonWouldRefuse() throws Exception {
            assertThat(start("check", config("socks5: {address: 127.0.0.1}\n").toString()))
                    .isEqualTo(254);
            assertThat(out.toString()).isEmpty();
            assertThat(err.toString()).startsWith("socks5-tunnel: ").contains("socks5.port is missing");
        }

        @Test
        void wantsOneFile() {
            assertThat(start("check")).isEqualTo(255);
            assertThat(err.toString()).startsWith("usage: ");
        }
    }

    @Nested
    class AConfiguration {
        @Test
        void thatDoesNotExistIsNamed() {
            assertThat(start("no-such-file.yml")).isEqualTo(254);
            assertThat(err.toString())
                    .startsWith("socks5-tunnel: ")
                    .contains("no-such-file.yml")
                    .hasLineCount(1);
            assertThat(out.toString()).isEmpty();
        }

        @ParameterizedTest
        @CsvSource({"'socks5:\n  address: 127.0.0.1\n', port", "'socks5: [', config.yml", "'', config.yml"})
        void thatIsWrongIsExplainedInOneLine(String text, String word) throws Exception {
            assertThat(start(config(text).toString())).isEqualTo(254);
            assertThat(err.toString())
                    .startsWith("socks5-tunnel: ")
                    .contains(word)
                    .hasLineCount(1);
        }

        @Test
        void thatCannotStartIsExplainedInOneLine() throws Exception {
            Path file = config("""
                    tunnel:
                      ipv4: 198.18.0.1
                    socks5:
                      address: 127.0.0.1
                      port: 1080
                    """);

            // No engine is on the module path of these tests.
            assertThat(start(file.toString())).isEqualTo(254);
            assertThat(err.toString())
                    .isEqualTo("socks5-tunnel: no engine on the module path: add io.socks5tunnel.threads\n");
        }

        @Test
        void whoseLogCannotBeOpenedIsRefused() throws Exception {
            Path file = config("""
                    socks5:
                      address: 127.0.0.1
                      port: 1080
                    misc:
                      log-file: /no/such/folder/log
                    """);

            assertThat(start(file.toString())).isEqualTo(254);
            assertThat(err.toString()).isEqualTo("socks5-tunnel: the log file cannot be opened: /no/such/folder/log\n");
        }

        @Test
        void warnsBeforeItStarts() throws Exception {
            Path file = config("""
                    tunel:
                      mtu: 1500
                    socks5:
                      address: 127.0.0.1
                      port: 1080
                    """);

            assertThat(start(file.toString())).isEqualTo(254);
            assertThat(err.toString()).containsPattern("\\[W] line 1, column 1: .*tunel");
        }
    }
}
