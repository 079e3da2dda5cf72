// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Holds `docs/keys.md`, which names a test for every key, against the keys and the tests that there are.
class KeyProofsTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z0-9.-]+)` \\| (.*?) \\|");

    private static Map<String, String> proofs;
    private static TestCatalogue tests;

    @BeforeAll
    static void read() throws IOException {
        proofs = new LinkedHashMap<>();
        ROW.matcher(TestCatalogue.document("docs/keys.md"))
                .results()
                .forEach(row -> proofs.put(row.group(1), row.group(2)));
        tests = TestCatalogue.read();
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
        tests.expectTestsNamedIn(proofs.getOrDefault(key.path(), ""));
    }

    /// The check above would pass for any cell if it saw no tests.
    @Test
    void theTestsWereFound() {
        tests.expectFilled();
    }
}
