// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.nativecalls;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// [EpollCalls] by the foreign-function API.
final class ForeignEpollCalls implements EpollCalls {
    private static final int EPOLL_CLOEXEC = 0x80000;
    private static final int EPOLL_CTL_ADD = 1;
    private static final int EPOLL_CTL_MOD = 3;
    private static final int EFD_CLOEXEC_NONBLOCK = 0x80000 | 0x800;
    private static final int EVENT_BYTES = 8;
    private static final int TIMESPEC_BYTES = 16;
    private static final int FOREVER_MILLIS = -1;

    /// The number of `epoll_pwait2`, the same on every architecture: it is younger than their divergence. Called by
    /// number, since not every C library has a function for it.
    private static final long EPOLL_PWAIT2 = 441;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long NANOS_PER_MILLI = 1_000_000L;

    private static final MethodHandle CREATE =
            ForeignFunction.bind("epoll_create1", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle EVENT =
            ForeignFunction.bind("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle CONTROL =
            ForeignFunction.bind("epoll_ctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle WAIT = ForeignFunction.bind(
            "epoll_wait", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT));
    private static final MethodHandle SYSTEM_CALL = ForeignFunction.bind(
            "syscall",
            FunctionDescriptor.of(
                    JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle WRITE =
            ForeignFunction.bind("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle CLOSE = ForeignFunction.bind("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private final MemorySegment callState = ForeignFunction.newCallState();
    private final MemorySegment timespec = Arena.ofAuto().allocate(TIMESPEC_BYTES, Long.BYTES);
    private final MemorySegment one = Arena.ofAuto().allocateFrom(JAVA_LONG, 1L);
    private boolean waitsInNanos = true;

    @Override
    public int createEpoll() {
        try {
            return answer((int) CREATE.invokeExact(callState, EPOLL_CLOEXEC));
        } catch (Throwable e) {
            throw ForeignFunction.thrownByNativeCode(e);
        }
    }

    @Override
    public int createEvent() {
        try {
            return answer((int) EVENT.invokeExact(callState, 0, EFD_CLOEXEC_NONBLOCK));
        } catch (Throwable e) {
            throw ForeignFunction.thrownByNativeCode(e);
        }
    }

    @Override
    public int add(int epoll, int descriptor, long event) {
        return control(epoll, EPOLL_CTL_ADD, descriptor, event);
    }

    @Override
    public int change(int epoll, int descriptor, long event) {
        return control(epoll, EPOLL_CTL_MOD, descriptor, event);
    }

    private int control(int epoll, int operation, int descriptor, long event) {
        try {
            return answer((int) CONTROL.invokeExact(callState, epoll, operation, descriptor, event));
        } catch (Throwable e) {
            throw ForeignFunction.thrownByNativeCode(e);
        }
    }

    @Override
    public int await(int epoll, long events, int maxEvents, long timeoutNanos) {
        // The older call is cheaper, and as exact where there is nothing to be exact about.
        if (waitsInNanos && timeoutNanos > 0) {
            int count = awaitNanos(epoll, events, maxEvents, timeoutNanos);
            if (count != -Errno.ENOSYS && count != -Errno.EPERM) {
                return count;
            }
            // Before Linux 5.11, or kept from us by a seccomp profile that does not know the call.
            waitsInNanos = false;
        }
        return awaitMillis(epoll, events, maxEvents, timeoutNanos);
    }

    private int awaitNanos(int epoll, long events, int maxEvents, long timeoutNanos) {
        timespec.set(JAVA_LONG, 0, timeoutNanos / NANOS_PER_SECOND);
        timespec.set(JAVA_LONG, Long.BYTES, timeoutNanos % NANOS_PER_SECOND);
        try {
            long count = (long) SYSTEM_CALL.invokeExact(
                    callState, EPOLL_PWAIT2, (long) epoll, events, (long) maxEvents, timespec.address(), 0L, 0L);
            return answer((int) count);
        } catch (Throwable e) {
            throw ForeignFunction.thrownByNativeCode(e);
        }
    }

    /// The same in ms, rounded up: late by less than 1 ms, and no busy loop before a deadline.
    private int awaitMillis(int epoll, long events, int maxEvents, long timeoutNanos) {
        int millis = FOREVER_MILLIS;
        if (timeoutNanos != FOR_EVER) {
            long roundedUp = timeoutNanos / NANOS_PER_MILLI + (timeoutNanos % NANOS_PER_MILLI == 0 ? 0 : 1);
            millis = (int) Math.min(Integer.MAX_VALUE, roundedUp);
        }
        try {
            return answer((int) WAIT.invokeExact(callState, epoll, events, maxEvents, millis));
        } catch (Throwable e) {
            throw ForeignFunction.thrownByNativeCode(e);
        }
    }

    @Override
    public int signal(int event) {
        try {
            return answer((int) (long) WRITE.invokeExact(callState, event, one.address(), (long) EVENT_BYTES));
        } catch (Throwable e) {
            throw ForeignFunction.thrownByNativeCode(e);
        }
    }

    @Override
    public int close(int descriptor) {
        try {
            return answer((int) CLOSE.invokeExact(callState, descriptor));
        } catch (Throwable e) {
            throw ForeignFunction.thrownByNativeCode(e);
        }
    }

    private int answer(int result) {
        return result >= 0 ? result : ForeignFunction.negatedErrno(callState);
    }
}
