// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.stack.PacketStack;
import io.socks5tunnel.threads.dns.DnsResponder;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// One shard's counters. Only the shard writes, any thread reads: opaque access makes every value whole and
/// eventually seen, and costs the shard an ordinary store.
@SuppressWarnings("EnumOrdinal") // the index of an array that lives no longer than the process
final class ShardCounters {
    /// What is counted.
    enum Count {
        /// Packets read from the TUN device.
        TX_PACKETS,
        /// Their bytes.
        TX_BYTES,
        /// Packets written to it.
        RX_PACKETS,
        /// Their bytes.
        RX_BYTES,
        /// Packets that the device did not take.
        RX_LOST,
        /// TCP flows established now.
        TCP_OPEN,
        /// TCP flows established ever.
        TCP_OPENED,
        /// TCP flows refused.
        TCP_REFUSED,
        /// Packets handed to other shards.
        STRAYS,
        /// Packets for other shards whose mailbox was full.
        STRAYS_LOST,
        /// Payload written to SOCKS servers.
        BYTES_UP,
        /// Payload read from SOCKS servers.
        BYTES_DOWN,
        /// DNS queries answered by the tunnel itself.
        DNS_ANSWERED,
        /// What came as a DNS query to the tunnel and was malformed.
        DNS_MALFORMED,
        /// DNS queries taken to the resolver over TCP.
        DNS_FORWARDED,
        /// UDP flows with an association now.
        UDP_OPEN,
        /// UDP flows that got one ever.
        UDP_OPENED,
        /// UDP flows refused.
        UDP_REFUSED,
        /// Datagrams sent to SOCKS servers.
        UDP_DATAGRAMS_UP,
        /// Datagrams of SOCKS servers sent to clients.
        UDP_DATAGRAMS_DOWN,
        /// Payload of the datagrams up.
        UDP_BYTES_UP,
        /// Payload of the datagrams down.
        UDP_BYTES_DOWN,
        /// Time not spent waiting, ns, if it is measured.
        BUSY_NANOS,
        /// Stretches that were hardly anything else; see [ShardLoad].
        BUSY_STRETCHES
    }

    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
    private static final DropReason[] REASONS = DropReason.values();

    private final long[] cells = new long[Count.values().length];
    private final long[] drops = new long[REASONS.length];
    private final long[] relayDrops = new long[REASONS.length];

    /// Adds to a counter. Owner only.
    void add(Count count, long amount) {
        int cell = count.ordinal();
        CELL.setOpaque(cells, cell, cells[cell] + amount);
    }

    /// Counts datagrams that were dropped outside the stack. Owner only.
    void drop(DropReason reason, long datagrams) {
        int cell = reason.ordinal();
        CELL.setOpaque(relayDrops, cell, relayDrops[cell] + datagrams);
    }

    /// Shows what the stack has dropped so far. Owner only.
    void publishDrops(PacketStack stack) {
        for (int i = 0; i < REASONS.length; i++) {
            CELL.setOpaque(drops, i, stack.drops(REASONS[i]));
        }
    }

    /// Shows what was answered so far. Owner only.
    void publishDns(DnsResponder responder) {
        CELL.setOpaque(cells, Count.DNS_ANSWERED.ordinal(), responder.answered());
        CELL.setOpaque(cells, Count.DNS_MALFORMED.ordinal(), responder.malformed());
    }

    /// A counter now.
    long value(Count count) {
        return (long) CELL.getOpaque(cells, count.ordinal());
    }

    /// Packets dropped for `reason`.
    long drops(DropReason reason) {
        long sum = (long) CELL.getOpaque(drops, reason.ordinal()) + (long) CELL.getOpaque(relayDrops, reason.ordinal());
        return reason == DropReason.STRAY_MAILBOX_FULL ? sum + value(Count.STRAYS_LOST) : sum;
    }
}
