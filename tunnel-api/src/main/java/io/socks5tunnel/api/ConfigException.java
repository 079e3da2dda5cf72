// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import java.io.Serial;

/// A configuration that cannot work. The message is for the user: line and column, key, value, what is allowed.
public final class ConfigException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    /// With a message for the user.
    public ConfigException(String message) {
        super(message);
    }

    /// With a message for the user and what led to it.
    public ConfigException(String message, Throwable cause) {
        super(message, cause);
    }
}
