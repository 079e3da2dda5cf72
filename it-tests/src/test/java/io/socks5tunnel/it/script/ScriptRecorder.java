// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.script;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Writes what the kernel answered into the scripts, and what the stack answers where that differs. Reasons that
/// stand there already are kept; a new difference gets a question mark, which the tests do not accept.
final class ScriptRecorder {
    static final String NO_REASON = "?";

    private ScriptRecorder() {}

    /// @param arguments the directory of the scripts, and the one of the kernel's answers
    public static void main(String[] arguments) throws IOException {
        record(Path.of(arguments[0]), Path.of(arguments[1]));
    }

    static void record(Path scripts, Path kernelAnswers) throws IOException {
        ScriptLibrary library = ScriptLibrary.in(scripts);
        for (PacketScript script : library.scripts()) {
            ScriptFamily family = script.families().contains(ScriptFamily.IPV4) ? ScriptFamily.IPV4 : ScriptFamily.IPV6;
            List<List<String>> ofKernel = KernelScripts.answers(kernelAnswers, script.name(), family);
            List<List<String>> ofStack = StackScripts.play(script, family, library);
            List<ScriptStep> recorded = new ArrayList<>();
            for (int i = 0; i < script.steps().size(); i++) {
                recorded.add(recorded(script.steps().get(i), ofKernel.get(i), ofStack.get(i)));
            }
            Files.writeString(ScriptLibrary.file(scripts, script.name()), script.withAnswers(recorded));
        }
    }

    private static ScriptStep recorded(ScriptStep step, List<String> ofKernel, List<String> ofStack) {
        if (ofKernel.equals(ofStack)) {
            return new ScriptStep(step.comments(), step.command(), ofKernel, null, "");
        }
        boolean isKnown = ofKernel.equals(step.answers()) && ofStack.equals(step.stackAnswers());
        return new ScriptStep(step.comments(), step.command(), ofKernel, ofStack, isKnown ? step.reason() : NO_REASON);
    }
}
