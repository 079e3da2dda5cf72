// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.script;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One thing that a packet script does, and what it is answered with.
///
/// @param comments the lines before it that begin with `#` or are empty
/// @param command the line itself
/// @param answers what Linux answers, line by line
/// @param stackAnswers what the stack answers instead, or null if the same
/// @param reason why that is allowed, empty if the same
record ScriptStep(
        List<String> comments,
        String command,
        List<String> answers,
        @Nullable List<String> stackAnswers,
        String reason) {
    ScriptStep {
        comments = List.copyOf(comments);
        answers = List.copyOf(answers);
        stackAnswers = stackAnswers == null ? null : List.copyOf(stackAnswers);
    }

    /// What the stack must answer.
    List<String> expectedOfStack() {
        return stackAnswers == null ? answers : stackAnswers;
    }

    String word(int index) {
        String[] words = command.split(" +", -1);
        return index < words.length ? words[index] : "";
    }
}
