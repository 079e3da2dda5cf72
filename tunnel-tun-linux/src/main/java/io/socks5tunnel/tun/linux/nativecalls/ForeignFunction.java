// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.nativecalls;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// Binds functions of the C library that are called per packet or per event.
///
/// Addresses are passed as `long`, which the calling conventions of 64-bit Linux pass like a pointer: nothing has
/// to be wrapped, checked or kept alive by the call. None is bound as *critical*: every one of them may run long in
/// the kernel (a write to a TUN carries the whole receive path), and a critical call holds up safepoints of all
/// threads.
final class ForeignFunction {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option CAPTURE_ERRNO = Linker.Option.captureCallState("errno");
    private static final MemoryLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final long ERRNO_OFFSET = CALL_STATE.byteOffset(PathElement.groupElement("errno"));

    private ForeignFunction() {}

    /// A handle whose first parameter is a segment of [#newCallState()].
    @SuppressWarnings("restricted") // the module is granted native access by the launcher
    static MethodHandle bind(String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, CAPTURE_ERRNO);
    }

    /// Where calls of one thread leave their error number. Freed with the object that holds it.
    static MemorySegment newCallState() {
        return Arena.ofAuto().allocate(CALL_STATE);
    }

    /// What the last call left, negated: the result of a failed call.
    static int negatedErrno(MemorySegment callState) {
        return -callState.get(JAVA_INT, ERRNO_OFFSET);
    }

    /// What cannot happen: a handle of C code throws nothing, but its signature says that it might.
    static IllegalStateException thrownByNativeCode(Throwable thrown) {
        return new IllegalStateException("native code cannot throw", thrown);
    }
}
