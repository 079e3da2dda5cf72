// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Compares the tables of the documentation with what the program goes by. A failure prints the table as it has to
/// be.
class ConfigurationDocumentTest {
    private static final Path FILE = Path.of("..", "docs", "configuration.md");

    @ParameterizedTest
    @EnumSource
    void tableOfASectionIsTheProgramsOwn(ConfigSection section) throws IOException {
        assertThat(Files.readString(FILE)).contains(table(section));
    }

    @Test
    void tableOfRefusedMistakesIsTheTestedOne() throws IOException {
        assertThat(Files.readString(FILE)).contains(table(WrongConfigurations.REFUSALS, "Message"));
    }

    @Test
    void tableOfRemarksIsTheTestedOne() throws IOException {
        assertThat(Files.readString(FILE)).contains(table(WrongConfigurations.REMARKS, "Remark"));
    }

    static String table(ConfigSection section) {
        return ConfigKey.of(section).stream()
                .map(ConfigurationDocumentTest::row)
                .collect(Collectors.joining(
                        "",
                        "### " + section.text()
                                + "\n\n| Key | Value | Default | Meaning |\n| --- | --- | --- | --- |\n",
                        ""));
    }

    static String table(List<Mistake> mistakes, String messageTitle) {
        return mistakes.stream()
                .map(mistake -> "| " + mistake.title() + " | " + mistake.hev() + " | "
                        + mistake.message().replace("|", "\\|").replace("*", "\\*") + " |\n")
                .collect(Collectors.joining(
                        "",
                        "| Mistake | hev-socks5-tunnel 2.16.0 | " + messageTitle + " |\n| --- | --- | --- |\n",
                        ""));
    }

    private static String row(ConfigKey key) {
        String fallback = key.fallback().isEmpty() ? "none" : "`" + key.fallback() + "`";
        return "| `" + key.text() + "` | " + key.type().description() + " | "
                + (key.isRequired() ? "required" : fallback) + " | " + (key.isOwn() ? "**Own.** " : "")
                + (key.isWithoutEffect() ? "**No effect.** " : "") + key.meaning() + " |\n";
    }
}
