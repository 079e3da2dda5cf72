// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.stack.ClientSource;
import io.socks5tunnel.threads.ShardCounters.Count;
import org.jspecify.annotations.Nullable;

/// Replies for one client, held back as long as they can leave in one packet: of one source, one after the other,
/// and all of one length but the last, which may be shorter. Where the device takes no such packet each leaves at
/// once. Confined to one shard.
final class ReplyGroup {
    private final ClientDatagrams clients;
    private final ShardCounters counters;
    private final GatherList payloads = new GatherList();
    private @Nullable ClientSource client;
    private long fromHigh;
    private long fromLow;
    private int fromPort;
    private int datagramBytes;
    private int most;
    private int count;

    ReplyGroup(ClientDatagrams clients, ShardCounters counters) {
        this.clients = clients;
        this.counters = counters;
    }

    /// Sends a datagram now or with [#flush], and in the order of the calls. Its slab must stay as it is until
    /// then.
    void add(ClientSource to, long high, long low, int port, Slab slab, int offset, int length) {
        if (count > 0 && !fits(to, high, low, port, length)) {
            flush();
        }
        if (count == 0) {
            begin(to, high, low, port, length);
        }
        if (most == 1) {
            send(to, slab, offset, length);
            return;
        }
        payloads.add(slab, offset, length);
        count++;
        if (count == most || length < datagramBytes) {
            flush();
        }
    }

    /// Sends what was held back.
    void flush() {
        ClientSource to = client;
        if (count == 0 || to == null) {
            return;
        }
        if (count == 1) {
            send(to, payloads.slab(0), payloads.offset(0), payloads.length(0));
        } else if (clients.sendDatagrams(to, fromHigh, fromLow, fromPort, payloads, datagramBytes)) {
            counters.add(Count.UDP_DATAGRAMS_DOWN, count);
            counters.add(Count.UDP_BYTES_DOWN, payloads.totalBytes());
        } else if (clients.datagramsTogether(to, datagramBytes) == 1) {
            // the device has just turned out to take none
            sendOneByOne(to);
        } else {
            counters.drop(DropReason.UDP_REPLY_UNDELIVERABLE, count);
        }
        payloads.clear();
        count = 0;
    }

    /// A shorter one would have ended the group.
    private boolean fits(ClientSource to, long high, long low, int port, int length) {
        return length > 0
                && length <= datagramBytes
                && low == fromLow
                && high == fromHigh
                && port == fromPort
                && to.equals(client);
    }

    private void begin(ClientSource to, long high, long low, int port, int length) {
        client = to;
        fromHigh = high;
        fromLow = low;
        fromPort = port;
        datagramBytes = length;
        most = clients.datagramsTogether(to, length);
    }

    private void sendOneByOne(ClientSource to) {
        for (int i = 0; i < payloads.count(); i++) {
            int end = payloads.offset(i) + payloads.length(i);
            for (int at = payloads.offset(i); at < end; at += datagramBytes) {
                send(to, payloads.slab(i), at, Math.min(datagramBytes, end - at));
            }
        }
    }

    private void send(ClientSource to, Slab slab, int offset, int length) {
        if (clients.sendDatagram(to, fromHigh, fromLow, fromPort, slab, offset, length)) {
            counters.add(Count.UDP_DATAGRAMS_DOWN, 1);
            counters.add(Count.UDP_BYTES_DOWN, length);
        } else {
            counters.drop(DropReason.UDP_REPLY_UNDELIVERABLE, 1);
        }
    }
}
