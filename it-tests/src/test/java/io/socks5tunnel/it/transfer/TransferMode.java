// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.transfer;

import java.util.Locale;

/// What a [TransferClient] asks a [TransferServer] for, on one connection each.
///
/// A connection begins with one line, `VERB bytes seed key`, that the client sends. `up` is client to server.
public enum TransferMode {
    /// The server sends the bytes and then FIN.
    DOWN,
    /// The client sends the bytes; the server answers with their hash.
    UP,
    /// The server sends back what it gets, while it gets it, and ends when the client has ended.
    ECHO,
    /// The client's FIN comes first; the server begins to send only when it has seen it.
    DOWN_AFTER_FIN,
    /// The server's FIN comes first; the client begins to send only when it has seen it. The hash is asked for on a
    /// second connection, with [#RESULT].
    UP_AFTER_FIN,
    /// The server sends the bytes, waits until the client says that it has all of them, and resets.
    SERVER_RESET,
    /// The client sends the bytes, waits until the server says that it has all of them, and resets. What the server
    /// saw then is asked for with [#RESULT].
    CLIENT_RESET,
    /// The server says that it is there, and then neither end does anything until the other ends the connection.
    /// The client prints `HELD` for each connection that is.
    HOLD,
    /// As [#DOWN], but the client reads late and slowly, with little room, so that the window closes.
    DOWN_SLOWLY_READ,
    /// As [#UP], but the server does.
    UP_SLOWLY_READ,
    /// As [#DOWN], but the server writes a little at a time.
    DOWN_SLOWLY_WRITTEN,
    /// As [#UP], but the client does.
    UP_SLOWLY_WRITTEN,
    /// The server answers with what it has noted under the key: a hash, or how the connection ended.
    RESULT;

    /// What the server notes for [#CLIENT_RESET] when it saw a reset.
    static final String SAW_RESET = "RESET";

    /// What it notes when it saw an orderly end instead.
    static final String SAW_END = "END";

    /// The one byte that says "I have all of it".
    static final int GOT_ALL = 'A';

    /// The word on the command line, such as `down-after-fin`.
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static TransferMode ofWord(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
