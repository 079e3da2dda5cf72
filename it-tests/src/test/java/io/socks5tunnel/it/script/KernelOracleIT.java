// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.lab.LabRequirements;
import io.socks5tunnel.it.lab.NetworkLab;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The packet scripts on the Linux kernel: do they still say what it answers?
///
/// With `-Dsocks5tunnel.recordScripts=true` its answers are written into the scripts instead.
class KernelOracleIT {
    private static final ScriptLibrary LIBRARY = ScriptLibrary.ofTests();
    private static final Path SCRIPTS = Path.of("src/test/resources/scripts");
    private static final Duration LIMIT = Duration.ofSeconds(110);

    private static NetworkLab lab;
    private static String printed;

    @BeforeAll
    static void askTheKernel() throws IOException {
        LabRequirements.demand();
        lab = NetworkLab.open();
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                KernelScripts.class.getName(),
                lab.directory().toString());
        printed = lab.client().run(LIMIT, "oracle", command).orFail().output();
        if (Boolean.getBoolean("socks5tunnel.recordScripts")) {
            ScriptRecorder.record(SCRIPTS, lab.directory());
        }
    }

    @AfterAll
    static void close() {
        if (lab != null) {
            lab.close();
        }
    }

    static List<Arguments> scriptsAndFamilies() {
        return PacketScriptTest.scriptsAndFamilies();
    }

    @Test
    void everyScriptWasPlayed() {
        assertThat(printed).contains(LIBRARY.scripts().size() + " scripts played");
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("scriptsAndFamilies")
    void theKernelAnswersAsTheScriptSays(String name, ScriptFamily family) throws IOException {
        List<ScriptStep> steps = LIBRARY.script(name).steps();

        List<List<String>> answers = KernelScripts.answers(lab.directory(), name, family);

        assertThat(answers).hasSameSizeAs(steps);
        for (int i = 0; i < answers.size(); i++) {
            ScriptStep step = steps.get(i);
            assertThat(answers.get(i)).as("%s: %s", name, step.command()).isEqualTo(step.answers());
        }
    }
}
