// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The report of a replay for programs: an array with an object per replay. Names are those of [ReplayReport] and
/// [FlowReport].
final class ReplayJson {
    private final StringBuilder text = new StringBuilder();
    private boolean needsComma;

    private ReplayJson() {}

    static String text(List<ReplayReport> reports) {
        ReplayJson json = new ReplayJson();
        json.open('[');
        reports.forEach(json::report);
        json.close(']');
        return json.text.toString();
    }

    private void report(ReplayReport report) {
        element();
        open('{');
        strings("files", report.files());
        strings("defects", report.defects());
        field("frames", report.frames());
        field("packets", report.packets());
        counts("skipped", report.skipped());
        field("cutRefused", report.cutRefused());
        field("paddedPackets", report.paddedPackets());
        field("movedPackets", report.movedPackets());
        field("shortenedGaps", report.shortenedGaps());
        field("unsentPackets", report.unsentPackets());
        counts("drops", report.drops());
        field("playedNanos", report.playedNanos());
        field("wallNanos", report.wallNanos());
        field("isSuccess", report.isSuccess());
        field("digest", report.digest());
        totals(report.totals());
        name("flows");
        open('[');
        report.flows().forEach(this::flow);
        close(']');
        close('}');
    }

    private void totals(FlowTotals totals) {
        name("totals");
        open('{');
        field("flows", totals.flows());
        field("bytesUp", totals.bytesUp());
        field("bytesDown", totals.bytesDown());
        field("segmentsIn", totals.segmentsIn());
        field("segmentsOut", totals.segmentsOut());
        field("resendsSeen", totals.resendsSeen());
        field("resendsMade", totals.resendsMade());
        field("notWhole", totals.notWhole());
        close('}');
    }

    private void flow(FlowReport flow) {
        element();
        open('{');
        field("protocol", ReplayTable.protocol(flow.key().protocol()));
        field("client", FlowKey.text(flow.key().client()));
        field("server", FlowKey.text(flow.key().server()));
        field("instance", flow.instance());
        field("end", flow.end().text());
        field("bytesUp", flow.bytesUp());
        field("bytesDown", flow.bytesDown());
        field("digestUp", flow.digestUp());
        field("digestDown", flow.digestDown());
        field("capturedDown", flow.capturedDown());
        field("segmentsIn", flow.segmentsIn());
        field("segmentsOut", flow.segmentsOut());
        field("resendsSeen", flow.resendsSeen());
        field("resendsMade", flow.resendsMade());
        field("outOfOrder", flow.outOfOrder());
        field("zeroWindowsSeen", flow.zeroWindowsSeen());
        field("zeroWindowsMade", flow.zeroWindowsMade());
        field("rttNanos", flow.rttNanos());
        field("isWhole", flow.isWhole());
        counts("drops", flow.drops());
        repairs(flow.repairs());
        close('}');
    }

    private void repairs(FlowReport.Repairs repairs) {
        name("repairs");
        open('{');
        field("hasMadeUpHandshake", repairs.hasMadeUpHandshake());
        field("held", repairs.held());
        field("forced", repairs.forced());
        field("madeUpAcks", repairs.madeUpAcks());
        field("paddedUp", repairs.paddedUp());
        field("paddedDown", repairs.paddedDown());
        field("cutSegments", repairs.cutSegments());
        field("unplayedDown", repairs.unplayedDown());
        field("missingUp", repairs.missingUp());
        close('}');
    }

    private void counts(String name, Map<?, Long> counts) {
        name(name);
        open('{');
        Map<String, Long> sorted = new TreeMap<>();
        counts.forEach((key, count) -> sorted.put(key.toString(), count));
        sorted.forEach(this::field);
        close('}');
    }

    private void strings(String name, Collection<String> values) {
        name(name);
        open('[');
        for (String value : values) {
            element();
            string(value);
        }
        close(']');
    }

    private void field(String name, long value) {
        name(name);
        text.append(value);
        needsComma = true;
    }

    private void field(String name, boolean value) {
        name(name);
        text.append(value);
        needsComma = true;
    }

    private void field(String name, String value) {
        name(name);
        string(value);
    }

    private void name(String name) {
        element();
        string(name);
        text.append(':');
        needsComma = false;
    }

    private void element() {
        if (needsComma) {
            text.append(',');
        }
        needsComma = false;
    }

    private void open(char bracket) {
        text.append(bracket);
        needsComma = false;
    }

    private void close(char bracket) {
        text.append(bracket);
        needsComma = true;
    }

    /// RFC 8259 §7.
    private void string(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ') {
                text.append(String.format("\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
        needsComma = true;
    }
}
