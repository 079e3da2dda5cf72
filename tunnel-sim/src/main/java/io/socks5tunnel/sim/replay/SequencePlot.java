// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import io.socks5tunnel.sim.ParsedPacket;
import io.socks5tunnel.sim.SackBlock;
import io.socks5tunnel.sim.TcpFlag;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The time-sequence picture of one TCP flow: an HTML page that needs nothing else.
///
/// One panel per direction. A segment is a bar from its first byte to its last at the time it was sent; below it
/// runs what was acknowledged, above it what the receiver's window allows.
final class SequencePlot {
    /// Points kept per flow; what comes later is not drawn, and the picture says so.
    static final int MAX_POINTS = 20_000;

    private static final int WIDTH = 1100;
    private static final int PANEL_HEIGHT = 420;
    private static final int LEFT = 90;
    private static final int TOP = 30;
    private static final int PLOT_WIDTH = WIDTH - LEFT - 20;
    private static final int PLOT_HEIGHT = PANEL_HEIGHT - TOP - 40;
    private static final int TICKS = 5;
    private static final int MAX_SCALE_SHIFT = 14;
    private static final int MAX_SPAN = 1 << 30;

    private final Direction up = new Direction();
    private final Direction down = new Direction();
    private final Scales scales = new Scales();
    private long firstNanos = -1;
    private long lastNanos;
    private int points;

    private record Bar(long nanos, long from, long to, String look) {}

    private record Edge(long nanos, long offset) {}

    /// One direction's data with the acknowledgements that come back for it.
    private static final class Direction {
        private final List<Bar> bars = new ArrayList<>();
        private final List<Edge> acks = new ArrayList<>();
        private final List<Edge> windows = new ArrayList<>();
        private boolean hasBase;
        private int base;
        private long sentMax;
        private long top = 1;

        long offset(int seq) {
            if (!hasBase) {
                hasBase = true;
                base = seq;
            }
            int distance = seq - base;
            return distance;
        }

        void raise(long offset) {
            if (offset < MAX_SPAN) {
                top = Math.max(top, offset);
            }
        }
    }

    private static final class Scales {
        private int client = -1;
        private int tunnel = -1;

        int shift(boolean isFromClient) {
            boolean areBoth = client >= 0 && tunnel >= 0;
            return areBoth ? Math.min(MAX_SCALE_SHIFT, isFromClient ? client : tunnel) : 0;
        }
    }

    /// Adds a segment.
    void add(long nanos, ParsedPacket segment, boolean isFromClient) {
        if (points >= MAX_POINTS) {
            return;
        }
        points++;
        firstNanos = firstNanos < 0 ? nanos : firstNanos;
        lastNanos = nanos;
        Direction data = isFromClient ? up : down;
        Direction answered = isFromClient ? down : up;
        if (segment.has(TcpFlag.SYN)) {
            data.hasBase = false;
            data.offset(segment.seq());
            scale(segment, isFromClient);
        }
        addBar(nanos, segment, data);
        if (segment.has(TcpFlag.ACK) && answered.hasBase) {
            addAnswer(nanos, segment, answered, isFromClient);
        }
    }

    /// The page.
    String html(FlowReport report) {
        StringBuilder page = new StringBuilder(1 << 16);
        String title = "TCP " + escape(report.key().text());
        page.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>")
                .append(title)
                .append("</title>\n<style>")
                .append("body{font:14px sans-serif;margin:20px;color:#222}")
                .append(".new{stroke:#1f5fbf}.again{stroke:#d62020;stroke-width:3}.sack{stroke:#8a2be2;stroke-width:3}")
                .append(
                        ".ack{stroke:#1a8f3c;fill:none}.window{stroke:#999;fill:none}.reset{stroke:#000;stroke-width:4}")
                .append(".new,.again,.sack,.reset{stroke-linecap:butt}.axis{stroke:#ccc}text{font-size:12px;fill:#444}")
                .append(".bar{stroke-width:2}</style></head><body>\n<h1 style=\"font-size:18px\">")
                .append(title)
                .append("</h1>\n<p>")
                .append(escape(summary(report)))
                .append("</p>\n<p>How to read it: time runs to the right and bytes of the stream run up; data is")
                .append(" healthy while blue bars climb between the green line (acknowledged) and the grey line")
                .append(" (allowed by the receiver), and a red bar is a part sent again.</p>\n");
        legend(page);
        panel(page, "Down: what the tunnel sends, what the client acknowledges", down);
        panel(page, "Up: what the client sends, what the tunnel acknowledges", up);
        if (points >= MAX_POINTS) {
            page.append("<p>Only the first ").append(MAX_POINTS).append(" segments are drawn.</p>\n");
        }
        return page.append("</body></html>\n").toString();
    }

    private void scale(ParsedPacket syn, boolean isFromClient) {
        if (isFromClient) {
            scales.client = syn.options().windowScale();
        } else {
            scales.tunnel = syn.options().windowScale();
        }
    }

    private static void addBar(long nanos, ParsedPacket segment, Direction data) {
        long from = data.offset(segment.seq());
        long to = from + segment.sequenceLength();
        if (segment.has(TcpFlag.RST)) {
            data.bars.add(new Bar(nanos, from, from, "reset"));
        } else if (to > from && from >= 0 && from < MAX_SPAN) {
            data.bars.add(new Bar(nanos, from, to, from < data.sentMax ? "again" : "new"));
            data.sentMax = Math.max(data.sentMax, to);
            data.raise(to);
        }
    }

    private void addAnswer(long nanos, ParsedPacket segment, Direction answered, boolean isFromClient) {
        long ack = answered.offset(segment.ack());
        if (ack < 0 || ack >= MAX_SPAN || segment.has(TcpFlag.RST)) {
            return;
        }
        int shift = segment.has(TcpFlag.SYN) ? 0 : scales.shift(isFromClient);
        answered.acks.add(new Edge(nanos, ack));
        answered.windows.add(new Edge(nanos, ack + ((long) segment.window() << shift)));
        answered.raise(ack);
        for (SackBlock block : segment.options().sackBlocks()) {
            answered.bars.add(
                    new Bar(nanos, answered.offset(block.leftSeq()), answered.offset(block.rightSeq()), "sack"));
        }
    }

    private void panel(StringBuilder page, String title, Direction direction) {
        // the window is mostly far above the data; it is drawn where it comes near
        long top = direction.top + Math.max(1, direction.top / 4);
        page.append(String.format(
                Locale.ROOT,
                "<svg viewBox=\"0 0 %d %d\" width=\"100%%\" role=\"img\" aria-label=\"%s\">%n",
                WIDTH,
                PANEL_HEIGHT,
                title));
        page.append("<text x=\"")
                .append(LEFT)
                .append("\" y=\"18\">")
                .append(title)
                .append("</text>\n");
        axes(page, top);
        steps(page, direction.windows, top, "window");
        steps(page, direction.acks, top, "ack");
        for (Bar bar : direction.bars) {
            double x = x(bar.nanos);
            boolean isPoint = bar.from == bar.to;
            page.append(String.format(
                    Locale.ROOT,
                    "<line class=\"bar %s\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>%n",
                    bar.look,
                    x,
                    x,
                    y(bar.from, top) + (isPoint ? 4 : 0),
                    Math.min(y(bar.to, top), y(bar.from, top) - 1.5)));
        }
        page.append("</svg>\n");
    }

    private void axes(StringBuilder page, long top) {
        for (int i = 0; i <= TICKS; i++) {
            double x = LEFT + (double) PLOT_WIDTH * i / TICKS;
            double y = TOP + (double) PLOT_HEIGHT * i / TICKS;
            page.append(String.format(
                    Locale.ROOT,
                    "<line class=\"axis\" x1=\"%1$.1f\" x2=\"%1$.1f\" y1=\"%2$d\" y2=\"%3$d\"/>"
                            + "<text x=\"%1$.1f\" y=\"%4$d\" text-anchor=\"middle\">%5$.3f s</text>%n",
                    x,
                    TOP,
                    TOP + PLOT_HEIGHT,
                    TOP + PLOT_HEIGHT + 18,
                    (firstNanos + (lastNanos - firstNanos) * (double) i / TICKS) / 1e9));
            page.append(String.format(
                    Locale.ROOT,
                    "<line class=\"axis\" x1=\"%1$d\" x2=\"%2$d\" y1=\"%3$.1f\" y2=\"%3$.1f\"/>"
                            + "<text x=\"%4$d\" y=\"%5$.1f\" text-anchor=\"end\">%6$,d</text>%n",
                    LEFT,
                    LEFT + PLOT_WIDTH,
                    y,
                    LEFT - 6,
                    y + 4,
                    top * (TICKS - i) / TICKS));
        }
    }

    private void steps(StringBuilder page, List<Edge> edges, long top, String look) {
        if (edges.isEmpty()) {
            return;
        }
        page.append("<path class=\"").append(look).append("\" d=\"");
        double lastY = -1;
        for (Edge edge : edges) {
            double y = y(edge.offset, top);
            page.append(String.format(Locale.ROOT, lastY < 0 ? "M%.1f %.1f" : "H%.1fV%.1f", x(edge.nanos), y));
            lastY = y;
        }
        page.append("H").append(LEFT + PLOT_WIDTH).append("\"/>\n");
    }

    private double x(long nanos) {
        double span = Math.max(1, lastNanos - firstNanos);
        return LEFT + PLOT_WIDTH * ((nanos - firstNanos) / span);
    }

    private static double y(long offset, long top) {
        return TOP + PLOT_HEIGHT * (1 - Math.clamp(offset / (double) top, 0, 1));
    }

    private static void legend(StringBuilder page) {
        page.append("<svg viewBox=\"0 0 1100 24\" width=\"100%\" role=\"img\" aria-label=\"legend\">");
        String[][] entries = {
            {"new", "segment"},
            {"again", "sent again"},
            {"ack", "acknowledged up to here"},
            {"window", "receiver's window ends here"},
            {"sack", "SACK: has this part"},
            {"reset", "RST"}
        };
        int x = LEFT;
        for (String[] entry : entries) {
            page.append(String.format(
                    Locale.ROOT,
                    "<line class=\"bar %s\" x1=\"%d\" x2=\"%d\" y1=\"12\" y2=\"12\"/><text x=\"%d\" y=\"16\">%s</text>",
                    entry[0],
                    x,
                    x + 22,
                    x + 28,
                    entry[1]));
            x += 165;
        }
        page.append("</svg>\n");
    }

    private static String summary(FlowReport report) {
        String remarks = ReplayTable.remarks(report);
        return report.bytesUp() + " bytes up, " + report.bytesDown() + " bytes down, " + report.resendsSeen()
                + " resends by the client, " + report.resendsMade() + " by the tunnel; ended: "
                + report.end().text() + (remarks.isEmpty() ? "" : "; " + remarks) + ".";
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
