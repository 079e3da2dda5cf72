// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Holds `docs/keys.md`, which names a test for every key, against the keys and the tests that there are.
class KeyProofsTest {
    private static final Path ROOT = Path.of("..");
    private static final Path FILE = ROOT.resolve("docs/keys.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z0-9.-]+)` \\| (.*?) \\|");
    private static final Pattern PROOF = Pattern.compile("`([A-Za-z]+)\\.([a-zA-Z0-9]+)`");

    private static Map<String, String> proofs;

    /// The text of each test class, by its name.
    private static Map<String, String> tests;

    @BeforeAll
    static void read() throws IOException {
        proofs = new LinkedHashMap<>();
        ROW.matcher(Files.readString(FILE)).results().forEach(row -> proofs.put(row.group(1), row.group(2)));
        try (var files = Files.walk(ROOT, 16)) {
            tests = files.filter(file -> file.toString().matches(".*/src/test/java/.*(Test|IT)\\.java"))
                    .collect(Collectors.toMap(
                            KeyProofsTest::className, KeyProofsTest::text, (one, other) -> one + other));
        }
    }

    @Test
    void everyKeyHasItsRow() {
        assertThat(proofs.keySet())
                .containsExactlyElementsOf(
                        Arrays.stream(ConfigKey.values()).map(ConfigKey::path).toList());
    }

    @ParameterizedTest
    @EnumSource
    void everyKeyIsProvenByTestsThatExist(ConfigKey key) {
        String cell = proofs.getOrDefault(key.path(), "");
        List<MatchResult> named = PROOF.matcher(cell).results().toList();

        assertThat(named).as(key.path()).isNotEmpty();
        assertThat(named)
                .allSatisfy(proof -> assertThat(tests.getOrDefault(proof.group(1), "no such class"))
                        .containsPattern("@(Test|ParameterizedTest|Property)[^;{}]*(\\{[^;{}]*}[^;{}]*)*\\bvoid "
                                + proof.group(2) + "\\("));
    }

    /// The check above would pass for any cell if it saw no tests.
    @Test
    void theTestsWereFound() {
        assertThat(tests)
                .containsKeys("KeyProofsTest", "CurlIT", "UpstreamDialTest")
                .hasSizeGreaterThan(100);
    }

    private static String className(Path file) {
        return file.getFileName().toString().replace(".java", "");
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalStateException(file.toString(), e);
        }
    }
}
