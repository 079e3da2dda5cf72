// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.script;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/// Plays packet scripts on the stack.
final class StackScripts {
    private static final int CLIENT_PORT = 20_000;
    private static final int SERVER_PORT = 443;

    private StackScripts() {}

    /// The stack's answers to every step.
    static List<List<String>> play(PacketScript script, ScriptFamily family, ScriptLibrary library) {
        try (ScriptHost host =
                new StackHost(family.client(CLIENT_PORT), family.server(SERVER_PORT), script.receiveBufferBytes())) {
            return new ScriptRun(host, library).play(script);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
