// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.wire;

import io.socks5tunnel.it.transfer.TransferMode;

/// What applications do in a cell of the live matrix.
enum Job {
    BULK_UP(TransferMode.UP),
    BULK_DOWN(TransferMode.DOWN),
    /// Half of it each way, at the same time.
    BULK_BOTH(TransferMode.ECHO),
    SHORT_UP(TransferMode.UP, 100, 20_000),
    SHORT_DOWN(TransferMode.DOWN, 100, 20_000),
    SHORT_BOTH(TransferMode.ECHO, 100, 10_000),
    /// The server's FIN comes first, and all bytes after it.
    HALF_CLOSE_UP(TransferMode.UP_AFTER_FIN, 3, 200_000),
    /// The client's FIN comes first, and all bytes after it.
    HALF_CLOSE_DOWN(TransferMode.DOWN_AFTER_FIN, 3, 200_000),
    RESET_UP(TransferMode.CLIENT_RESET, 10, 50_000),
    RESET_DOWN(TransferMode.SERVER_RESET, 10, 50_000),
    SLOW_READER_UP(TransferMode.UP_SLOWLY_READ, 1, 4_000_000),
    SLOW_READER_DOWN(TransferMode.DOWN_SLOWLY_READ, 1, 4_000_000),
    SLOW_WRITER_UP(TransferMode.UP_SLOWLY_WRITTEN, 3, 100_000),
    SLOW_WRITER_DOWN(TransferMode.DOWN_SLOWLY_WRITTEN, 3, 100_000);

    private final TransferMode mode;
    private final int connections;
    private final long bytes;

    Job(TransferMode mode) {
        this(mode, 1, 0);
    }

    Job(TransferMode mode, int connections, long bytes) {
        this.mode = mode;
        this.connections = connections;
        this.bytes = bytes;
    }

    TransferMode mode() {
        return mode;
    }

    /// Connections at once.
    int connections() {
        return connections;
    }

    /// Bytes of each connection, or of each direction of it where both are used.
    long bytes(WireKind wire) {
        return switch (this) {
            case BULK_UP, BULK_DOWN -> wire.bulkBytes();
            case BULK_BOTH -> wire.bulkBytes() / 2;
            case SLOW_READER_UP, SLOW_READER_DOWN -> Math.min(bytes, wire.bulkBytes());
            default -> bytes;
        };
    }

    /// Bytes that pass in all.
    long totalBytes(WireKind wire) {
        return bytes(wire) * connections * (mode == TransferMode.ECHO ? 2 : 1);
    }

    /// Connections that are reset because the job is to reset them.
    int resets() {
        return this == RESET_UP || this == RESET_DOWN ? connections : 0;
    }

    @Override
    public String toString() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }
}
