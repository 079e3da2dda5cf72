// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.benchmark;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/// All samples of a benchmark, and the tables made of them. Medians throughout.
final class Results {
    private final List<String> subjects;
    private final String yardstick;
    private final Map<Cell, Map<String, List<Sample>>> samples = new LinkedHashMap<>();
    private final Map<String, Long> residentBytes = new TreeMap<>();

    /// @param yardstick the subject that the others are divided by
    Results(List<String> subjects, String yardstick) {
        this.subjects = subjects;
        this.yardstick = yardstick;
    }

    void add(Cell cell, String subject, Sample sample) {
        samples.computeIfAbsent(cell, _ -> new LinkedHashMap<>())
                .computeIfAbsent(subject, _ -> new ArrayList<>())
                .add(sample);
    }

    void addResident(String subject, long bytes) {
        residentBytes.merge(subject, bytes, Math::max);
    }

    /// A table for each question, as Markdown.
    String markdown() {
        return table("Gbit/s", Sample::gigabitsPerSecond, true)
                + table("CPU seconds per GB, tunnel", Sample::tunnelCpuSecondsPerGigabyte, false)
                + table("CPU seconds per GB, everything else", Sample::otherCpuSecondsPerGigabyte, false)
                + memory();
    }

    /// Everything, samples included, as JSON.
    String json() {
        StringBuilder json =
                new StringBuilder("{\n  \"yardstick\": \"").append(yardstick).append("\",\n");
        json.append("  \"residentBytes\": {");
        residentBytes.forEach((subject, bytes) -> json.append("\n    \"")
                .append(subject)
                .append("\": ")
                .append(bytes)
                .append(','));
        dropLast(json).append("\n  },\n  \"cells\": [");
        samples.forEach((cell, ofCell) -> {
            json.append("\n    {\"mtu\": ").append(cell.mtuBytes());
            json.append(", \"direction\": \"").append(cell.direction().name().toLowerCase(Locale.ROOT));
            json.append("\", \"streams\": ").append(cell.streams()).append(", \"subjects\": {");
            ofCell.forEach((subject, list) -> json.append("\n      \"")
                    .append(subject)
                    .append("\": ")
                    .append(json(list))
                    .append(','));
            dropLast(json).append("}},");
        });
        return dropLast(json).append("\n  ]\n}\n").toString();
    }

    private static String json(List<Sample> list) {
        StringBuilder json = new StringBuilder("[");
        for (Sample sample : list) {
            json.append(String.format(
                    Locale.ROOT,
                    "{\"gbits\": %.3f, \"tunnelCpu\": %.3f, \"otherCpu\": %.3f},",
                    sample.gigabitsPerSecond(),
                    sample.tunnelCpuSecondsPerGigabyte(),
                    sample.otherCpuSecondsPerGigabyte()));
        }
        return dropLast(json).append(']').toString();
    }

    private static StringBuilder dropLast(StringBuilder json) {
        if (json.charAt(json.length() - 1) == ',') {
            json.setLength(json.length() - 1);
        }
        return json;
    }

    private String table(String title, ToDoubleFunction<Sample> value, boolean withRatio) {
        StringBuilder table = new StringBuilder("\n| ").append(title).append(" |");
        for (String subject : subjects) {
            table.append(' ').append(subject).append(" |");
        }
        table.append("\n| --- |").append(" --- |".repeat(subjects.size())).append('\n');
        samples.forEach((cell, ofCell) -> {
            table.append("| ").append(cell).append(" |");
            double base = median(ofCell.get(yardstick), value);
            for (String subject : subjects) {
                double median = median(ofCell.get(subject), value);
                table.append(String.format(Locale.ROOT, " %.2f", median));
                table.append(withRatio ? String.format(Locale.ROOT, " (%.2f) |", median / base) : " |");
            }
            table.append('\n');
        });
        return table.toString();
    }

    private String memory() {
        StringBuilder table = new StringBuilder("\n| | RSS after load, MB |\n| --- | --- |\n");
        residentBytes.forEach((subject, bytes) ->
                table.append("| ").append(subject).append(String.format(Locale.ROOT, " | %.0f |%n", bytes / 1e6)));
        return table.toString();
    }

    private static double median(List<Sample> list, ToDoubleFunction<Sample> value) {
        double[] sorted = list.stream().mapToDouble(value).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
