// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.nativecalls;

import com.sun.jna.LastErrorException;
import com.sun.jna.Pointer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// For as long as this is open, SIGHUP, SIGINT and SIGTERM end the process as if it had no handlers, which a program
/// that is about to be replaced needs: what a handler has noted would be forgotten. Signals that were ignored stay so.
public final class DefaultSignals implements AutoCloseable {
    private static final int SIGHUP = 1;
    private static final int SIGINT = 2;
    private static final int SIGTERM = 15;

    private final Map<Integer, @Nullable Pointer> before = new LinkedHashMap<>();

    /// Takes the handlers away.
    public DefaultSignals() throws NativeCallException {
        for (int signal : new int[] {SIGHUP, SIGINT, SIGTERM}) {
            before.put(signal, SignalAction.replace(signal));
        }
    }

    /// Puts them back.
    @Override
    public void close() {
        before.forEach((signal, action) -> {
            try {
                CLibrary.signal(signal, action);
            } catch (LastErrorException e) {
                throw new IllegalStateException("signal " + signal + " was known a moment ago", e);
            }
        });
    }
}
