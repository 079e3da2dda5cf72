// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.refusal;

import java.util.List;
import java.util.Locale;

/// What a client saw of one connection.
///
/// @param script what the proxy was told to do
/// @param destination address
/// @param connect `OK`, or the name of the error
/// @param connectMillis how long the connect took
/// @param read `-` after a connect that failed; `END`, `OPEN` where nothing came in time, or the name of the error
/// @param readMillis how long that took after the connect
public record ConnectOutcome(
        String script, String destination, String connect, double connectMillis, String read, double readMillis) {
    private static final String WORD = "OUTCOME";

    /// All outcomes in the output of a [ConnectProbe].
    public static List<ConnectOutcome> parse(String output) {
        return output.lines()
                .map(line -> line.split(" ", -1))
                .filter(words -> words[0].equals(WORD))
                .map(words -> new ConnectOutcome(
                        words[1],
                        words[2],
                        words[3],
                        Double.parseDouble(words[4]),
                        words[5],
                        Double.parseDouble(words[6])))
                .toList();
    }

    String line() {
        return String.format(
                Locale.ROOT,
                "%s %s %s %s %.1f %s %.1f",
                WORD,
                script,
                destination,
                connect,
                connectMillis,
                read,
                readMillis);
    }
}
