// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import io.socks5tunnel.api.spi.EngineProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/// Plays captures through a tunnel.
///
/// ```java
/// ReplayReport report = Replay.of(ReplaySettings.DEFAULT).run(List.of(path));
/// ```
public final class Replay {
    private final ReplaySettings settings;
    private final ReplayObserver observer;
    private final @Nullable EngineProvider engine;

    private Replay(ReplaySettings settings, ReplayObserver observer, @Nullable EngineProvider engine) {
        this.settings = settings;
        this.observer = observer;
        this.engine = engine;
    }

    /// A replay with these settings.
    public static Replay of(ReplaySettings settings) {
        return new Replay(settings, new ReplayObserver() {}, null);
    }

    /// The same on a given engine instead of the one on the module path. With a real SOCKS5 server it is not asked.
    public Replay on(EngineProvider newEngine) {
        return new Replay(settings, observer, newEngine);
    }

    /// The same, watched by `newObserver`.
    public Replay watchedBy(ReplayObserver newObserver) {
        return new Replay(settings, newObserver, engine);
    }

    /// Plays captures, all at the same time, until everything in them has been played.
    ///
    /// @throws IOException if a file cannot be opened or read, or the tunnel cannot be started; a broken file is no
    ///     exception, see [ReplayReport#defects()]
    public ReplayReport run(List<Path> files) throws IOException {
        try (CaptureMerger captures = CaptureMerger.open(files)) {
            return new Player(captures, settings, observer, null, engine).run();
        }
    }

    /// The engine on the module path.
    static EngineProvider engine() throws IOException {
        return ServiceLoader.load(EngineProvider.class)
                .findFirst()
                .orElseThrow(() -> new IOException("no engine on the module path: add io.socks5tunnel.threads"));
    }
}
