// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.daemon;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The logger above all of this project's, whose lines are still written while the JVM shuts down.
///
/// The JDK takes all handlers away and forgets all levels at the very beginning of a shutdown. But a stop by a
/// signal is one, and the tunnel has things to say until its end. There is one in a process; may be used from any
/// thread.
final class ProjectLogger extends Logger {
    private static final String NAME = "io.socks5tunnel";

    /// Kept here, since the JDK keeps loggers by weak references.
    private static final ProjectLogger INSTANCE = register();

    private volatile @Nullable Handler target;

    private ProjectLogger() {
        super(NAME, null);
    }

    static ProjectLogger instance() {
        return INSTANCE;
    }

    /// Sends all lines to `handler` and nowhere else.
    void begin(Handler handler, Level level) {
        target = handler;
        setUseParentHandlers(false);
        super.setLevel(level);
    }

    /// Back to what the JDK makes of lines.
    void end() {
        target = null;
        setUseParentHandlers(true);
        super.setLevel(null);
    }

    @Override
    public Handler[] getHandlers() {
        Handler present = target;
        return present == null ? super.getHandlers() : new Handler[] {present};
    }

    /// Ignored between [#begin] and [#end].
    @Override
    public void setLevel(@Nullable Level level) {
        if (target == null) {
            super.setLevel(level);
        }
    }

    private static ProjectLogger register() {
        var logger = new ProjectLogger();
        if (!LogManager.getLogManager().addLogger(logger)) {
            throw new IllegalStateException("somebody has made the logger " + NAME + " before");
        }
        return logger;
    }
}
