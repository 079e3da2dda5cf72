// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import java.io.Serial;
import java.nio.file.Path;

/// A configuration that cannot work. The message is for the user: file, line and column as far as they are known,
/// key, value, what is allowed. It never holds a secret.
public final class ConfigException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final int line;
    private final int column;

    /// With a message for the user.
    public ConfigException(String message) {
        super(message);
        line = 0;
        column = 0;
    }

    /// With a message for the user and what led to it.
    public ConfigException(String message, Throwable cause) {
        super(message, cause);
        line = 0;
        column = 0;
    }

    /// With the place of the mistake, from 1 each, and a message without that place. Line 0 means no place.
    public ConfigException(int line, int column, String problem) {
        super(line == 0 ? problem : "line " + line + ", column " + column + ": " + problem);
        this.line = line;
        this.column = column;
    }

    private ConfigException(Path file, ConfigException problem) {
        super(file + (problem.line == 0 ? ": " : ", ") + problem.getMessage(), problem);
        line = problem.line;
        column = problem.column;
    }

    /// Line of the mistake, from 1, or 0 where it has no place.
    public int line() {
        return line;
    }

    /// Column of the mistake, from 1, or 0 where it has no place.
    public int column() {
        return column;
    }

    /// The same with the file's name in front of the message.
    ConfigException in(Path file) {
        return new ConfigException(file, this);
    }
}
