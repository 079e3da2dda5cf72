// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.lab;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Wireshark's opinion on a capture, from its program without windows.
public final class Tshark {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    // what the other side sent is set off by a tab
    private static final Pattern CLIENTS_LINE = Pattern.compile("([0-9a-f]{2})+");

    private Tshark() {}

    /// Skips the test if the program is not there, or fails it if the property `socks5tunnel.requireAll` is set.
    public static void demand() {
        LabRequirements.demandPrograms("tshark");
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

    /// What the clients sent on the first `count` TCP connections of a capture, as Wireshark puts it together.
    public static List<byte[]> clientStreams(Path capture, int count) {
        List<String> arguments = new ArrayList<>(List.of("-q"));
        for (int i = 0; i < count; i++) {
            arguments.addAll(List.of("-z", "follow,tcp,raw," + i));
        }
        List<ByteArrayOutputStream> streams = new ArrayList<>();
        for (String line : lines(capture, arguments)) {
            if (line.startsWith("Follow: ")) {
                streams.add(new ByteArrayOutputStream());
            } else if (CLIENTS_LINE.matcher(line).matches()) {
                streams.getLast().writeBytes(HexFormat.of().parseHex(line));
            }
        }
        return streams.stream().map(ByteArrayOutputStream::toByteArray).toList();
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
