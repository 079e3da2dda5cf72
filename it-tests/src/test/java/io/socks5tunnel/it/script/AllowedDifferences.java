// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.script;

import java.util.ArrayList;
import java.util.List;

/// What is allowed to differ between the stack and Linux: one row for each step of a script that says so.
final class AllowedDifferences {
    private AllowedDifferences() {}

    /// The rows of the table in `docs/packet-scripts.md`.
    static List<String> rows(ScriptLibrary library) {
        List<String> rows = new ArrayList<>();
        for (PacketScript script : library.scripts()) {
            for (ScriptStep step : script.steps()) {
                List<String> others = step.stackAnswers();
                if (others != null) {
                    rows.add("| [%s](../it-tests/src/test/resources/scripts/%s.script) | `%s` | %s | %s | %s |"
                            .formatted(
                                    script.name(),
                                    script.name(),
                                    step.command(),
                                    cell(step.answers()),
                                    cell(others),
                                    step.reason()));
                }
            }
        }
        return rows;
    }

    private static String cell(List<String> answers) {
        return answers.isEmpty() ? "nothing" : "`" + String.join("` `", answers) + "`";
    }
}
