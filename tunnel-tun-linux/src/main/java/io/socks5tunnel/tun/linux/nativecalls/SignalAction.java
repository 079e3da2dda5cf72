// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.nativecalls;

import com.sun.jna.LastErrorException;
import com.sun.jna.Pointer;
import org.jspecify.annotations.Nullable;

/// What a signal does to this process, where that is not what the JVM makes of it.
public final class SignalAction {
    /// The terminal was closed, 1 on every Linux.
    public static final int SIGHUP = 1;

    private static final Pointer SIG_DFL = Pointer.NULL;
    private static final Pointer SIG_IGN = Pointer.createConstant(1);

    private SignalAction() {}

    /// Gives a signal the action that it has in a program without a handler, unless whoever started the process had
    /// it ignored, as `nohup` does.
    ///
    /// @throws NativeCallException if there is no such signal
    public static void toDefault(int signal) throws NativeCallException {
        replace(signal);
    }

    /// The same.
    ///
    /// @return the action before, null for the default one
    static @Nullable Pointer replace(int signal) throws NativeCallException {
        try {
            Pointer before = CLibrary.signal(signal, SIG_DFL);
            if (SIG_IGN.equals(before)) {
                CLibrary.signal(signal, SIG_IGN);
            }
            return before;
        } catch (LastErrorException e) {
            throw new NativeCallException("taking the handler of signal " + signal + " away", e.getErrorCode());
        }
    }
}
