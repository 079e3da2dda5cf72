// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.nativecalls;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.socks5tunnel.api.CpuList;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.BitSet;

/// On which CPUs the kernel runs the calling thread: `sched_setaffinity(2)`.
///
/// The set of CPUs is a row of bits as long as the caller says, not the 1024 that the C library's own type has: the
/// kernel refuses to tell it to somebody who has less room than it might need.
public final class ThreadAffinity {
    private static final int CALLING_THREAD = 0;

    /// For 8192 CPUs: no kernel of today is built for more.
    private static final int SET_BYTES = (CpuList.MAX_CPU + 1) / Byte.SIZE;

    private static final FunctionDescriptor OF_SET = FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle GET = ForeignFunction.bind("sched_getaffinity", OF_SET);
    private static final MethodHandle SET = ForeignFunction.bind("sched_setaffinity", OF_SET);

    private ThreadAffinity() {}

    /// Those that the calling thread may run on now, and so the threads that it starts: none that is offline, or
    /// outside of the process's cpuset.
    ///
    /// @throws NativeCallException if the kernel does not say
    public static BitSet current() throws NativeCallException {
        try (Arena memory = Arena.ofConfined()) {
            MemorySegment set = memory.allocate(SET_BYTES, Long.BYTES);
            call(GET, set, "asking where the thread may run");
            return BitSet.valueOf(set.toArray(JAVA_BYTE));
        }
    }

    /// Lets the calling thread run on these only, and the threads that it starts from now on. Those of them that
    /// are offline or outside of the process's cpuset do not count.
    ///
    /// @param cpus their numbers, up to [CpuList#MAX_CPU]
    /// @throws NativeCallException if none is left; the thread then runs where it did before
    public static void set(BitSet cpus) throws NativeCallException {
        try (Arena memory = Arena.ofConfined()) {
            MemorySegment set = memory.allocate(SET_BYTES, Long.BYTES);
            set.copyFrom(MemorySegment.ofArray(cpus.toByteArray()));
            call(SET, set, "binding the thread to CPUs");
        }
    }

    private static void call(MethodHandle function, MemorySegment set, String what) throws NativeCallException {
        MemorySegment callState = ForeignFunction.newCallState();
        int result;
        try {
            result = (int) function.invokeExact(callState, CALLING_THREAD, (long) SET_BYTES, set.address());
        } catch (Throwable e) {
            throw ForeignFunction.thrownByNativeCode(e);
        }
        if (result < 0) {
            throw new NativeCallException(what, -ForeignFunction.negatedErrno(callState));
        }
    }
}
