// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.LimitSettings;
import io.socks5tunnel.stack.FlowKey;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// How many flows of a tunnel may be half-open, in all and per client address, and how many of them may be waiting
/// for the SOCKS server. What goes beyond is ignored without an answer, as a full backlog does. Touched three times
/// per flow. May be used from any thread.
///
/// A flow is half-open until the client has acknowledged our SYN-ACK, for whoever floods with forged addresses
/// never does (RFC 4987 §2); its dial ends with the server's answer.
final class OpenLimits {
    private final int maxHalfOpen;
    private final int maxHalfOpenPerClient;
    private final int maxDials;
    private final int maxDatagramDials;
    private final AtomicInteger halfOpen = new AtomicInteger();
    private final AtomicInteger dials = new AtomicInteger();
    private final AtomicInteger datagramDials = new AtomicInteger();
    private final ConcurrentHashMap<ClientAddress, Integer> perClient = new ConcurrentHashMap<>();

    OpenLimits(LimitSettings settings) {
        maxHalfOpen = settings.maxHalfOpen();
        maxDials = settings.maxDials();
        maxDatagramDials = Math.max(1, maxDials / 2);
        maxHalfOpenPerClient = settings.maxHalfOpenPerClient();
    }

    /// Counts a flow that is being opened, and its dial.
    ///
    /// @return false if it is one too many; nothing was counted then
    boolean tryBegin(FlowKey key) {
        if (!tryBeginDial()) {
            return false;
        }
        if (tryBeginHalfOpen(key)) {
            return true;
        }
        endDial();
        return false;
    }

    /// Counts a dial that belongs to no half-open flow.
    ///
    /// @return false if it is one too many; nothing was counted then
    boolean tryBeginDial() {
        if (dials.incrementAndGet() <= maxDials) {
            return true;
        }
        dials.decrementAndGet();
        return false;
    }

    /// Uncounts a dial that succeeded, failed or was given up.
    void endDial() {
        dials.decrementAndGet();
    }

    private boolean tryBeginHalfOpen(FlowKey key) {
        if (halfOpen.incrementAndGet() <= maxHalfOpen) {
            ClientAddress client = ClientAddress.of(key);
            Integer count = perClient.merge(client, 1, Integer::sum);
            if (count != null && count <= maxHalfOpenPerClient) {
                return true;
            }
            perClient.compute(client, (_, present) -> lessOne(present));
        }
        halfOpen.decrementAndGet();
        return false;
    }

    /// Uncounts a half-open flow that the client confirmed, that was refused or given up.
    void end(FlowKey key) {
        perClient.compute(ClientAddress.of(key), (_, present) -> lessOne(present));
        halfOpen.decrementAndGet();
    }

    /// Counts a dial for datagrams, or one ahead of any flow. These may use half of the dials only, so that
    /// connections always find some; a client's datagrams can wait, which a SYN cannot.
    ///
    /// @return false if it is one too many; nothing was counted then
    boolean tryBeginDatagrams() {
        if (datagramDials.incrementAndGet() <= maxDatagramDials && tryBeginDial()) {
            return true;
        }
        datagramDials.decrementAndGet();
        return false;
    }

    /// Uncounts such a dial that has ended.
    void endDatagrams() {
        datagramDials.decrementAndGet();
        endDial();
    }

    /// Half-open flows now.
    int halfOpen() {
        return halfOpen.get();
    }

    /// Dials under way now.
    int dials() {
        return dials.get();
    }

    /// Clients with a half-open flow now.
    int clients() {
        return perClient.size();
    }

    private static @Nullable Integer lessOne(@Nullable Integer count) {
        return count == null || count == 1 ? null : Integer.valueOf(count - 1);
    }

    private record ClientAddress(long high, long low) {
        static ClientAddress of(FlowKey key) {
            return new ClientAddress(key.clientHigh(), key.clientLow());
        }
    }
}
