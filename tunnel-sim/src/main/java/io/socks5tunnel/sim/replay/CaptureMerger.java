// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import io.socks5tunnel.sim.capture.CaptureDefect;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Several captures as one, every one of them beginning at the same moment. Confined to one thread.
final class CaptureMerger implements AutoCloseable {
    private final List<Path> files;
    private final List<CaptureSource> sources = new ArrayList<>();
    private final List<@Nullable ReplayPacket> heads = new ArrayList<>();

    private CaptureMerger(List<Path> files) {
        this.files = List.copyOf(files);
    }

    static CaptureMerger open(List<Path> files) throws IOException {
        CaptureMerger merger = new CaptureMerger(files);
        try {
            for (Path file : files) {
                merger.sources.add(CaptureSource.open(file));
            }
            for (CaptureSource source : merger.sources) {
                merger.heads.add(source.next());
            }
            return merger;
        } catch (IOException e) {
            merger.close();
            throw e;
        }
    }

    /// The packet that was captured first of those that are left, null at the end.
    @Nullable
    ReplayPacket next() throws IOException {
        int best = -1;
        ReplayPacket first = null;
        for (int i = 0; i < heads.size(); i++) {
            ReplayPacket head = heads.get(i);
            if (head != null && (first == null || head.atNanos() < first.atNanos())) {
                best = i;
                first = head;
            }
        }
        if (first != null) {
            heads.set(best, sources.get(best).next());
        }
        return first;
    }

    List<CaptureSource> sources() {
        return sources;
    }

    List<String> names() {
        return files.stream().map(file -> String.valueOf(file.getFileName())).toList();
    }

    /// What is wrong with the files, each with its name, once there is no next packet.
    List<String> defects() {
        List<String> defects = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            CaptureDefect defect = sources.get(i).defect();
            if (defect != null) {
                defects.add(files.get(i) + ": " + defect.message());
            }
        }
        return defects;
    }

    /// How much has been read, 0 to 1.
    double progress() {
        double sum = 0;
        for (CaptureSource source : sources) {
            sum += source.progress();
        }
        return sources.isEmpty() ? 1 : sum / sources.size();
    }

    @Override
    public void close() throws IOException {
        for (CaptureSource source : sources) {
            source.close();
        }
    }
}
