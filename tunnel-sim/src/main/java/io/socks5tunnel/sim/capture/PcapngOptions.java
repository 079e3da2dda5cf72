// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.capture;

import java.nio.ByteBuffer;

/// Walks over the options at the end of a pcapng block. One that reaches beyond the block ends the walk: options
/// are remarks, and a broken remark is no reason to lose a packet.
///
/// ```text
///  option: code 2 | length 2 | value, padded to a multiple of 4
/// ```
final class PcapngOptions {
    private static final int HEADER_BYTES = 4;

    private final ByteBuffer body;
    private int nextAt;
    private int code;
    private int length;
    private int valueAt;

    /// @param at where in the body they begin
    PcapngOptions(ByteBuffer body, int at) {
        this.body = body;
        nextAt = at;
    }

    /// Goes to the next option; false behind the last.
    boolean next() {
        if (nextAt + HEADER_BYTES > body.limit()) {
            return false;
        }
        code = Short.toUnsignedInt(body.getShort(nextAt));
        length = Short.toUnsignedInt(body.getShort(nextAt + 2));
        valueAt = nextAt + HEADER_BYTES;
        nextAt = valueAt + (length + 3 & ~3);
        return code != PcapngFormat.OPTION_END && valueAt + length <= body.limit();
    }

    int code() {
        return code;
    }

    /// Bytes of the value, without its padding.
    int length() {
        return length;
    }

    int valueAt() {
        return valueAt;
    }
}
