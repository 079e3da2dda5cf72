// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The tests of all modules by their text, so that documents that name tests can be held to those that there are.
final class TestCatalogue {
    private static final Path ROOT = Path.of("..");
    private static final Pattern NAMED = Pattern.compile("`([A-Za-z0-9]+)\\.([a-zA-Z0-9]+)`");

    /// The text of each test class, by its name.
    private final Map<String, String> tests;

    private TestCatalogue(Map<String, String> tests) {
        this.tests = tests;
    }

    static TestCatalogue read() throws IOException {
        try (var files = Files.walk(ROOT, 16)) {
            return new TestCatalogue(
                    files.filter(file -> file.toString().matches(".*/src/test/java/.*(Test|IT)\\.java"))
                            .collect(Collectors.toMap(
                                    TestCatalogue::className, TestCatalogue::text, (one, other) -> one + other)));
        }
    }

    /// The text of a document, by its path in the repository.
    static String document(String path) throws IOException {
        return Files.readString(ROOT.resolve(path));
    }

    /// Fails unless the text names a test, and all that it names exist.
    void expectTestsNamedIn(String text) {
        List<MatchResult> named = NAMED.matcher(text).results().toList();
        assertThat(named).as(text).isNotEmpty();
        assertThat(named)
                .allSatisfy(proof -> assertThat(tests.getOrDefault(proof.group(1), "no such class"))
                        .containsPattern(
                                "@(Test|ParameterizedTest|Property|RepeatedTest)[^;{}]*(\\{[^;{}]*}[^;{}]*)*\\bvoid "
                                        + proof.group(2) + "\\("));
    }

    /// Any text would pass if no tests were seen.
    void expectFilled() {
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
