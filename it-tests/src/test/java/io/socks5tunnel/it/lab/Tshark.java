// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// Wireshark's opinion on a capture, from its program without windows.
public final class Tshark {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private Tshark() {}

    /// Skips the test if the program is not there, or fails it if the property `socks5tunnel.requireAll` is set.
    public static void demand() {
        boolean isThere = Arrays.stream(System.getenv("PATH").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "tshark")));
        if (!isThere) {
            String reason = "no program tshark";
            if (Boolean.getBoolean("socks5tunnel.requireAll")) {
                throw new IllegalStateException(reason);
            }
            Assumptions.abort(reason);
        }
    }

    /// The values of these fields, a list per packet.
    public static List<List<String>> fields(Path capture, String... names) {
        List<String> arguments = new ArrayList<>(List.of("-n", "-T", "fields"));
        for (String name : names) {
            arguments.addAll(List.of("-e", name));
        }
        return lines(capture, arguments).stream()
                .map(line -> List.of(line.split("\t", -1)))
                .toList();
    }

    /// What it prints when it reads a capture with these arguments.
    public static List<String> lines(Path capture, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("tshark", "-r", capture.toString()));
        command.addAll(arguments);
        Path directory = null;
        try {
            directory = Files.createTempDirectory("tshark");
            try (LabProcess process = LabProcess.start(directory, "tshark", command, null)) {
                Ended ended = process.await(LIMIT);
                if (ended.exitCode() != 0) {
                    throw new IllegalStateException(ended.toString());
                }
                return ended.output().lines().toList();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            delete(directory);
        }
    }

    private static void delete(Path directory) {
        if (directory == null) {
            return;
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
