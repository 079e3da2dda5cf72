// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.fuzz;

import io.socks5tunnel.api.spi.TunCapabilities;
import io.socks5tunnel.stack.StackConfig;

/// Segments that make sense, more or less, to a connection in any state; and what its owner, time and scarcity do
/// meanwhile. Whatever the client claims, the owner reads the bytes that belong there and nothing else, and the
/// client is sent the bytes that the owner wrote.
///
/// ```
/// state, settings, { step }      a step begins with its kind, see below
/// ```
final class SegmentTarget implements FuzzTarget {
    private static final int SMALL_BUFFER_BYTES = 3000;

    /// An hour and more in one step: enough for every timer to give up, whereas window probes go on for ever.
    private static final int MOST_TIME_BITS = 34;

    private final SlabStock pool = new SlabStock();
    private long outcome;

    @Override
    public void run(byte[] input) {
        var bytes = new FuzzBytes(input);
        Stage stage = Stage.values()[bytes.u8() % Stage.values().length];
        int settings = bytes.u8();
        var world = new StackWorld(
                pool, config(settings), (settings & 0x10) != 0 ? StackWorld.OFFLOAD : TunCapabilities.NONE);
        var client = new FuzzClient(world, settings);
        stage.reach(client);
        while (bytes.hasMore()) {
            step(world, client, bytes);
        }
        world.end();
        outcome = world.outcome();
    }

    @Override
    public long outcome() {
        return outcome;
    }

    private static StackConfig config(int settings) {
        StackConfig usual = StackConfig.forMtu((settings & 0x20) != 0 ? 1280 : 1500);
        if ((settings & 0x80) == 0) {
            return usual;
        }
        return new StackConfig(
                usual.mtuBytes(),
                SMALL_BUFFER_BYTES,
                4 * SMALL_BUFFER_BYTES,
                SMALL_BUFFER_BYTES,
                4 * SMALL_BUFFER_BYTES,
                usual.minRtoNanos(),
                usual.maxRtoNanos(),
                usual.timeWaitNanos(),
                false);
    }

    private void step(StackWorld world, FuzzClient client, FuzzBytes bytes) {
        int kind = bytes.u8();
        int choice = kind >> 4;
        switch (kind & 0xf) {
            case 0, 1, 2, 3, 4, 5 -> client.segment(bytes);
            case 6 -> client.tooBig(bytes);
            case 7 -> client.owner().read(bytes.u8() << choice);
            case 8 -> client.owner().write(bytes.u8() << choice);
            case 9 -> client.owner().act(choice);
            case 10 -> world.pass((bytes.u8() + 1L) << Math.min(2 * choice + 10, MOST_TIME_BITS));
            case 11 -> world.pass(nextDeadline(world));
            case 12 -> pool.limit(choice == 15 ? Integer.MAX_VALUE : choice);
            case 13 -> world.packetsToLose = choice;
            case 14 -> client.open();
            default -> world.poll();
        }
        if ((kind & 0x80) == 0) {
            client.readAll();
            world.poll();
        }
    }

    private static long nextDeadline(StackWorld world) {
        world.poll();
        long deadline = world.stack.nextDeadlineNanos();
        return deadline == Long.MAX_VALUE ? 0 : Math.max(0, deadline - world.nowNanos);
    }
}
