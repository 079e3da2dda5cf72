// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.fuzz;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The inputs of a target, as they lie in the repository: a text file with a line for each, its name and its bytes
/// in hexadecimal digits, so that a review can read what was added.
///
/// As a program it moves them: `unpack TARGET FOLDER` makes a file of each, as the fuzzer wants them, and
/// `pack TARGET FOLDER FILE` the text of a folder. `list` prints the targets, each with its longest input in bytes.
final class Corpus {
    private static final HexFormat HEX = HexFormat.of();

    private Corpus() {}

    /// The inputs by name, in the order of the file.
    static Map<String, byte[]> of(Target target) {
        try (InputStream in = Corpus.class.getResourceAsStream("/corpus/" + target.text() + ".txt")) {
            if (in == null) {
                throw new IllegalStateException("no corpus for " + target.text());
            }
            Map<String, byte[]> inputs = new LinkedHashMap<>();
            for (String line : new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .toList()) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    String[] words = line.split(" ", 2);
                    inputs.put(words[0], words.length == 1 ? new byte[0] : HEX.parseHex(words[1].replace(" ", "")));
                }
            }
            return inputs;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static void main(String[] arguments) throws IOException {
        switch (arguments[0]) {
            case "list" -> {
                for (Target target : Target.values()) {
                    System.out.println(target.text() + " " + target.longestBytes());
                }
            }
            case "unpack" -> unpack(Target.named(arguments[1]), Path.of(arguments[2]));
            case "pack" -> Files.writeString(Path.of(arguments[3]), text(Path.of(arguments[2])));
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static void unpack(Target target, Path folder) throws IOException {
        Files.createDirectories(folder);
        for (Map.Entry<String, byte[]> input : of(target).entrySet()) {
            Files.write(folder.resolve(input.getKey()), input.getValue());
        }
    }

    private static String text(Path folder) throws IOException {
        Map<String, String> lines = new TreeMap<>();
        List<Path> files;
        try (Stream<Path> found = Files.list(folder)) {
            files = found.toList();
        }
        for (Path file : files) {
            String name = file.getFileName().toString();
            // the fuzzer names a file by a hash: half of it tells one from another
            String shown = name.matches("[0-9a-f]{40}") ? name.substring(0, 12) : name;
            lines.put(shown, HEX.formatHex(Files.readAllBytes(file)));
        }
        var text = new StringBuilder();
        lines.forEach(
                (name, digits) -> text.append(name).append(' ').append(digits).append('\n'));
        return text.toString();
    }
}
