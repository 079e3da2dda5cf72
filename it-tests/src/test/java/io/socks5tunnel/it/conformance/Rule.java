// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.conformance;

/// One rule that the stack is held to, as a line of `docs/rules.txt` has it.
///
/// @param section the heading it stands under
/// @param id such as `T-AC-4`, which tests name by `@Tag`
/// @param priority 0, 1 or 2; only a rule of priority 2 may be without a test
/// @param level MUST, SHOULD or PEERS
/// @param source RFC and section
/// @param sentence the rule in our words
/// @param differs how it is met differently on purpose, or ""
/// @param unmet why it is not met, or ""
record Rule(
        String section,
        String id,
        int priority,
        String level,
        String source,
        String sentence,
        String differs,
        String unmet) {
    private static final int LAST_PRIORITY_WITH_TESTS = 1;

    /// Whether a test that runs in every build must prove it.
    boolean needsTest() {
        return priority <= LAST_PRIORITY_WITH_TESTS && unmet.isEmpty();
    }

    Rule differing(String reason) {
        return new Rule(section, id, priority, level, source, sentence, reason, unmet);
    }

    Rule notMet(String reason) {
        return new Rule(section, id, priority, level, source, sentence, differs, reason);
    }
}
