// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import io.socks5tunnel.sim.SimPacket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Several observers of one replay.
final class ObserverGroup implements ReplayObserver, AutoCloseable {
    private final List<ReplayObserver> observers = new ArrayList<>();

    private ObserverGroup() {}

    /// Whoever `options` ask for, and `progress`.
    static ObserverGroup of(ReplayOptions options, ReplayObserver progress) throws IOException {
        ObserverGroup group = new ObserverGroup();
        group.observers.add(progress);
        if (options.output().isPresent()) {
            group.observers.add(new ReplayRecording(options.output().get()));
        }
        if (options.plots().isPresent()) {
            group.observers.add(new SequencePlots(options.plots().get()));
        }
        return group;
    }

    @Override
    public void onStart(long firstNanos) {
        observers.forEach(observer -> observer.onStart(firstNanos));
    }

    @Override
    public void onClientPacket(long nanos, FlowKey flow, int instance, SimPacket packet, String remarks) {
        observers.forEach(observer -> observer.onClientPacket(nanos, flow, instance, packet, remarks));
    }

    @Override
    public void onTunnelPacket(long nanos, FlowKey flow, int instance, SimPacket packet) {
        observers.forEach(observer -> observer.onTunnelPacket(nanos, flow, instance, packet));
    }

    @Override
    public void onFlow(FlowReport report) {
        observers.forEach(observer -> observer.onFlow(report));
    }

    @Override
    public void onProgress(double progress, long packets) {
        observers.forEach(observer -> observer.onProgress(progress, packets));
    }

    @Override
    public void close() throws IOException {
        for (ReplayObserver observer : observers) {
            if (observer instanceof ReplayRecording recording) {
                recording.close();
            } else if (observer instanceof ProgressBar bar) {
                bar.close();
            }
        }
    }
}
