// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.lab;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/// The system calls of test programs that touch TUN devices by themselves. They are not the product's, since they
/// shall not share its mistakes.
///
/// Calls that can fail in ordinary ways return the kernel's number, negated; all others throw `IOException`.
/// Confined to one thread each: every thread has its own.
public final class SystemCalls {
    /// `EAGAIN`: there is nothing to read now.
    public static final int TRY_AGAIN = 11;

    /// `IFF_TUN | IFF_NO_PI`: IP packets with nothing before them, one each call.
    public static final int BARE_PACKETS = 0x1 | 0x1000;

    private static final int O_RDWR = 2;
    private static final int O_NONBLOCK = 0x800;
    private static final int IFREQ_BYTES = 40;
    private static final int IFREQ_FLAGS = 16;
    private static final long TUNSETIFF = 0x4004_54caL;
    private static final int TIMESPEC_BYTES = 16;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private static final Linker LINKER = Linker.nativeLinker();

    private static final MethodHandle OPEN =
            bind("open", 2, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    private static final MethodHandle IOCTL =
            bind("ioctl", 2, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS);
    private static final MethodHandle READ =
            bind("read", 3, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG);
    private static final MethodHandle WRITE =
            bind("write", 3, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG);
    private static final MethodHandle PPOLL = bind(
            "ppoll",
            4,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_LONG,
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS);
    private static final MethodHandle BPF = bind(
            "syscall",
            1,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_INT);

    private final Arena arena = Arena.ofAuto();
    private final CallState state = new CallState();
    private final PollDescriptors polled = new PollDescriptors(1);
    private final MemorySegment timeout = arena.allocate(TIMESPEC_BYTES, Long.BYTES);

    /// Attaches a descriptor to the TUN device `name`, which is made in the network namespace of this process if it
    /// is not there yet. Reads do not block.
    ///
    /// @param flags of the device, such as [#BARE_PACKETS]
    public int attachTun(String name, int flags) throws IOException {
        try {
            int descriptor =
                    (int) OPEN.invokeExact(state.segment(), arena.allocateFrom("/dev/net/tun"), O_RDWR | O_NONBLOCK);
            state.check("open /dev/net/tun", descriptor);
            MemorySegment request = arena.allocate(IFREQ_BYTES);
            request.copyFrom(MemorySegment.ofArray(name.getBytes(StandardCharsets.US_ASCII)));
            request.set(ValueLayout.JAVA_SHORT, IFREQ_FLAGS, (short) flags);
            ioctl("TUNSETIFF", descriptor, TUNSETIFF, request);
            return descriptor;
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    /// `ioctl(2)` with a structure.
    ///
    /// @param what for the message if it fails
    public void ioctl(String what, int descriptor, long request, MemorySegment structure) throws IOException {
        try {
            state.check(what, (int) IOCTL.invokeExact(state.segment(), descriptor, request, structure));
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    /// `bpf(2)`.
    public int bpf(int command, MemorySegment attribute) throws IOException {
        try {
            long number = System.getProperty("os.arch").equals("amd64") ? 321 : 280;
            long result =
                    (long) BPF.invokeExact(state.segment(), number, command, attribute, (int) attribute.byteSize());
            state.check("bpf", (int) result);
            return (int) result;
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    /// `read(2)`.
    ///
    /// @return bytes, or the error's number negated
    public int read(int descriptor, MemorySegment into) throws IOException {
        try {
            return outcome((long) READ.invokeExact(state.segment(), descriptor, into, into.byteSize()));
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    /// `write(2)` of the first `length` bytes.
    ///
    /// @return bytes, or the error's number negated
    public int write(int descriptor, MemorySegment from, long length) throws IOException {
        try {
            return outcome((long) WRITE.invokeExact(state.segment(), descriptor, from, length));
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    /// Waits until there is something to read, or the time is over, or a signal comes.
    public void awaitReadable(int descriptor, long limitNanos) throws IOException {
        polled.set(0, descriptor);
        timeout.set(ValueLayout.JAVA_LONG, 0, limitNanos / NANOS_PER_SECOND);
        timeout.set(ValueLayout.JAVA_LONG, Long.BYTES, limitNanos % NANOS_PER_SECOND);
        try {
            int _ = (int) PPOLL.invokeExact(state.segment(), polled.entries(), 1L, timeout, MemorySegment.NULL);
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    private int outcome(long result) {
        return result < 0 ? -state.errno() : (int) result;
    }

    private static IOException thrown(Throwable thrown) {
        return thrown instanceof IOException e ? e : new IOException(thrown);
    }

    /// @param fixed how many parameters stand before the dots of the C declaration
    @SuppressWarnings("restricted")
    static MethodHandle bind(String name, int fixed, ValueLayout result, MemoryLayout... parameters) {
        FunctionDescriptor descriptor = FunctionDescriptor.of(result, parameters);
        MemorySegment function = LINKER.defaultLookup().findOrThrow(name);
        return fixed == parameters.length
                ? LINKER.downcallHandle(function, descriptor, CallState.OPTION)
                : LINKER.downcallHandle(function, descriptor, CallState.OPTION, Linker.Option.firstVariadicArg(fixed));
    }
}
