// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import io.socks5tunnel.stack.tcp.TransmissionRecord.Fate;
import org.jspecify.annotations.Nullable;

/// Everything that was sent and is not acknowledged, and what is known of it (RFC 6675 §3, by ranges of any size
/// instead of segments). Confined to one shard.
///
/// Records lie by sequence, so that an acknowledgement finds its range by binary search; those in flight also lie
/// in the order in which they were sent, so that loss detection looks only at what is old enough (RFC 8985 §6.2);
/// those found lost wait in a list to be resent. Neighbours that the client holds are merged, so the cost of an
/// acknowledgement depends on what it newly tells.
final class Scoreboard {
    private final SpareRecords spare;
    private final RangeList<TransmissionRecord> records = new RangeList<>();
    private final TransmissionList inFlight = new TransmissionList();
    private final TransmissionList lost = new TransmissionList();
    private long sackedBytes;

    Scoreboard(SpareRecords spare) {
        this.spare = spare;
    }

    boolean isEmpty() {
        return records.isEmpty();
    }

    /// Bytes under way, as far as is known: RFC 6675's pipe.
    long inFlightBytes() {
        return inFlight.bytes();
    }

    long lostBytes() {
        return lost.bytes();
    }

    long sackedBytes() {
        return sackedBytes;
    }

    /// The record with the lowest sequence; there must be one.
    TransmissionRecord head() {
        return records.get(0);
    }

    /// The record with the highest sequence; there must be one.
    TransmissionRecord tail() {
        return records.last();
    }

    /// The oldest transmission that is under way, or null; the next younger one is its `next()`.
    @Nullable
    TransmissionRecord oldestInFlight() {
        return inFlight.first();
    }

    /// The range to resend first, or null.
    @Nullable
    TransmissionRecord firstLost() {
        return lost.first();
    }

    /// Notes new bytes that were sent behind all others.
    void onSent(long start, long end, long nowNanos) {
        TransmissionRecord record = spare.take();
        record.sent(start, end, nowNanos);
        records.addLast(record);
        inFlight.addLast(record);
    }

    /// Notes that a record was sent again.
    void onResent(TransmissionRecord record, long nowNanos) {
        listOf(record).remove(record);
        record.resent(nowNanos);
        record.fate(Fate.IN_FLIGHT);
        inFlight.addLast(record);
    }

    /// Cuts a record that is in flight or lost in two.
    void split(TransmissionRecord record, long at) {
        int index = records.indexOfEndAbove(record.start());
        TransmissionRecord rest = spare.take();
        int restLength = (int) (record.end() - at);
        record.splitAt(at, rest);
        records.insert(index + 1, rest);
        if (record.fate() != Fate.SACKED) {
            TransmissionList list = listOf(record);
            list.resized(-restLength);
            list.insertAfter(record, rest);
        }
    }

    void markLost(TransmissionRecord record) {
        inFlight.remove(record);
        record.fate(Fate.LOST);
        lost.addLast(record);
    }

    /// All that was sent in segments of more than `segmentBytes` is lost.
    void markLost(int segmentBytes) {
        for (int i = 0; i < records.size(); i++) {
            TransmissionRecord record = records.get(i);
            if (record.fate() == Fate.IN_FLIGHT && record.length() > segmentBytes) {
                markLost(record);
            }
        }
    }

    /// Everything is lost, also what the client said it held (RFC 2018 §8): the retransmission timer ran out.
    void markAllLost() {
        for (int i = 0; i < records.size(); i++) {
            TransmissionRecord record = records.get(i);
            if (record.fate() != Fate.SACKED) {
                listOf(record).remove(record);
            }
            record.fate(Fate.LOST);
            lost.addLast(record);
        }
        sackedBytes = 0;
    }

    /// Nothing was lost after all.
    void unmarkLost() {
        // Older than all that is in flight, so they go to the front.
        @Nullable TransmissionRecord before = null;
        for (TransmissionRecord record = lost.first(); record != null; record = lost.first()) {
            lost.remove(record);
            record.fate(Fate.IN_FLIGHT);
            inFlight.insertAfter(before, record);
            before = record;
        }
    }

    /// Forgets everything before `offset` and tells `detection` what arrived.
    ///
    /// @return bytes that were not known to have arrived before
    long acknowledge(long offset, LossDetection detection, long nowNanos) {
        long newBytes = 0;
        while (!records.isEmpty() && records.get(0).start() < offset) {
            TransmissionRecord record = records.get(0);
            long arrivedEnd = Math.min(record.end(), offset);
            int arrived = (int) (arrivedEnd - record.start());
            if (record.fate() == Fate.SACKED) {
                sackedBytes -= arrived;
            } else {
                newBytes += arrived;
                detection.onArrived(record, arrivedEnd, true, nowNanos);
            }
            if (record.end() > offset) {
                record.trimFront(offset);
                if (record.fate() != Fate.SACKED) {
                    listOf(record).resized(-arrived);
                }
                break;
            }
            if (record.fate() != Fate.SACKED) {
                listOf(record).remove(record);
            }
            records.removeFirst();
            spare.give(record);
        }
        return newBytes;
    }

    /// Notes that the client holds `[start, end)` and tells `detection` what arrived. Counted are whole segments
    /// only, and the end of a record: else a client could cut what is in flight into pieces of a byte and make
    /// every acknowledgement expensive (CVE-2019-11477).
    void sack(long start, long end, int segmentBytes, LossDetection detection, long nowNanos) {
        int index = records.indexOfEndAbove(start);
        while (index < records.size() && records.get(index).start() < end) {
            TransmissionRecord record = records.get(index);
            if (record.fate() != Fate.SACKED) {
                if (record.start() < start) {
                    long cut = record.start() + Math.ceilDiv(start - record.start(), segmentBytes) * segmentBytes;
                    if (cut < Math.min(end, record.end())) {
                        split(record, cut);
                    }
                    index++;
                    continue;
                }
                if (record.end() > end) {
                    long cut = record.start() + (end - record.start()) / segmentBytes * segmentBytes;
                    if (cut == record.start()) {
                        break;
                    }
                    split(record, cut);
                }
                detection.onArrived(record, record.end(), false, nowNanos);
                listOf(record).remove(record);
                record.fate(Fate.SACKED);
                sackedBytes += record.length();
                index = mergeSacked(index);
            }
            index++;
        }
    }

    /// Forgets everything.
    void clear() {
        while (!records.isEmpty()) {
            TransmissionRecord record = records.removeFirst();
            if (record.fate() != Fate.SACKED) {
                listOf(record).remove(record);
            }
            spare.give(record);
        }
        records.clear();
        sackedBytes = 0;
    }

    private int mergeSacked(int index) {
        int at = index;
        if (at + 1 < records.size() && records.get(at + 1).fate() == Fate.SACKED) {
            mergeWithNext(at);
        }
        if (at > 0 && records.get(at - 1).fate() == Fate.SACKED) {
            at--;
            mergeWithNext(at);
        }
        return at;
    }

    private void mergeWithNext(int index) {
        TransmissionRecord absorbed = records.get(index + 1);
        records.remove(index + 1);
        records.get(index).extendTo(absorbed.end());
        spare.give(absorbed);
    }

    private TransmissionList listOf(TransmissionRecord record) {
        return record.fate() == Fate.LOST ? lost : inFlight;
    }
}
