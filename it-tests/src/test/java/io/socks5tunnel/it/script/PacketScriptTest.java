// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The packet scripts on the stack, in virtual time: what Linux answers stands in them, and where the stack may
/// differ. [KernelOracleIT] asks the kernel whether it is so.
class PacketScriptTest {
    private static final ScriptLibrary LIBRARY = ScriptLibrary.ofTests();
    private static final Path PAGE = Path.of("../docs/packet-scripts.md");

    static List<Arguments> scriptsAndFamilies() {
        List<Arguments> all = new ArrayList<>();
        for (PacketScript script : LIBRARY.scripts()) {
            script.families().stream().sorted().forEach(family -> all.add(Arguments.of(script.name(), family)));
        }
        return all;
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("scriptsAndFamilies")
    void theStackAnswersAsTheScriptSays(String name, ScriptFamily family) {
        PacketScript script = LIBRARY.script(name);

        List<List<String>> answers = StackScripts.play(script, family, LIBRARY);

        for (int i = 0; i < answers.size(); i++) {
            ScriptStep step = script.steps().get(i);
            assertThat(answers.get(i)).as("%s: %s", name, step.command()).isEqualTo(step.expectedOfStack());
        }
    }

    @Nested
    class Differences {
        @Test
        void haveReasonsAndAreDifferent() {
            for (PacketScript script : LIBRARY.scripts()) {
                for (ScriptStep step : script.steps()) {
                    assertThat(step.reason())
                            .as("%s: %s", script.name(), step.command())
                            .isNotEqualTo(ScriptRecorder.NO_REASON);
                    assertThat(step.answers())
                            .as("%s: %s: the difference is gone", script.name(), step.command())
                            .isNotEqualTo(step.stackAnswers());
                }
            }
        }

        @Test
        void areAllInTheDocumentation() throws IOException {
            List<String> rows = Files.readAllLines(PAGE).stream()
                    .filter(line -> line.startsWith("| ["))
                    .toList();
            assertThat(rows).isEqualTo(AllowedDifferences.rows(LIBRARY));
        }
    }

    @Nested
    class Scripts {
        @Test
        void areManyAndSayWhichRulesTheyShow() {
            assertThat(LIBRARY.scripts())
                    .hasSizeGreaterThanOrEqualTo(80)
                    .allSatisfy(script ->
                            assertThat(script.rules()).as(script.name()).isNotEmpty());
        }

        @Test
        void stayTheSameWhenTheyAreWrittenAnew() {
            String text = """
                    # What it is about.
                    rules T-AC-4

                    --> S 0 win 65535
                    <-- SA 0 ack 1
                    stack nothing
                    because it is a test.
                    wait 30ms
                    """;
            PacketScript script = PacketScript.parse("a", text, other -> "");
            assertThat(script.withAnswers(script.steps())).isEqualTo(text);
        }

        @Test
        void thatNobodyUnderstandsAreRefused() {
            assertThatThrownBy(() -> PacketScript.parse("a", "==> S 0", other -> ""))
                    .hasMessageContaining("==>");
            assertThatThrownBy(() -> PacketScript.parse("a", "--> S 0\nstack nothing", other -> ""))
                    .hasMessageContaining("because");
            assertThatThrownBy(() -> play("--> S 0 wnd 5")).hasMessageContaining("wnd");
            assertThatThrownBy(() -> play("given nobody")).hasMessageContaining("nobody");
        }

        @Test
        void thatExpectSomethingElseFail() {
            assertThat(play("--> S 0 win 65535 mss 1440")).containsExactly(List.of("<-- SA 0 ack 1 mss"));
        }

        private static List<List<String>> play(String text) {
            PacketScript script = PacketScript.parse("a", text, other -> "");
            return StackScripts.play(script, ScriptFamily.IPV4, LIBRARY);
        }
    }
}
