// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Optional;

/// A program of the user's that is told of an interface: its name and its index are the arguments, as for
/// hev-socks5-tunnel's scripts.
///
/// A script that cannot be run is logged and otherwise ignored, and so is how it ends. It inherits the standard
/// streams and no other descriptor. A relative path counts from the working directory; `PATH` is not searched.
final class InterfaceScript {
    private static final Logger LOGGER = System.getLogger(InterfaceScript.class.getName());

    private final String purpose;
    private final Optional<String> path;

    /// @param purpose for the log, such as `post-up`
    /// @param path empty for nothing to run
    InterfaceScript(String purpose, Optional<String> path) {
        this.purpose = purpose;
        this.path = path;
    }

    /// Starts the script and lets it run.
    void start(String device, int index) {
        launch(device, index);
    }

    /// Runs the script to its end, however long that takes. An interrupt ends the waiting, not the script.
    void run(String device, int index) {
        Optional<Process> process = launch(device, index);
        if (process.isPresent()) {
            try {
                process.get().waitFor();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Optional<Process> launch(String device, int index) {
        if (path.isEmpty()) {
            return Optional.empty();
        }
        String program = Path.of(path.get()).toAbsolutePath().toString();
        try {
            return Optional.of(new ProcessBuilder(program, device, Integer.toString(index))
                    .inheritIO()
                    .start());
        } catch (IOException e) {
            LOGGER.log(Level.ERROR, "the " + purpose + " script cannot be run: " + e.getMessage());
            return Optional.empty();
        }
    }
}
