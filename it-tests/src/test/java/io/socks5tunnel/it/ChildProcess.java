// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A program that ran to its end: what it said, and how it ended.
record ChildProcess(int status, String out, String err) {
    /// Generous: it only keeps a hanging child from hanging the build.
    private static final long LIMIT_SECONDS = 600;

    static ChildProcess run(Path workingDirectory, Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        // Files rather than pipes: a child that writes much to one of two pipes would wait for a reader.
        var out = Files.createTempFile("child", ".out");
        var err = Files.createTempFile("child", ".err");
        try {
            var builder = new ProcessBuilder(List.copyOf(Arrays.asList(command)))
                    .directory(workingDirectory.toFile())
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment().putAll(environment);
            var process = builder.start();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
                throw new IllegalStateException(String.join(" ", command) + " was still running after " + LIMIT_SECONDS
                        + " s; it said: " + Files.readString(out) + Files.readString(err));
            }
            return new ChildProcess(
                    process.exitValue(),
                    Files.readString(out, StandardCharsets.UTF_8),
                    Files.readString(err, StandardCharsets.UTF_8));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }
}
