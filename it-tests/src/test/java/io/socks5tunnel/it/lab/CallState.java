// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.lab;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.VarHandle;

/// Where the system calls of one thread leave the number of their error. Confined to that thread.
final class CallState {
    /// For the handles of calls, whose first parameter is a [#segment] then.
    static final Linker.Option OPTION = Linker.Option.captureCallState("errno");

    private static final StructLayout LAYOUT = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = LAYOUT.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private final MemorySegment segment = Arena.ofAuto().allocate(LAYOUT);

    MemorySegment segment() {
        return segment;
    }

    /// Of the last call that failed.
    int errno() {
        return (int) ERRNO.get(segment, 0L);
    }

    /// @param what for the message
    /// @return `result`
    /// @throws IOException if the result is that of a call that failed
    int check(String what, int result) throws IOException {
        if (result < 0) {
            throw new IOException(what + " failed: error " + errno());
        }
        return result;
    }
}
