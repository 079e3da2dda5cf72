// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.nativecalls;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// [TunCalls] by the foreign-function API.
final class ForeignTunCalls implements TunCalls {
    private static final FunctionDescriptor DESCRIPTOR_ADDRESS_LENGTH =
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle READ = ForeignFunction.bind("read", DESCRIPTOR_ADDRESS_LENGTH);
    private static final MethodHandle WRITE = ForeignFunction.bind("write", DESCRIPTOR_ADDRESS_LENGTH);
    private static final MethodHandle WRITEV =
            ForeignFunction.bind("writev", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));

    private final MemorySegment callState = ForeignFunction.newCallState();

    @Override
    public long read(int descriptor, long address, long length) {
        try {
            long result = (long) READ.invokeExact(callState, descriptor, address, length);
            return result >= 0 ? result : ForeignFunction.negatedErrno(callState);
        } catch (Throwable e) {
            throw ForeignFunction.thrownByNativeCode(e);
        }
    }

    @Override
    public long write(int descriptor, long address, long length) {
        try {
            long result = (long) WRITE.invokeExact(callState, descriptor, address, length);
            return result >= 0 ? result : ForeignFunction.negatedErrno(callState);
        } catch (Throwable e) {
            throw ForeignFunction.thrownByNativeCode(e);
        }
    }

    @Override
    public long writev(int descriptor, long vectors, int count) {
        try {
            long result = (long) WRITEV.invokeExact(callState, descriptor, vectors, count);
            return result >= 0 ? result : ForeignFunction.negatedErrno(callState);
        } catch (Throwable e) {
            throw ForeignFunction.thrownByNativeCode(e);
        }
    }
}
