// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.lab;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Moves flows between the queues of a running tunnel, from outside of it: a process of its own that attaches to
/// the TUN
/// device as one more queue and gives the kernel a steering program, which sends it nothing.
///
/// `QueueSteering DEVICE QUEUES alternate MILLIS` sends all packets to queue 0, then all to 1, and so on;
/// `QueueSteering DEVICE QUEUES random` sends each packet to a queue chosen at random. QUEUES is how many the
/// tunnel has. Prints `steering` when the program works, and goes on until it is killed. Start it before there is
/// traffic: what
/// arrives between its attaching and its steering may be lost.
public final class QueueSteering {
    private static final long TUNSETSTEERINGEBPF = 0x8004_54e0L;
    /// What a process may ask for of the flags in `/sys/class/net/…/tun_flags`; the rest tells state.
    private static final int SETTABLE_FLAGS = 0x1 | 0x1000 | 0x4000 | 0x100;

    private static final int BPF_PROG_LOAD = 5;
    private static final int BPF_PROG_TYPE_SOCKET_FILTER = 1;
    private static final int BPF_ATTRIBUTE_BYTES = 48;
    private static final long CALL_RANDOM = instruction(0x85, 7);
    private static final long EXIT = instruction(0x95, 0);

    private static final SystemCalls CALLS = new SystemCalls();

    private QueueSteering() {}

    /// Runs until killed.
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int queues = Integer.parseInt(arguments[1]);
        try (Arena arena = Arena.ofConfined()) {
            int queue = CALLS.attachTun(arguments[0], flags(arguments[0]) & SETTABLE_FLAGS);
            if (arguments[2].equals("random")) {
                steer(arena, queue, load(arena, List.of(CALL_RANDOM, modulo(queues), EXIT)));
                System.out.println("steering");
                Thread.currentThread().join();
            }
            alternate(arena, queue, queues, Long.parseLong(arguments[3]));
        }
    }

    private static void alternate(Arena arena, int queue, int queues, long millis)
            throws IOException, InterruptedException {
        int[] programs = new int[queues];
        for (int i = 0; i < queues; i++) {
            programs[i] = load(arena, List.of(result(i), EXIT));
        }
        steer(arena, queue, programs[0]);
        System.out.println("steering");
        MemorySegment program = arena.allocate(ValueLayout.JAVA_INT);
        for (int turn = 1; ; turn++) {
            Thread.sleep(millis);
            program.set(ValueLayout.JAVA_INT, 0, programs[turn % queues]);
            CALLS.ioctl("TUNSETSTEERINGEBPF", queue, TUNSETSTEERINGEBPF, program);
        }
    }

    private static int flags(String device) throws IOException {
        String text =
                Files.readString(Path.of("/sys/class/net", device, "tun_flags")).strip();
        return Integer.decode(text);
    }

    private static void steer(Arena arena, int queue, int program) throws IOException {
        MemorySegment descriptor = arena.allocateFrom(ValueLayout.JAVA_INT, program);
        CALLS.ioctl("TUNSETSTEERINGEBPF", queue, TUNSETSTEERINGEBPF, descriptor);
    }

    private static int load(Arena arena, List<Long> instructions) throws IOException {
        MemorySegment code = arena.allocate(ValueLayout.JAVA_LONG, instructions.size());
        for (int i = 0; i < instructions.size(); i++) {
            code.setAtIndex(ValueLayout.JAVA_LONG, i, instructions.get(i));
        }
        MemorySegment attribute = arena.allocate(BPF_ATTRIBUTE_BYTES, 8);
        attribute.set(ValueLayout.JAVA_INT, 0, BPF_PROG_TYPE_SOCKET_FILTER);
        attribute.set(ValueLayout.JAVA_INT, 4, instructions.size());
        attribute.set(ValueLayout.ADDRESS, 8, code);
        attribute.set(ValueLayout.ADDRESS, 16, arena.allocateFrom("GPL"));
        return CALLS.bpf(BPF_PROG_LOAD, attribute);
    }

    /// `r0 = value`.
    private static long result(int value) {
        return instruction(0xb7, value);
    }

    /// `r0 %= divisor`.
    private static long modulo(int divisor) {
        return instruction(0x97, divisor);
    }

    /// Both registers are r0, the offset is 0: what is left are the operation and its constant.
    private static long instruction(int operation, int constant) {
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new IllegalStateException("written for little endian machines");
        }
        return operation | (long) constant << 32;
    }
}
