// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.LimitSettings;
import io.socks5tunnel.stack.FlowKey;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// How many flows of a tunnel may be waiting for the SOCKS server: in all, per client address, and dials. What goes
/// beyond is ignored without an answer, as a full backlog does. Touched twice per flow. May be used from any
/// thread.
final class OpenLimits {
    private final int maxHalfOpen;
    private final int maxHalfOpenPerClient;
    private final int maxDatagramDials;
    private final AtomicInteger halfOpen = new AtomicInteger();
    private final AtomicInteger datagramDials = new AtomicInteger();
    private final ConcurrentHashMap<ClientAddress, Integer> perClient = new ConcurrentHashMap<>();

    /// Every half-open flow has exactly one dial under way, so the smaller of the two limits is the one that holds.
    OpenLimits(LimitSettings settings) {
        maxHalfOpen = Math.min(settings.maxHalfOpen(), settings.maxDials());
        maxDatagramDials = Math.max(1, maxHalfOpen / 2);
        maxHalfOpenPerClient = settings.maxHalfOpenPerClient();
    }

    /// Counts a flow that is being opened.
    ///
    /// @return false if it is one too many; nothing was counted then
    boolean tryBegin(FlowKey key) {
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

    /// Uncounts a flow that was opened, refused or given up.
    void end(FlowKey key) {
        perClient.compute(ClientAddress.of(key), (_, present) -> lessOne(present));
        halfOpen.decrementAndGet();
    }

    /// Counts a dial for datagrams. These may use half of the dials only, so that connections always find some; a
    /// client's datagrams can wait, which a SYN cannot.
    ///
    /// @return false if it is one too many; nothing was counted then
    boolean tryBeginDatagrams() {
        if (datagramDials.incrementAndGet() <= maxDatagramDials) {
            if (halfOpen.incrementAndGet() <= maxHalfOpen) {
                return true;
            }
            halfOpen.decrementAndGet();
        }
        datagramDials.decrementAndGet();
        return false;
    }

    /// Uncounts a dial for datagrams that has ended.
    void endDatagrams() {
        datagramDials.decrementAndGet();
        halfOpen.decrementAndGet();
    }

    /// Flows being opened now, and dials for datagrams.
    int halfOpen() {
        return halfOpen.get();
    }

    /// Clients with a flow being opened now.
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
