// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.container;

import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.Applications;
import io.socks5tunnel.it.lab.LabProcess;
import io.socks5tunnel.it.transfer.TransferMode;
import io.socks5tunnel.it.transfer.TransferReport;

/// What becomes of a connection through a SOCKS5 server, asked with one transfer each, in the words of the table in
/// `docs/socks-servers.md`.
enum Conduct {
    /// The client sends FIN and waits for what is still to come down.
    CLIENT_FIN_FIRST(TransferMode.DOWN_AFTER_FIN, Applications.PORT),
    /// The destination sends FIN and waits for what is still to come up.
    SERVER_FIN_FIRST(TransferMode.UP_AFTER_FIN, Applications.PORT),
    /// The destination resets.
    SERVER_RESET(TransferMode.SERVER_RESET, Applications.PORT),
    /// The client resets.
    CLIENT_RESET(TransferMode.CLIENT_RESET, Applications.PORT),
    /// Nobody listens at the destination.
    CLOSED_PORT(TransferMode.DOWN, Applications.CLOSED_PORT);

    /// The word for a connection to which nothing happened.
    static final String KEPT = "kept";

    private static final long BYTES = 300_000;
    private static final long SEED = 11;

    private final TransferMode mode;
    private final int port;

    Conduct(TransferMode mode, int port) {
        this.mode = mode;
        this.port = port;
    }

    /// What the client and the destination see.
    ///
    /// @param proxy nothing, or address and port of the server if the client shall speak SOCKS5 itself
    String ask(Applications applications, AddressFamily family, Object... proxy) {
        LabProcess transfer = applications.startTransfer(mode, family, port, 1, BYTES, SEED, proxy);
        return word(Applications.report(transfer).connections().getFirst());
    }

    /// What one connection saw.
    static String word(TransferReport.Connection connection) {
        return connection.ok() ? KEPT : word(connection.detail());
    }

    private static String word(String failure) {
        if (failure.contains("unfinished")) {
            return "hangs";
        }
        if (failure.contains("refused")) {
            return "refused";
        }
        if (failure.contains("orderly end") || failure.contains("it noted END")) {
            return "end";
        }
        if (failure.contains("eset") || failure.contains("Broken pipe")) {
            return "cut";
        }
        return failure.endsWith(" 0") ? "nothing comes" : failure;
    }
}
