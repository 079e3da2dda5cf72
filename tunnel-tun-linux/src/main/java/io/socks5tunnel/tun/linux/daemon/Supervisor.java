// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.daemon;

import io.socks5tunnel.tun.linux.nativecalls.NativeCallException;
import io.socks5tunnel.tun.linux.nativecalls.NotifySocket;
import org.jspecify.annotations.Nullable;

/// Who has started this process as a service and wants to know how it is doing, such as systemd with `Type=notify`.
/// May be used from any thread.
final class Supervisor {
    private static final System.Logger LOG = System.getLogger(Supervisor.class.getName());

    private final @Nullable String socket = System.getenv("NOTIFY_SOCKET");

    /// The tunnel carries packets.
    ///
    /// @param status for a person
    void onReady(String status) {
        tell("READY=1\nSTATUS=" + status.replace('\n', ' '));
    }

    /// The tunnel is being stopped.
    void onStopping() {
        tell("STOPPING=1");
    }

    private void tell(String message) {
        if (socket == null) {
            return;
        }
        try {
            NotifySocket.send(socket, message);
        } catch (NativeCallException e) {
            LOG.log(System.Logger.Level.WARNING, e.getMessage());
        }
    }
}
