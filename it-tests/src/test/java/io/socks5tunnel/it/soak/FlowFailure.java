// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.soak;

import java.util.Optional;

/// A flow that did not come to its good end.
///
/// @param isWrong whether bytes came that were not sent
/// @param startMillis when it began, by the system's clock
/// @param endMillis when it failed
/// @param reason what the kernel said
record FlowFailure(FlowKind kind, boolean isWrong, long startMillis, long endMillis, String reason) {
    private static final String WRONG = "WRONG";
    private static final String FAILED = "FAILED";

    String line() {
        return (isWrong ? WRONG : FAILED) + " " + kind + " " + startMillis + " " + endMillis + " " + reason;
    }

    static Optional<FlowFailure> parse(String line) {
        String[] words = line.split(" ", 5);
        return words[0].equals(WRONG) || words[0].equals(FAILED)
                ? Optional.of(new FlowFailure(
                        FlowKind.valueOf(words[1]),
                        words[0].equals(WRONG),
                        Long.parseLong(words[2]),
                        Long.parseLong(words[3]),
                        words[4]))
                : Optional.empty();
    }
}
