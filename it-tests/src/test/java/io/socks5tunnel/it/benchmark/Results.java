// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.benchmark;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;

/// All samples of a benchmark, and the tables made of them. Medians throughout.
final class Results {
    private final List<String> setUps;
    private final List<String> yardsticks;
    private final Map<Metric, Map<String, Map<String, List<Double>>>> samples = new EnumMap<>(Metric.class);

    /// @param yardsticks the set-ups that the others are divided by
    Results(List<String> setUps, List<String> yardsticks) {
        this.setUps = setUps;
        this.yardsticks = yardsticks;
    }

    /// Takes a sample, and says so on standard error.
    void add(Metric metric, String cell, String setUp, double value) {
        System.err.printf(Locale.ROOT, "%s: %s, %s: %s%n", cell, setUp, metric.title(), number(metric, value));
        samples.computeIfAbsent(metric, _ -> new LinkedHashMap<>())
                .computeIfAbsent(cell, _ -> new LinkedHashMap<>())
                .computeIfAbsent(setUp, _ -> new ArrayList<>())
                .add(value);
    }

    List<String> setUps() {
        return setUps;
    }

    Set<Metric> metrics() {
        return samples.keySet();
    }

    Set<String> cells(Metric metric) {
        return samples.getOrDefault(metric, Map.of()).keySet();
    }

    /// Not a number where there is no sample.
    double median(Metric metric, String cell, String setUp) {
        List<Double> list = samples.getOrDefault(metric, Map.of())
                .getOrDefault(cell, Map.of())
                .getOrDefault(setUp, List.of());
        if (list.isEmpty()) {
            return Double.NaN;
        }
        double[] sorted =
                list.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// A value as it is printed.
    static String number(Metric metric, double value) {
        return String.format(Locale.ROOT, "%." + metric.decimals() + "f", value);
    }

    /// A table for each metric, as Markdown.
    String markdown() {
        StringBuilder tables = new StringBuilder();
        if (!yardsticks.isEmpty()) {
            tables.append("Medians; in brackets divided by that of ")
                    .append(String.join(", and by that of ", yardsticks))
                    .append(".\n");
        }
        metrics().forEach(metric -> tables.append(table(metric)));
        return tables.toString();
    }

    /// Every sample, as JSON.
    String json(String machine) {
        StringJoiner metrics = new StringJoiner(",\n", "{\n  \"machine\": \"" + machine + "\",\n", "\n}\n");
        samples.forEach((metric, cells) -> {
            StringJoiner ofMetric = new StringJoiner(",\n", "  \"" + metric.title() + "\": {\n", "\n  }");
            cells.forEach((cell, values) -> {
                StringJoiner ofCell = new StringJoiner(", ", "    \"" + cell + "\": {", "}");
                values.forEach((setUp, list) -> ofCell.add("\"" + setUp + "\": " + list));
                ofMetric.add(ofCell.toString());
            });
            metrics.add(ofMetric.toString());
        });
        return metrics.toString();
    }

    private String table(Metric metric) {
        List<String> columns = setUps.stream()
                .filter(setUp -> cells(metric).stream().anyMatch(cell -> !Double.isNaN(median(metric, cell, setUp))))
                .toList();
        StringBuilder table = new StringBuilder("\n| ").append(metric.title()).append(" |");
        columns.forEach(column -> table.append(' ').append(column).append(" |"));
        table.append("\n| --- |").append(" --- |".repeat(columns.size())).append('\n');
        for (String cell : cells(metric)) {
            table.append("| ").append(cell).append(" |");
            for (String column : columns) {
                table.append(' ').append(entry(metric, cell, column)).append(" |");
            }
            table.append('\n');
        }
        return table.toString();
    }

    private String entry(Metric metric, String cell, String setUp) {
        double value = median(metric, cell, setUp);
        if (Double.isNaN(value)) {
            return "–";
        }
        StringJoiner ratios = new StringJoiner(", ", " (", ")").setEmptyValue("");
        for (String yardstick : yardsticks) {
            double ratio = value / median(metric, cell, yardstick);
            if (Double.isFinite(ratio) && !yardstick.equals(setUp)) {
                ratios.add(String.format(Locale.ROOT, "%.2f", ratio));
            }
        }
        return number(metric, value) + ratios;
    }
}
