// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import org.jspecify.annotations.Nullable;

/// A list of transmission records through their own links, with the number of their bytes. Confined to one shard.
final class TransmissionList {
    private @Nullable TransmissionRecord first;
    private @Nullable TransmissionRecord last;
    private long bytes;

    @Nullable
    TransmissionRecord first() {
        return first;
    }

    /// Sum of the lengths of the records.
    long bytes() {
        return bytes;
    }

    void addLast(TransmissionRecord record) {
        insertAfter(last, record);
    }

    /// Inserts `record` behind `position`, at the front if that is null.
    void insertAfter(@Nullable TransmissionRecord position, TransmissionRecord record) {
        TransmissionRecord following = position == null ? first : position.next();
        record.previous(position);
        record.next(following);
        if (position == null) {
            first = record;
        } else {
            position.next(record);
        }
        if (following == null) {
            last = record;
        } else {
            following.previous(record);
        }
        bytes += record.length();
    }

    void remove(TransmissionRecord record) {
        TransmissionRecord before = record.previous();
        TransmissionRecord after = record.next();
        if (before == null) {
            first = after;
        } else {
            before.next(after);
        }
        if (after == null) {
            last = before;
        } else {
            after.previous(before);
        }
        record.previous(null);
        record.next(null);
        bytes -= record.length();
    }

    /// Says that a record of this list changed its length.
    void resized(int differenceBytes) {
        bytes += differenceBytes;
    }
}
