// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// The options of a TCP header, strictly parsed.
///
/// @param mss maximum segment size, bytes, or [#ABSENT]
/// @param windowScale shift, or [#ABSENT]
/// @param sackPermitted whether SACK-permitted is there
/// @param sackBlocks the SACK blocks in order
/// @param hasTimestamps whether timestamps are there
/// @param timestampValue TSval, 0 without
/// @param timestampEcho TSecr, 0 without
public record TcpOptions(
        int mss,
        int windowScale,
        boolean sackPermitted,
        List<SackBlock> sackBlocks,
        boolean hasTimestamps,
        int timestampValue,
        int timestampEcho) {
    /// The option is not there.
    public static final int ABSENT = -1;

    /// No option at all.
    public static final TcpOptions NONE = new TcpOptions(ABSENT, ABSENT, false, List.of(), false, 0, 0);

    /// Takes a copy of the blocks.
    public TcpOptions {
        sackBlocks = List.copyOf(sackBlocks);
    }

    /// Parses the bytes between the fixed header and the payload.
    ///
    /// @param faults what is wrong is added here; parsing ends at an impossible length
    static TcpOptions parse(ByteBuffer options, List<String> faults) {
        Reading reading = new Reading(options, faults);
        boolean isGoingOn = true;
        while (isGoingOn && options.hasRemaining()) {
            isGoingOn = reading.readNext();
        }
        return reading.result();
    }

    private static final class Reading {
        private final ByteBuffer options;
        private final List<String> faults;
        private final List<SackBlock> blocks = new ArrayList<>();
        private final boolean[] seen = new boolean[256];
        private int mss = ABSENT;
        private int windowScale = ABSENT;
        private int value;
        private int echo;

        Reading(ByteBuffer options, List<String> faults) {
            this.options = options;
            this.faults = faults;
        }

        TcpOptions result() {
            return new TcpOptions(mss, windowScale, seen[4], blocks, seen[8], value, echo);
        }

        /// Reads one option; false at the end of the list.
        boolean readNext() {
            int kind = Byte.toUnsignedInt(options.get());
            if (kind == 1) {
                return true;
            }
            if (kind == 0) {
                while (options.hasRemaining()) {
                    if (options.get() != 0) {
                        faults.add("padding after the end of options is not zero");
                        return false;
                    }
                }
                return false;
            }
            int length = options.hasRemaining() ? Byte.toUnsignedInt(options.get()) : 0;
            if (length < 2 || length - 2 > options.remaining()) {
                faults.add("option " + kind + " has the impossible length " + length);
                return false;
            }
            if (seen[kind]) {
                faults.add("option " + kind + " is there twice");
            }
            seen[kind] = true;
            int end = options.position() + length - 2;
            readContent(kind, length);
            options.position(end);
            return true;
        }

        private void readContent(int kind, int length) {
            switch (kind) {
                case 2 -> mss = hasLength(kind, length, 4) ? Short.toUnsignedInt(options.getShort()) : ABSENT;
                case 3 -> windowScale = hasLength(kind, length, 3) ? Byte.toUnsignedInt(options.get()) : ABSENT;
                case 4 -> hasLength(kind, length, 2);
                case 5 -> readSack(length);
                case 8 -> {
                    if (hasLength(kind, length, 10)) {
                        value = options.getInt();
                        echo = options.getInt();
                    }
                }
                default -> {}
            }
        }

        private void readSack(int length) {
            if (length < 10 || (length - 2) % 8 != 0) {
                faults.add("SACK has the impossible length " + length);
                return;
            }
            for (int i = 0; i < (length - 2) / 8; i++) {
                blocks.add(new SackBlock(options.getInt(), options.getInt()));
            }
        }

        private boolean hasLength(int kind, int length, int wanted) {
            if (length != wanted) {
                faults.add("option " + kind + " has length " + length + " instead of " + wanted);
            }
            return length == wanted;
        }
    }
}
