// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.hostile;

import io.socks5tunnel.it.hostile.FaultRun.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The table of faults, in Markdown: what was injected how often, and what clients saw of it.
final class FaultTable {
    private static final Path FILE = Path.of("target/fault-table.md");

    private final List<String> lines = new ArrayList<>();

    FaultTable(String title) {
        lines.addAll(List.of(
                "### " + title,
                "",
                "| Step | Fault | Times | The client saw | ICMP | ms | Leaks |",
                "| --- | --- | --- | --- | --- | --- | --- |"));
    }

    void add(Result result) {
        Verdict verdict = result.fault().verdict();
        String millis = String.format(Locale.ROOT, "%.0f to %.0f", result.leastMillis(), result.mostMillis());
        lines.add("| "
                + String.join(
                        " | ",
                        result.fault().step().title(),
                        result.fault().failure(),
                        Integer.toString(result.injected()),
                        "`" + verdict.seen() + "`",
                        verdict.icmp().isEmpty() ? "–" : verdict.icmp(),
                        millis,
                        "none")
                + " |");
    }

    /// A line below the table.
    void say(String line) {
        lines.addAll(List.of("", line, ""));
    }

    /// Adds it to the file of this run.
    void write() {
        try {
            Files.write(FILE, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /// Begins a new file.
    static void begin() throws IOException {
        Files.createDirectories(FILE.getParent());
        Files.deleteIfExists(FILE);
    }
}
