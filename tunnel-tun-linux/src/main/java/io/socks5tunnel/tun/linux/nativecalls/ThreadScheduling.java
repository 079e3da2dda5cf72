// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.nativecalls;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// How the kernel schedules the calling thread: `sched(7)`.
public final class ThreadScheduling {
    private static final int CALLING_THREAD = 0;
    private static final int SCHED_OTHER = 0;
    private static final int SCHED_BATCH = 3;
    private static final int PARAMETER_BYTES = 4;

    private static final MethodHandle POLICY =
            ForeignFunction.bind("sched_getscheduler", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle SET_POLICY =
            ForeignFunction.bind("sched_setscheduler", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));

    private ThreadScheduling() {}

    /// Asks that the calling thread, when something comes that it waits for, does not interrupt who is running on
    /// its processor (`SCHED_BATCH`). It keeps its share of the time. A thread that somebody has given any other
    /// policy than the ordinary one is left as it is.
    ///
    /// @return whether the kernel will do so; it needs no right, but not every C library has the call
    public static boolean becomeBatch() {
        return change(SCHED_OTHER, SCHED_BATCH);
    }

    /// Takes [#becomeBatch] back.
    ///
    /// @return whether the calling thread is an ordinary one again
    public static boolean becomeOrdinary() {
        return change(SCHED_BATCH, SCHED_OTHER);
    }

    private static boolean change(int from, int to) {
        MemorySegment callState = ForeignFunction.newCallState();
        try (Arena memory = Arena.ofConfined()) {
            MemorySegment parameter = memory.allocate(PARAMETER_BYTES, Integer.BYTES);
            return (int) POLICY.invokeExact(callState, CALLING_THREAD) == from
                    && (int) SET_POLICY.invokeExact(callState, CALLING_THREAD, to, parameter.address()) == 0;
        } catch (Throwable e) {
            throw ForeignFunction.thrownByNativeCode(e);
        }
    }
}
