// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import io.socks5tunnel.sim.IpProtocol;
import io.socks5tunnel.sim.ParsedPacket;
import io.socks5tunnel.sim.SimPacket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// Draws every TCP flow of a replay into an HTML file of its own, up to [#MAX_PICTURES].
final class SequencePlots implements ReplayObserver {
    static final int MAX_PICTURES = 500;

    private record Flow(FlowKey key, int instance) {}

    private final Path folder;
    private final Map<Flow, SequencePlot> plots = new HashMap<>();
    private int pictures;

    SequencePlots(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
    }

    @Override
    public void onClientPacket(long nanos, FlowKey flow, int instance, SimPacket packet, String remarks) {
        plot(nanos, flow, instance, packet, true);
    }

    @Override
    public void onTunnelPacket(long nanos, FlowKey flow, int instance, SimPacket packet) {
        plot(nanos, flow, instance, packet, false);
    }

    @Override
    public void onFlow(FlowReport report) {
        SequencePlot plot = plots.remove(new Flow(report.key(), report.instance()));
        if (plot == null || pictures >= MAX_PICTURES) {
            return;
        }
        pictures++;
        String flow = report.key().text().replaceAll("[^0-9A-Za-z.]+", "_");
        Path file = folder.resolve(String.format("%03d-%s-%d.html", pictures, flow, report.instance()));
        try {
            Files.writeString(file, plot.html(report));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void plot(long nanos, FlowKey key, int instance, SimPacket packet, boolean isFromClient) {
        ParsedPacket parsed = ParsedPacket.parse(packet);
        if (parsed.isTcp() && key.protocol() == IpProtocol.TCP && pictures + plots.size() < MAX_PICTURES) {
            Flow flow = new Flow(key, instance);
            plots.computeIfAbsent(flow, _ -> new SequencePlot()).add(nanos, parsed, isFromClient);
        }
    }
}
