// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Makes `docs/conformance.md` from `docs/rules.txt` and the tests. To write it anew, from the root of the project:
///
///     java it-tests/src/test/java/io/socks5tunnel/it/conformance/ConformanceTable.java
final class ConformanceTable {
    static final String COMMAND = "java it-tests/src/test/java/io/socks5tunnel/it/conformance/ConformanceTable.java";
    static final String RULES = "docs/rules.txt";
    static final String TABLE = "docs/conformance.md";

    private final List<Rule> rules;
    private final List<Proof> proofs;

    ConformanceTable(List<Rule> rules, List<Proof> proofs) {
        this.rules = rules;
        this.proofs = proofs;
    }

    /// What the table must be for the sources below `root`.
    static ConformanceTable of(Path root) throws IOException {
        return new ConformanceTable(RuleBook.read(root.resolve(RULES)).rules(), ProofFinder.find(root));
    }

    static void main(String... arguments) throws IOException {
        Path root = Path.of(arguments.length == 0 ? "." : arguments[0])
                .toAbsolutePath()
                .normalize();
        ConformanceTable table = of(root);
        Files.writeString(root.resolve(TABLE), table.text());
    }

    /// Ids of rules that need a test in every build, and have none.
    List<String> unproven() {
        return rules.stream()
                .filter(Rule::needsTest)
                .map(Rule::id)
                .filter(id -> proofsOf(id).stream().noneMatch(Proof::isInEveryBuild))
                .toList();
    }

    /// Tests whose tag is no rule's id.
    List<String> strangers() {
        List<String> ids = rules.stream().map(Rule::id).toList();
        return proofs.stream()
                .filter(proof -> !ids.contains(proof.rule()))
                .map(proof -> proof.rule() + " at " + proof.test())
                .toList();
    }

    /// The page.
    String text() {
        StringBuilder page = new StringBuilder();
        line(page, "# Conformance");
        line(page, "");
        line(
                page,
                "Made from [rules.txt](rules.txt) and the tests by `" + COMMAND
                        + "`; a test fails when it is out of date.");
        line(page, "[adding-a-rule.md](adding-a-rule.md) tells how to add a rule.");
        line(page, "");
        line(page, "Priority 0: wrong bytes, a hang, or no connection; 1: stalls, leaks, attacks; 2: polish.");
        line(
                page,
                "Tests: *unit*, *property*, *simulation* in virtual time, *script* on the stack and the kernel alike, *live* with a real kernel.");
        line(page, "The tests of one rule run by `mvn test -Dgroups=T-AC-4`.");
        line(page, "");
        appendCounts(page);
        appendDeviations(page, "Met differently on purpose", true);
        appendDeviations(page, "Not met", false);
        String section = "";
        for (Rule rule : rules) {
            if (!rule.section().equals(section)) {
                section = rule.section();
                line(page, "");
                line(page, "## " + section);
                line(page, "");
                line(page, "| rule | priority | | from | tests | of kind |");
                line(page, "| --- | --- | --- | --- | --- | --- |");
            }
            appendRule(page, rule);
        }
        return page.toString();
    }

    private void appendCounts(StringBuilder page) {
        line(page, "| priority | rules | proven by a test | met differently | not met | tests |");
        line(page, "| --- | --- | --- | --- | --- | --- |");
        for (int priority = 0; priority <= 2; priority++) {
            int wanted = priority;
            appendCounts(
                    page,
                    String.valueOf(priority),
                    rules.stream().filter(rule -> rule.priority() == wanted).toList());
        }
        appendCounts(page, "all", rules);
    }

    private void appendCounts(StringBuilder page, String name, List<Rule> some) {
        long proven =
                some.stream().filter(rule -> !proofsOf(rule.id()).isEmpty()).count();
        long differing = some.stream().filter(rule -> !rule.differs().isEmpty()).count();
        long unmet = some.stream().filter(rule -> !rule.unmet().isEmpty()).count();
        long tests = some.stream()
                .flatMap(rule -> proofsOf(rule.id()).stream())
                .map(proof -> proof.file() + proof.test())
                .distinct()
                .count();
        line(page, "| %s | %d | %d | %d | %d | %d |".formatted(name, some.size(), proven, differing, unmet, tests));
    }

    private void appendDeviations(StringBuilder page, String heading, boolean isDiffering) {
        line(page, "");
        line(page, "## " + heading);
        line(page, "");
        line(page, "| rule | priority | how, and why |");
        line(page, "| --- | --- | --- |");
        for (Rule rule : rules) {
            String reason = isDiffering ? rule.differs() : rule.unmet();
            if (!reason.isEmpty()) {
                line(page, "| %s | %d | %s |".formatted(rule.id(), rule.priority(), reason));
            }
        }
    }

    private void appendRule(StringBuilder page, Rule rule) {
        List<Proof> found = proofsOf(rule.id());
        line(
                page,
                "| **%s** %s | %d | %s | %s | %s | %s |"
                        .formatted(
                                rule.id(),
                                rule.sentence(),
                                rule.priority(),
                                rule.level(),
                                rule.source(),
                                tests(found),
                                kinds(found)));
    }

    private static String tests(List<Proof> found) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        found.forEach(proof -> counts.merge(proof.file(), 1, Integer::sum));
        List<String> links = new ArrayList<>();
        counts.forEach((file, count) -> {
            String name = file.substring(file.lastIndexOf('/') + 1)
                    .replace(".java", "")
                    .replace(".script", "");
            links.add("[%s](../%s)%s".formatted(name, file, count == 1 ? "" : " " + count));
        });
        return links.isEmpty() ? "none" : String.join(", ", links);
    }

    private static String kinds(List<Proof> found) {
        return String.join(
                ", ",
                found.stream()
                        .map(Proof::kind)
                        .distinct()
                        .sorted()
                        .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                        .toList());
    }

    private List<Proof> proofsOf(String id) {
        return proofs.stream().filter(proof -> proof.rule().equals(id)).toList();
    }

    private static void line(StringBuilder page, String text) {
        page.append(text).append('\n');
    }
}
