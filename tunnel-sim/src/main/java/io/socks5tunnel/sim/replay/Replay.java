// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Plays captures through a tunnel.
///
/// ```java
/// ReplayReport report = Replay.of(ReplaySettings.DEFAULT).run(List.of(path));
/// ```
public final class Replay {
    private final ReplaySettings settings;
    private final ReplayObserver observer;

    private Replay(ReplaySettings settings, ReplayObserver observer) {
        this.settings = settings;
        this.observer = observer;
    }

    /// A replay with these settings.
    public static Replay of(ReplaySettings settings) {
        return new Replay(settings, new ReplayObserver() {});
    }

    /// The same, watched by `newObserver`.
    public Replay watchedBy(ReplayObserver newObserver) {
        return new Replay(settings, newObserver);
    }

    /// Plays captures, all at the same time, until everything in them has been played.
    ///
    /// @throws IOException if a file cannot be opened or read, or the tunnel cannot be started; a broken file is no
    ///     exception, see [ReplayReport#defects()]
    public ReplayReport run(List<Path> files) throws IOException {
        try (CaptureMerger captures = CaptureMerger.open(files)) {
            return new Player(captures, settings, observer).run();
        }
    }
}
