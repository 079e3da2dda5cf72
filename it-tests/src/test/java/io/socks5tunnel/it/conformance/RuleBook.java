// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// The rules in `docs/rules.txt`, whose head says how they are written.
record RuleBook(List<Rule> rules) {
    /// What the ids of rules look like.
    static final Pattern ID = Pattern.compile("T-[A-Z]{2}-[0-9]{1,2}");

    private static final Set<String> LEVELS = Set.of("MUST", "SHOULD", "PEERS");
    private static final int COLUMNS = 5;
    private static final String SECTION = "== ";
    private static final String DIFFERS = "  differs: ";
    private static final String UNMET = "  unmet: ";

    /// Reads the rules.
    ///
    /// @throws IllegalArgumentException if a line is none of those that the head of the file describes
    static RuleBook read(Path file) throws IOException {
        return parse(Files.readAllLines(file));
    }

    static RuleBook parse(List<String> lines) {
        List<Rule> rules = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        String section = "";
        for (String line : lines) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith(SECTION)) {
                section = line.substring(SECTION.length());
            } else if (line.startsWith(DIFFERS)) {
                rules.add(rules.removeLast().differing(line.substring(DIFFERS.length())));
            } else if (line.startsWith(UNMET)) {
                rules.add(rules.removeLast().notMet(line.substring(UNMET.length())));
            } else {
                Rule rule = rule(section, line);
                check(ids.add(rule.id()), "two rules of one id", line);
                rules.add(rule);
            }
        }
        return new RuleBook(List.copyOf(rules));
    }

    private static Rule rule(String section, String line) {
        String[] columns = line.split(" \\| ", -1);
        check(columns.length == COLUMNS, "not " + COLUMNS + " columns", line);
        check(ID.matcher(columns[0]).matches(), "no id of a rule", line);
        check(columns[1].matches("[012]"), "no priority", line);
        check(LEVELS.contains(columns[2]), "no level", line);
        check(columns[4].endsWith("."), "no sentence", line);
        int priority = Integer.parseInt(columns[1]);
        return new Rule(section, columns[0], priority, columns[2], columns[3], columns[4], "", "");
    }

    private static void check(boolean isRight, String what, String line) {
        if (!isRight) {
            throw new IllegalArgumentException(what + ": " + line);
        }
    }
}
