// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Holds `docs/original-defects.md`, which names tests for every defect of the original, to the tests that there
/// are.
class OriginalDefectsDocumentTest {
    private static final int DEFECTS = 19;
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (\\d+) \\| (.*?) \\| (.*?) \\| (.*?) \\|$");

    private static List<MatchResult> rows() throws IOException {
        return ROW.matcher(TestCatalogue.document("docs/original-defects.md"))
                .results()
                .toList();
    }

    @Test
    void everyDefectHasItsRow() throws IOException {
        assertThat(rows())
                .extracting(row -> Integer.parseInt(row.group(1)))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, DEFECTS).boxed().toList());
    }

    @Test
    void everyRowNamesTestsThatExist() throws IOException {
        TestCatalogue tests = TestCatalogue.read();
        tests.expectFilled();

        rows().forEach(row -> tests.expectTestsNamedIn(row.group(4)));
    }
}
