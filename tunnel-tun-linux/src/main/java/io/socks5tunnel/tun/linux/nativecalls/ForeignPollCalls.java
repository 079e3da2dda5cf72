// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.nativecalls;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// [PollCalls] by the foreign-function API.
final class ForeignPollCalls implements PollCalls {
    /// `struct pollfd`: descriptor 0, events asked for 4, events that came 6.
    private static final int ENTRY_BYTES = 8;

    private static final int EVENTS_OFFSET = 4;
    private static final short POLLIN = 1;

    private static final MethodHandle POLL =
            ForeignFunction.bind("poll", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));

    private final MemorySegment callState = ForeignFunction.newCallState();
    private final MemorySegment entry = Arena.ofAuto().allocate(ENTRY_BYTES, Long.BYTES);

    @Override
    public int awaitReadable(int descriptor, int timeoutMillis) {
        entry.set(JAVA_INT, 0, descriptor);
        entry.set(JAVA_SHORT, EVENTS_OFFSET, POLLIN);
        try {
            int result = (int) POLL.invokeExact(callState, entry.address(), 1L, timeoutMillis);
            return result >= 0 ? result : ForeignFunction.negatedErrno(callState);
        } catch (Throwable e) {
            throw ForeignFunction.thrownByNativeCode(e);
        }
    }
}
