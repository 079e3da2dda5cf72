// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import org.jspecify.annotations.Nullable;

/// Transmission records that wait for use, so that sending costs no allocation. One for all flows of a stack;
/// confined to one shard.
final class SpareRecords {
    private static final int MAX_SPARE = 8192;

    private @Nullable TransmissionRecord first;
    private int count;

    TransmissionRecord take() {
        TransmissionRecord record = first;
        if (record == null) {
            return new TransmissionRecord();
        }
        first = record.next();
        count--;
        record.next(null);
        return record;
    }

    void give(TransmissionRecord record) {
        if (count < MAX_SPARE) {
            record.previous(null);
            record.next(first);
            first = record;
            count++;
        }
    }

    /// Leaves those that wait to the collector.
    void discard() {
        first = null;
        count = 0;
    }
}
