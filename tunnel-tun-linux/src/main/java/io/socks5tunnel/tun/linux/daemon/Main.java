// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.daemon;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The main class of the run-time image. For now it knows `--help` and `--version` only.
@Command(
        name = "socks5-tunnel",
        version = "socks5-tunnel 0.1.0",
        mixinStandardHelpOptions = true,
        description = "Sends every TCP and UDP flow of a TUN device through a SOCKS5 server.")
final class Main implements Runnable {
    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }

    static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }
}
