// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import java.util.Optional;

/// What the daemon does around the tunnel; a library user's process is left alone.
///
/// @param logFile `null`, `stdout`, `stderr` or a path
/// @param logLevel the least severe level that is written
/// @param pidFile presence means: detach, and write the process id there
/// @param limitNoFile soft and hard limit of file descriptors
/// @param capabilities what becomes of them once the device is set up
public record ProcessSettings(
        String logFile, LogLevel logLevel, Optional<String> pidFile, int limitNoFile, Capabilities capabilities) {
    /// What every key means when it is absent.
    public static final ProcessSettings DEFAULT =
            new ProcessSettings("stderr", LogLevel.WARN, Optional.empty(), 65_535);

    /// Of a process that decides by its user whether it keeps its capabilities.
    public ProcessSettings(String logFile, LogLevel logLevel, Optional<String> pidFile, int limitNoFile) {
        this(logFile, logLevel, pidFile, limitNoFile, Capabilities.AUTO);
    }

    /// `misc.log-level`.
    public enum LogLevel {
        /// Everything.
        DEBUG,
        /// A line per session.
        INFO,
        /// What should not happen.
        WARN,
        /// What stops something.
        ERROR
    }

    /// `misc.capabilities`.
    public enum Capabilities {
        /// Given up unless the process is root's.
        AUTO,
        /// Kept.
        KEEP,
        /// Given up by root, too.
        DROP
    }
}
