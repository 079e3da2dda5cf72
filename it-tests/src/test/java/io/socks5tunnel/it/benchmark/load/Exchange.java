// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.benchmark.load;

import java.nio.ByteBuffer;

/// What load generators and the [AnsweringProxy] say to each other once they are connected.
///
/// A request on a stream has [#REQUEST_BYTES], of which the first tells whether the connection ends with the reply;
/// the reply repeats it. A datagram begins with what is to happen to it and a number; the rest repeats the number's
/// last byte.
final class Exchange {
    static final int REQUEST_BYTES = 64;

    /// Reply, then close.
    static final byte LAST = 'L';

    /// Reply, and wait for more.
    static final byte KEEP = 'K';

    /// A datagram that is to come back.
    static final byte ECHO = 'E';

    /// A datagram that is only to be counted.
    static final byte COUNT = 'C';

    /// A datagram that is answered with the number of those counted.
    static final byte QUERY = 'Q';

    static final int NUMBER_AT = 1;
    static final int LEAST_DATAGRAM_BYTES = NUMBER_AT + Long.BYTES;

    /// The header that SOCKS5 puts before a datagram to or from an IPv4 address, bytes.
    static final int DATAGRAM_HEADER_BYTES = 10;

    /// A byte times this is a `long` of that byte: generators shall not be busy with bytes.
    private static final long EIGHT_TIMES = 0x0101_0101_0101_0101L;

    private Exchange() {}

    /// Fills a request or datagram, from the buffer's position to its limit.
    static void fill(ByteBuffer buffer, byte kind, long number) {
        int at = buffer.position();
        buffer.put(at, kind);
        buffer.putLong(at + NUMBER_AT, number);
        long eight = (number & 0xff) * EIGHT_TIMES;
        int i = at + LEAST_DATAGRAM_BYTES;
        for (; i <= buffer.limit() - Long.BYTES; i += Long.BYTES) {
            buffer.putLong(i, eight);
        }
        for (; i < buffer.limit(); i++) {
            buffer.put(i, (byte) number);
        }
    }

    /// Whether all bytes from `at` to `end` are what [#fill] wrote.
    static boolean isIntact(ByteBuffer buffer, int at, int end, byte kind) {
        if (end - at < LEAST_DATAGRAM_BYTES || buffer.get(at) != kind) {
            return false;
        }
        byte last = (byte) buffer.getLong(at + NUMBER_AT);
        long eight = (last & 0xff) * EIGHT_TIMES;
        int i = at + LEAST_DATAGRAM_BYTES;
        for (; i <= end - Long.BYTES; i += Long.BYTES) {
            if (buffer.getLong(i) != eight) {
                return false;
            }
        }
        for (; i < end; i++) {
            if (buffer.get(i) != last) {
                return false;
            }
        }
        return true;
    }
}
