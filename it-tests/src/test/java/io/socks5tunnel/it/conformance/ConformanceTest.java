// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every rule of `docs/rules.txt` has its test, and `docs/conformance.md` says which.
class ConformanceTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    @Nested
    class OfThisProject {
        private final ConformanceTable table;

        OfThisProject() throws IOException {
            table = ConformanceTable.of(ROOT);
        }

        @Test
        void everyRuleOfPriorityZeroOrOneIsProven() {
            assertThat(table.unproven())
                    .as("rules without a test that runs in every build")
                    .isEmpty();
        }

        @Test
        void everyTagIsARule() {
            assertThat(table.strangers())
                    .as("tags that are not in docs/rules.txt")
                    .isEmpty();
        }

        @Test
        void thePageIsUpToDate() throws IOException {
            String page = Files.readString(ROOT.resolve(ConformanceTable.TABLE));
            assertThat(page.equals(table.text()))
                    .as("docs/conformance.md is as the tests are; else run: " + ConformanceTable.COMMAND)
                    .isTrue();
        }
    }

    @Nested
    class OfAnother {
        private static final String RULE = "T-AA-1 | 0 | MUST | RFC 1 §2 | This is so.";

        @Test
        void aRuleWithoutATestIsNoticed() {
            assertThat(table(List.of(), RULE).unproven()).containsExactly("T-AA-1");
        }

        @Test
        void priorityTwoAndWhatIsNotMetNeedNone() {
            assertThat(table(List.of(), RULE.replace("| 0", "| 2")).unproven()).isEmpty();
            assertThat(table(List.of(), RULE, "  unmet: a reason").unproven()).isEmpty();
            assertThat(table(List.of(), RULE, "  differs: a reason").unproven()).containsExactly("T-AA-1");
        }

        @Test
        void aTestOfTheFullRunAloneIsNotEnough() {
            Proof full = new Proof("T-AA-1", Proof.Kind.UNIT, "ATest.java", "ATest.aTest", false);
            assertThat(table(List.of(full), RULE).unproven()).containsExactly("T-AA-1");
        }

        @Test
        void aTagOfNoRuleIsNoticed() {
            Proof stranger = new Proof("T-AA-2", Proof.Kind.UNIT, "ATest.java", "ATest.aTest", true);
            assertThat(table(List.of(stranger), RULE).strangers()).containsExactly("T-AA-2 at ATest.aTest");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "T-AA-1 | 3 | MUST | RFC 1 §2 | This is so.",
                    "T-A-1 | 0 | MUST | RFC 1 §2 | This is so.",
                    "T-AA-1 | 0 | MAY | RFC 1 §2 | This is so.",
                    "T-AA-1 | 0 | MUST | RFC 1 §2 | This is so",
                    "T-AA-1 | 0 | MUST | This is so.",
                    "what is this"
                })
        void aLineThatIsNoRuleIsRefused(String line) {
            assertThatThrownBy(() -> RuleBook.parse(List.of(line))).hasMessageContaining(line);
        }

        @Test
        void anIdCannotBeUsedTwice() {
            assertThatThrownBy(() -> RuleBook.parse(List.of(RULE, RULE))).hasMessageContaining("two rules");
        }

        private static ConformanceTable table(List<Proof> proofs, String... lines) {
            return new ConformanceTable(RuleBook.parse(List.of(lines)).rules(), proofs);
        }
    }

    @Nested
    class Sources {
        @Test
        void tagsOfMethodsAndOfTheClassesAroundThemCount(@TempDir Path root) throws IOException {
            Path file = root.resolve("XPropertyTest.java");
            Files.writeString(file, """
                    @Tag("T-AA-1")
                    class XPropertyTest {
                        @Nested
                        @net.jqwik.api.Tag("T-AA-2")
                        class Inside {
                            @Property
                            @Tag("T-AA-3")
                            @Tag("full")
                            void one() {}

                            void noTest() {}
                        }

                        @ParameterizedTest
                        @Tag(value = "slow")
                        void two(int n) {}
                    }
                    """);

            List<Proof> proofs = ProofFinder.find(root, List.of(file));

            assertThat(proofs)
                    .extracting(proof ->
                            proof.rule() + " " + proof.test() + " " + proof.kind() + " " + proof.isInEveryBuild())
                    .containsExactly(
                            "T-AA-1 XPropertyTest.Inside.one PROPERTY false",
                            "T-AA-2 XPropertyTest.Inside.one PROPERTY false",
                            "T-AA-3 XPropertyTest.Inside.one PROPERTY false",
                            "T-AA-1 XPropertyTest.two PROPERTY true");
        }
    }
}
