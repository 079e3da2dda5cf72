// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.wire;

import io.socks5tunnel.it.lab.SystemCalls;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// One direction of a wire, with its thread: takes packets from one TUN device and writes them to another.
final class WireDirection {
    private static final int BURST_PACKETS = 64;
    private static final int BUFFER_BYTES = 1 << 16;
    private static final long IDLE_NANOS = 1_000_000_000;
    private static final int IPV6_HEADER_BYTES = 40;
    private static final int BITS_PER_BYTE = 8;

    private final SystemCalls calls = new SystemCalls();
    private final MemorySegment buffer = Arena.ofAuto().allocate(BUFFER_BYTES);
    private final HeldPackets held = new HeldPackets();
    private final int from;
    private final int to;

    /// Exchanged by the thread that is told to; the direction's thread looks at it for each packet.
    private volatile Impairment impairment = new Impairment(WireSettings.CLEAN, 0);

    /// @param from the descriptor to read
    /// @param to the descriptor to write
    WireDirection(int from, int to) {
        this.from = from;
        this.to = to;
    }

    /// Treats packets differently from now on, and counts from zero. What is in the wire stays there.
    void become(WireSettings settings, long seed) {
        impairment = new Impairment(settings, seed);
    }

    WireCounters counters() {
        return impairment.counters();
    }

    /// Passes packets on until the process ends.
    void run() {
        try {
            while (true) {
                deliverDue();
                if (!takeBurst()) {
                    long waitNanos = held.isEmpty() ? IDLE_NANOS : held.nextNanos() - System.nanoTime();
                    if (waitNanos > 0) {
                        calls.awaitReadable(from, waitNanos);
                    }
                }
            }
        } catch (IOException e) {
            System.err.println("the wire broke: " + e);
            System.exit(1);
        }
    }

    private boolean takeBurst() throws IOException {
        for (int i = 0; i < BURST_PACKETS; i++) {
            int length = calls.read(from, buffer);
            if (length == -SystemCalls.TRY_AGAIN) {
                return i > 0;
            }
            if (length < 0) {
                throw new IOException("reading failed: error " + -length);
            }
            pass(length, System.nanoTime());
        }
        return true;
    }

    private void pass(int length, long nowNanos) throws IOException {
        Impairment fate = impairment;
        fate.next(length, nowNanos);
        if (fate.isLost()) {
            return;
        }
        if (fate.flippedBit() >= 0) {
            flip(fate.flippedBit(), length);
        }
        for (int copies = fate.isDoubled() ? 2 : 1; copies > 0; copies--) {
            if (held.isEmpty() && fate.dueNanos() <= nowNanos) {
                write(length);
            } else {
                HeldPackets.Held packet = held.hold(length, fate.dueNanos());
                MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, packet.bytes(), 0, length);
            }
        }
    }

    private void flip(int place, int length) {
        byte first = buffer.get(ValueLayout.JAVA_BYTE, 0);
        int header = first >>> 4 == 4 ? (first & 0xf) * Integer.BYTES : IPV6_HEADER_BYTES;
        int bit = place % ((length - header) * BITS_PER_BYTE);
        long at = header + (long) (bit / BITS_PER_BYTE);
        byte damaged = (byte) (buffer.get(ValueLayout.JAVA_BYTE, at) ^ 1 << bit % BITS_PER_BYTE);
        buffer.set(ValueLayout.JAVA_BYTE, at, damaged);
    }

    private void deliverDue() throws IOException {
        long nowNanos = System.nanoTime();
        for (HeldPackets.Held packet = held.takeDue(nowNanos); packet != null; packet = held.takeDue(nowNanos)) {
            MemorySegment.copy(packet.bytes(), 0, buffer, ValueLayout.JAVA_BYTE, 0, packet.length());
            write(packet.length());
            nowNanos = System.nanoTime();
            counters().onDelivered(nowNanos - packet.dueNanos());
            held.release(packet);
        }
    }

    private void write(int length) throws IOException {
        if (calls.write(to, buffer, length) < 0) {
            counters().onRefused();
        }
    }
}
