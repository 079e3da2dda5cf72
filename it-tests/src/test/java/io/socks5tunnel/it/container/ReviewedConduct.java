// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.container;

import io.socks5tunnel.it.transfer.TransferMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// A server's row of the table in `docs/socks-servers.md`: what tests may demand of it, and must.
///
/// @param words as they stand there, in the order of [Conduct]
record ReviewedConduct(List<String> words) {
    private static final Path TABLE = Path.of("..", "docs", "socks-servers.md");
    private static final String ARROW = " → ";

    static ReviewedConduct of(SocksProgram program) {
        String start = "| `" + program + "` |";
        try {
            String line = Files.readAllLines(TABLE).stream()
                    .filter(candidate -> candidate.startsWith(start))
                    .findFirst()
                    .orElseThrow();
            return new ReviewedConduct(List.of(
                    line.substring(start.length(), line.length() - 1).strip().split(" *\\| *", -1)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What is seen through a tunnel.
    String throughTunnel(Conduct conduct) {
        String word = words.get(conduct.ordinal());
        int arrow = word.indexOf(ARROW);
        return arrow < 0 ? word : word.substring(arrow + ARROW.length());
    }

    /// Whether a connection in that mode may end so. A reset that was passed on after all is never wrong: a server
    /// that closes a connection with bytes that it has not read resets it.
    boolean allows(TransferMode mode, String word) {
        boolean isReset = mode == TransferMode.SERVER_RESET || mode == TransferMode.CLIENT_RESET;
        return word.equals(ends().get(mode)) || isReset && word.equals(Conduct.KEPT);
    }

    /// The ways to transfer bytes that do not depend on chance behind this server, each with how it ends.
    Map<TransferMode, String> ends() {
        Map<TransferMode, String> ends = new EnumMap<>(TransferMode.class);
        ends.put(TransferMode.DOWN, Conduct.KEPT);
        ends.put(TransferMode.UP, Conduct.KEPT);
        ends.put(TransferMode.SERVER_RESET, throughTunnel(Conduct.SERVER_RESET));
        ends.put(TransferMode.CLIENT_RESET, throughTunnel(Conduct.CLIENT_RESET));
        // where one FIN ends both ways, how much still arrives is a matter of time
        boolean keepsEnds = throughTunnel(Conduct.CLIENT_FIN_FIRST).equals(Conduct.KEPT)
                && throughTunnel(Conduct.SERVER_FIN_FIRST).equals(Conduct.KEPT);
        if (keepsEnds) {
            ends.put(TransferMode.ECHO, Conduct.KEPT);
            ends.put(TransferMode.DOWN_AFTER_FIN, Conduct.KEPT);
            ends.put(TransferMode.UP_AFTER_FIN, Conduct.KEPT);
        }
        return ends;
    }
}
