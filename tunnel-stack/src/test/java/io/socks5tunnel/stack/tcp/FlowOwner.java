// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.stack.TcpFlow;
import java.io.ByteArrayOutputStream;

/// Who reads and writes a flow.
final class FlowOwner {
    /// All that was read.
    final ByteArrayOutputStream read = new ByteArrayOutputStream();

    void readAll(TcpFlow flow) {
        while (flow.readableBytes() > 0) {
            readAtMost(flow, Integer.MAX_VALUE);
        }
    }

    void readSome(TcpFlow flow, int bytes) {
        GatherList list = new GatherList();
        flow.peek(list);
        take(flow, list, bytes);
    }

    /// Reads what one peek shows, `bytes` of it at most.
    void readAtMost(TcpFlow flow, int bytes) {
        GatherList list = new GatherList();
        flow.peek(list);
        take(flow, list, Math.min(bytes, list.totalBytes()));
    }

    /// Writes as much as there is room for, without sending.
    int write(TcpFlow flow, byte[] bytes) {
        GatherList list = new GatherList();
        flow.reserve(list);
        int at = 0;
        for (int i = 0; i < list.count() && at < bytes.length; i++) {
            int length = Math.min(list.length(i), bytes.length - at);
            list.slab(i).bytes().put(list.offset(i), bytes, at, length);
            at += length;
        }
        flow.commit(at);
        return at;
    }

    /// Bytes of a stream in which no two places look alike, from offset `from` on.
    static byte[] pattern(int from, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            int at = from + i;
            bytes[i] = (byte) (at * 31 + (at >>> 8) * 7 + (at >>> 16));
        }
        return bytes;
    }

    private void take(TcpFlow flow, GatherList list, int bytes) {
        int left = bytes;
        for (int i = 0; i < list.count() && left > 0; i++) {
            byte[] piece = new byte[Math.min(left, list.length(i))];
            list.slab(i).bytes().get(list.offset(i), piece);
            read.writeBytes(piece);
            left -= piece.length;
        }
        flow.consume(bytes);
    }
}
