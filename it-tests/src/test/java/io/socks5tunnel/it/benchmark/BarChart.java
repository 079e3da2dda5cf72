// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.benchmark;

import java.util.List;
import java.util.Locale;

/// The medians as a picture: a panel for each metric, in it a group of bars for each cell.
final class BarChart {
    private static final List<String> COLOURS =
            List.of("#0b6e4f", "#73ba9b", "#c44900", "#5c6b73", "#7a4ea3", "#b08900");
    private static final int WIDTH = 860;
    private static final int LEFT = 230;
    private static final int RIGHT = 90;
    private static final int BAR = 13;
    private static final int GAP = 9;
    private static final int TITLE = 34;

    private final Results results;
    private final String caption;
    private final StringBuilder picture = new StringBuilder();
    private int y = 30;

    BarChart(Results results, String caption) {
        this.results = results;
        this.caption = caption;
    }

    /// The whole file.
    String svg() {
        text(10, y, "start", "bold", caption);
        y += 24;
        legend();
        results.metrics().forEach(this::panel);
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + WIDTH + "\" height=\"" + (y + 10)
                + "\" font-family=\"sans-serif\" font-size=\"12\">\n"
                + "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n" + picture + "</svg>\n";
    }

    private void legend() {
        int x = 10;
        for (String setUp : results.setUps()) {
            rectangle(x, y - 10, 12, setUp);
            text(x + 18, y, "start", "normal", setUp);
            x += 40 + 8 * setUp.length();
        }
    }

    private void panel(Metric metric) {
        y += TITLE;
        text(
                10,
                y,
                "start",
                "bold",
                metric.title() + (metric.isMoreBetter() ? " (more is better)" : " (less is better)"));
        y += GAP;
        double greatest = results.cells(metric).stream()
                .flatMapToDouble(
                        cell -> results.setUps().stream().mapToDouble(setUp -> results.median(metric, cell, setUp)))
                .filter(Double::isFinite)
                .max()
                .orElse(0);
        double scale = greatest > 0 ? (WIDTH - LEFT - RIGHT) / greatest : 0;
        for (String cell : results.cells(metric)) {
            text(LEFT - 8, y + BAR, "end", "normal", cell);
            for (String setUp : results.setUps()) {
                double value = results.median(metric, cell, setUp);
                if (!Double.isNaN(value)) {
                    int length = Math.max(1, (int) (value * scale));
                    rectangle(LEFT, y, length, setUp);
                    text(LEFT + length + 5, y + BAR - 2, "start", "normal", Results.number(metric, value));
                    y += BAR;
                }
            }
            y += GAP;
        }
    }

    private void rectangle(int x, int top, int length, String setUp) {
        String colour = COLOURS.get(results.setUps().indexOf(setUp) % COLOURS.size());
        picture.append(String.format(
                Locale.ROOT,
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>%n",
                x,
                top,
                length,
                BAR - 1,
                colour));
    }

    private void text(int x, int baseline, String anchor, String weight, String text) {
        String escaped = text.replace("&", "&amp;").replace("<", "&lt;");
        picture.append(String.format(
                Locale.ROOT,
                "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" font-weight=\"%s\">%s</text>%n",
                x,
                baseline,
                anchor,
                weight,
                escaped));
    }
}
