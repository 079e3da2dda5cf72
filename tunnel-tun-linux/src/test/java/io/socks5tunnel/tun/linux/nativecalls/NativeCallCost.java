// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.nativecalls;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// Measures what a native call costs by JNA (direct mapping) and by the foreign-function API; the table of
/// `docs/adr/0002-native-calls.md`. A program, no test: run it by hand.
///
/// Counted is the thread's CPU time, which other programs on the machine disturb little. For every call the four
/// ways take turns, so that a disturbance hits all of them; the median of the rounds counts.
public final class NativeCallCost {
    private static final int CALLS = 100_000;
    private static final int WARM_UP_ROUNDS = 5;
    private static final int ROUNDS = 15;
    private static final int LARGE = 65_536;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final FunctionDescriptor INT = FunctionDescriptor.of(JAVA_INT);
    private static final FunctionDescriptor WRITING = FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final FunctionDescriptor WAITING =
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);

    private static final MethodHandle CPU_CLOCK =
            plain("clock_gettime", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final int CLOCK_THREAD_CPUTIME_ID = 3;

    private static final FunctionDescriptor LONG = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG);
    private static final MethodHandle LABS_ERRNO = ForeignFunction.bind("labs", LONG);
    private static final MethodHandle LABS_PLAIN = plain("labs", LONG);
    private static final MethodHandle LABS_CRITICAL = critical("labs", LONG);
    private static final MethodHandle GETPPID_ERRNO = ForeignFunction.bind("getppid", INT);
    private static final MethodHandle GETPPID_PLAIN = plain("getppid", INT);
    private static final MethodHandle GETPPID_CRITICAL = critical("getppid", INT);
    private static final MethodHandle WRITE_ERRNO = ForeignFunction.bind("write", WRITING);
    private static final MethodHandle WRITE_PLAIN = plain("write", WRITING);
    private static final MethodHandle WRITE_CRITICAL = critical("write", WRITING);
    private static final MethodHandle WAIT_ERRNO = ForeignFunction.bind("epoll_wait", WAITING);
    private static final MethodHandle WAIT_PLAIN = plain("epoll_wait", WAITING);
    private static final MethodHandle WAIT_CRITICAL = critical("epoll_wait", WAITING);

    private static final long EPOLL_PWAIT2 = 441;
    private static final MethodHandle SYSTEM_CALL = ForeignFunction.bind(
            "syscall",
            FunctionDescriptor.of(
                    JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));

    private static final long NO_TIME = Arena.global().allocate(16, 8).address();
    private static final MemorySegment TIME = Arena.global().allocate(16, 8);
    private static final MemorySegment CALL_STATE = ForeignFunction.newCallState();
    private static final long BUFFER = Arena.global().allocate(LARGE).address();
    private static final long EVENT_COUNT =
            Arena.global().allocateFrom(JAVA_LONG, 1L).address();

    static {
        Native.register(NativeCallCost.class, "c");
    }

    private NativeCallCost() {}

    static native long labs(long number) throws LastErrorException;

    static native int getppid() throws LastErrorException;

    static native long write(int descriptor, long address, long length) throws LastErrorException;

    static native int epoll_wait(int epoll, long events, int maxEvents, int millis) throws LastErrorException;

    /// Many calls of one kind, in a loop of its own so that the compiler sees one call only.
    @FunctionalInterface
    private interface Calls {
        long make(int count) throws Throwable;
    }

    @SuppressWarnings("restricted")
    private static MethodHandle plain(String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor);
    }

    @SuppressWarnings("restricted")
    private static MethodHandle critical(String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name), descriptor, Linker.Option.critical(false));
    }

    static void main() throws Throwable {
        int sink = DeviceCalls.ofSystem().open("/dev/null");
        EpollCalls epollCalls = EpollCalls.ofSystem();
        int event = epollCalls.createEvent();
        int epoll = epollCalls.createEpoll();
        System.out.println("ns of CPU per call, median of " + ROUNDS + " rounds of " + CALLS + " calls (least, most)");
        System.out.printf(
                "%-28s %-24s %-24s %-24s %-24s%n", "", "JNA direct", "FFM, errno", "FFM, no errno", "FFM, critical");
        measure("labs (no system call)", labsCalls());
        measure("getppid", getppidCalls());
        measure("write 1 byte /dev/null", writeCalls(sink, BUFFER, 1));
        measure("write 64 KiB /dev/null", writeCalls(sink, BUFFER, LARGE));
        measure("write 8 bytes eventfd", writeCalls(event, EVENT_COUNT, 8));
        measure("epoll_wait, no timeout", waitCalls(epoll));
        measure("epoll_pwait2 (FFM, errno)", Map.of("", count -> {
            long sum = 0;
            for (int i = 0; i < count; i++) {
                sum += (long)
                        SYSTEM_CALL.invokeExact(CALL_STATE, EPOLL_PWAIT2, (long) epoll, BUFFER, 1L, NO_TIME, 0L, 0L);
            }
            return sum;
        }));
    }

    private static Map<String, Calls> labsCalls() {
        Map<String, Calls> calls = new LinkedHashMap<>();
        calls.put("JNA", count -> {
            long sum = 0;
            for (int i = 0; i < count; i++) {
                sum += labs(i);
            }
            return sum;
        });
        calls.put("ERRNO", count -> {
            long sum = 0;
            for (int i = 0; i < count; i++) {
                sum += (long) LABS_ERRNO.invokeExact(CALL_STATE, (long) i);
            }
            return sum;
        });
        calls.put("PLAIN", count -> {
            long sum = 0;
            for (int i = 0; i < count; i++) {
                sum += (long) LABS_PLAIN.invokeExact((long) i);
            }
            return sum;
        });
        calls.put("CRITICAL", count -> {
            long sum = 0;
            for (int i = 0; i < count; i++) {
                sum += (long) LABS_CRITICAL.invokeExact((long) i);
            }
            return sum;
        });
        return calls;
    }

    private static Map<String, Calls> getppidCalls() {
        Map<String, Calls> calls = new LinkedHashMap<>();
        calls.put("JNA", count -> {
            long sum = 0;
            for (int i = 0; i < count; i++) {
                sum += getppid();
            }
            return sum;
        });
        calls.put("ERRNO", count -> {
            long sum = 0;
            for (int i = 0; i < count; i++) {
                sum += (int) GETPPID_ERRNO.invokeExact(CALL_STATE);
            }
            return sum;
        });
        calls.put("PLAIN", count -> {
            long sum = 0;
            for (int i = 0; i < count; i++) {
                sum += (int) GETPPID_PLAIN.invokeExact();
            }
            return sum;
        });
        calls.put("CRITICAL", count -> {
            long sum = 0;
            for (int i = 0; i < count; i++) {
                sum += (int) GETPPID_CRITICAL.invokeExact();
            }
            return sum;
        });
        return calls;
    }

    private static Map<String, Calls> writeCalls(int descriptor, long address, long length) {
        Map<String, Calls> calls = new LinkedHashMap<>();
        calls.put("JNA", count -> {
            long sum = 0;
            for (int i = 0; i < count; i++) {
                sum += write(descriptor, address, length);
            }
            return sum;
        });
        calls.put("ERRNO", count -> {
            long sum = 0;
            for (int i = 0; i < count; i++) {
                sum += (long) WRITE_ERRNO.invokeExact(CALL_STATE, descriptor, address, length);
            }
            return sum;
        });
        calls.put("PLAIN", count -> {
            long sum = 0;
            for (int i = 0; i < count; i++) {
                sum += (long) WRITE_PLAIN.invokeExact(descriptor, address, length);
            }
            return sum;
        });
        calls.put("CRITICAL", count -> {
            long sum = 0;
            for (int i = 0; i < count; i++) {
                sum += (long) WRITE_CRITICAL.invokeExact(descriptor, address, length);
            }
            return sum;
        });
        return calls;
    }

    private static Map<String, Calls> waitCalls(int epoll) {
        Map<String, Calls> calls = new LinkedHashMap<>();
        calls.put("JNA", count -> {
            long sum = 0;
            for (int i = 0; i < count; i++) {
                sum += epoll_wait(epoll, BUFFER, 1, 0);
            }
            return sum;
        });
        calls.put("ERRNO", count -> {
            long sum = 0;
            for (int i = 0; i < count; i++) {
                sum += (int) WAIT_ERRNO.invokeExact(CALL_STATE, epoll, BUFFER, 1, 0);
            }
            return sum;
        });
        calls.put("PLAIN", count -> {
            long sum = 0;
            for (int i = 0; i < count; i++) {
                sum += (int) WAIT_PLAIN.invokeExact(epoll, BUFFER, 1, 0);
            }
            return sum;
        });
        calls.put("CRITICAL", count -> {
            long sum = 0;
            for (int i = 0; i < count; i++) {
                sum += (int) WAIT_CRITICAL.invokeExact(epoll, BUFFER, 1, 0);
            }
            return sum;
        });
        return calls;
    }

    private static void measure(String name, Map<String, Calls> ways) throws Throwable {
        Map<String, double[]> nanos = new LinkedHashMap<>();
        for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
            for (Map.Entry<String, Calls> way : ways.entrySet()) {
                long start = cpuNanos();
                way.getValue().make(CALLS);
                double perCall = (double) (cpuNanos() - start) / CALLS;
                if (round >= 0) {
                    nanos.computeIfAbsent(way.getKey(), key -> new double[ROUNDS])[round] = perCall;
                }
            }
        }
        StringBuilder line = new StringBuilder(String.format("%-28s", name));
        for (double[] rounds : nanos.values()) {
            Arrays.sort(rounds);
            line.append(String.format(" %-24s", text(rounds)));
        }
        System.out.println(line);
    }

    private static long cpuNanos() throws Throwable {
        int _ = (int) CPU_CLOCK.invokeExact(CLOCK_THREAD_CPUTIME_ID, TIME.address());
        return TIME.get(JAVA_LONG, 0) * 1_000_000_000L + TIME.get(JAVA_LONG, 8);
    }

    private static String text(double[] sorted) {
        return String.format("%.1f (%.1f, %.1f)", sorted[ROUNDS / 2], sorted[0], sorted[ROUNDS - 1]);
    }
}
