// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api.spi;

import java.io.PrintWriter;
import java.util.List;

/// A sub-command of `socks5-tunnel` that another module brings along; found by [java.util.ServiceLoader].
public interface Command {
    /// The word that selects it, such as `replay`.
    String name();

    /// One line for `--help`, at most 60 characters.
    String summary();

    /// Runs the command.
    ///
    /// @param arguments what followed the name
    /// @return the process's exit code
    int run(List<String> arguments, PrintWriter out, PrintWriter err);
}
