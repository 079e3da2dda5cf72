// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A table of what came of tests, for people, in a file below `target`.
final class ResultTable {
    private final Path file;

    private ResultTable(Path file) {
        this.file = file;
    }

    /// Begins a table anew.
    static ResultTable begin(String name, String... titles) {
        Path file = Path.of("target", name);
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(
                    file, row(titles) + row(Stream.of(titles).map(_ -> "---").toArray(String[]::new)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ResultTable(file);
    }

    /// Adds a line.
    void add(String... values) {
        try {
            Files.writeString(file, row(values), StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The different words among many, each with how often it came.
    static String counts(List<String> words) {
        Map<String, Integer> seen = new TreeMap<>();
        words.forEach(word -> seen.merge(word, 1, Integer::sum));
        List<String> counts = new ArrayList<>();
        seen.forEach((word, count) -> counts.add(count + " " + word));
        return String.join(", ", counts);
    }

    private static String row(String... values) {
        return Stream.of(values).collect(Collectors.joining(" | ", "| ", " |\n"));
    }
}
