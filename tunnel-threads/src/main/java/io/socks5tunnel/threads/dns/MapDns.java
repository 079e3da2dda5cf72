// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.dns;

import io.socks5tunnel.api.MapDnsSettings;
import io.socks5tunnel.api.TunnelConfig;
import io.socks5tunnel.stack.FlowKey;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Names that clients are given addresses for, so that the SOCKS server can be told the names when they connect to
/// those addresses. Addresses have the form of flow keys.
///
/// One for all shards of a tunnel. May be used from any thread, without a lock but for names that are new.
public final class MapDns {
    private final boolean isOn;
    private final int port;
    private final long address;
    private final boolean hasAddress6;
    private final long address6High;
    private final long address6Low;
    private final MappedNetwork network;
    private final int capacity;
    private final NameTable table;

    /// Off if the configuration says so: it serves nobody and knows no name then.
    public MapDns(TunnelConfig config) {
        MapDnsSettings settings = config.mapDns();
        isOn = !settings.isOff();
        port = settings.port();
        address = FlowKey.mappedIpv4(bytes(settings.address()).getInt(0));
        Optional<ByteBuffer> address6 = settings.address6().map(MapDns::bytes);
        hasAddress6 = address6.isPresent();
        address6High = address6.map(raw -> raw.getLong(0)).orElse(0L);
        address6Low = address6.map(raw -> raw.getLong(Long.BYTES)).orElse(0L);
        network = new MappedNetwork(
                isOn ? settings : MapDnsSettings.ofIpv4("0.0.0.0", 0, "0.0.0.0", "255.255.255.255", 0),
                config.tunnel());
        capacity = Math.max(0, Math.min(settings.cacheSize(), network.slots()));
        table = new NameTable(capacity);
    }

    /// Whether there are mapped names at all.
    public boolean isOn() {
        return isOn;
    }

    /// Whether queries to this address and port are answered here.
    public boolean isServedAt(long high, long low, int atPort) {
        if (!isOn || atPort != port) {
            return false;
        }
        return (high == 0 && low == address) || (hasAddress6 && high == address6High && low == address6Low);
    }

    /// The name that an address was given for, or null: then the address means itself. Keeps the name from being
    /// forgotten.
    public @Nullable String nameOf(long high, long low, long nowNanos) {
        if (!isOn) {
            return null;
        }
        int slot = network.slotOf(high, low);
        return slot == MappedNetwork.NO_SLOT ? null : table.nameAt(slot, nowNanos);
    }

    /// Names that were given an address so far; those from a file are none of them.
    public long namesMapped() {
        return table.changes();
    }

    /// Names so far that lost their address to another.
    public long namesForgotten() {
        return table.forgotten();
    }

    /// How many names are kept at most.
    int capacity() {
        return capacity;
    }

    NameTable table() {
        return table;
    }

    MappedNetwork network() {
        return network;
    }

    private static ByteBuffer bytes(String address) {
        return ByteBuffer.wrap(InetAddress.ofLiteral(address).getAddress());
    }
}
