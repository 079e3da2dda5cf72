// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.transfer;

import java.util.List;

/// What a [TransferClient] printed.
///
/// @param connections a line per connection, in order
/// @param millis how long all of it took
public record TransferReport(List<Connection> connections, long millis) {
    /// One connection.
    ///
    /// @param ok whether everything was as expected
    /// @param millis from the client's start to this connection's end
    /// @param detail hash and length, or what went wrong
    public record Connection(boolean ok, long millis, String detail) {}

    /// Reads the client's output.
    public static TransferReport parse(String output) {
        List<Connection> connections = output.lines()
                .filter(line -> line.startsWith("CONNECTION "))
                .map(TransferReport::parseLine)
                .toList();
        long millis = output.lines()
                .filter(line -> line.startsWith("SUMMARY "))
                .map(line -> line.substring(line.lastIndexOf(',') + 1)
                        .replace("ms", "")
                        .strip())
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElse(-1);
        return new TransferReport(connections, millis);
    }

    /// The details of those that were not OK.
    public List<String> failures() {
        return connections.stream()
                .filter(connection -> !connection.ok())
                .map(Connection::detail)
                .toList();
    }

    private static Connection parseLine(String line) {
        String[] words = line.split(" ", 5);
        return new Connection(words[2].equals("OK"), Long.parseLong(words[3]), words.length > 4 ? words[4] : "");
    }
}
