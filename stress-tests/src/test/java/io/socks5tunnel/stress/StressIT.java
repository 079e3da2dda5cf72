// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs jcstress in a JVM of its own: the tests of what threads share must pass, and the canaries must not.
class StressIT {
    private static final int TESTS = 18;
    private static final int CANARIES = 2;
    private static final String SHARED = "io\\.socks5tunnel\\.threads\\..*";
    private static final String BROKEN = "io\\.socks5tunnel\\.stress\\.CanaryStress.*";
    private static final List<String> SHORT = List.of("-iters", "2", "-time", "300");
    private static final List<String> LONG = List.of("-iters", "5", "-time", "3000");
    private static final long LIMIT_SECONDS = 1200;

    /// What jcstress says last of all its results.
    private static final Pattern RESULTS = Pattern.compile(
            "\\(Results: (\\d+) planned; (\\d+) passed, (\\d+) failed, (\\d+) soft errs, (\\d+) hard errs\\)");

    @TempDir
    private Path folder;

    @Test
    void canariesAreCaught() throws IOException, InterruptedException {
        // longer than the others: they have to meet in a bad moment, and the machine may be busy
        assertThat(run(BROKEN, List.of("-iters", "5", "-time", "300")))
                .isEqualTo(new Results(CANARIES, 0, CANARIES, 0));
    }

    @Test
    void whatThreadsShareIsSound() throws IOException, InterruptedException {
        assertThat(run(SHARED, SHORT)).isEqualTo(new Results(TESTS, TESTS, 0, 0));
    }

    @Test
    @Tag("full")
    void whatThreadsShareIsSoundForLong() throws IOException, InterruptedException {
        assertThat(run(SHARED, LONG)).isEqualTo(new Results(TESTS, TESTS, 0, 0));
    }

    private record Results(int planned, int passed, int failed, int errors) {}

    private Results run(String tests, List<String> howLong) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "org.openjdk.jcstress.Main",
                "-t",
                tests));
        command.addAll(howLong);
        // one JVM for each test, compiled as a tunnel is, wherever the system puts its threads
        command.addAll(
                List.of("-f", "1", "-sc", "false", "-af", "NONE", "-jvmArgs", "-XX:+UseSerialGC", "-r", "report"));
        Path said = folder.resolve("said");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS))
                    .as("ended in time")
                    .isTrue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        return results(Files.readString(said));
    }

    private static Results results(String said) {
        Matcher matcher = RESULTS.matcher(said);
        Results last = null;
        while (matcher.find()) {
            int errors = Integer.parseInt(matcher.group(4)) + Integer.parseInt(matcher.group(5));
            last = new Results(
                    Integer.parseInt(matcher.group(1)),
                    Integer.parseInt(matcher.group(2)),
                    Integer.parseInt(matcher.group(3)),
                    errors);
        }
        assertThat(last).as(said).isNotNull();
        if (last.failed() + last.errors() > 0) {
            System.out.println(said.substring(Math.max(0, said.indexOf("RUN RESULTS"))));
        }
        return last;
    }
}
