// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.lab;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a [Daemon] of a lab is told, in words of hev-socks5-tunnel's YAML.
///
/// @param mtuBytes the TUN device's MTU
/// @param offload false switches super-segments and checksum offload off
/// @param workers shards
/// @param proxy by which family the SOCKS server is reached
/// @param server whose credentials are shown
/// @param keys further keys, or others instead of those above, by name with its section, such as `tunnel.mtu`
public record DaemonConfig(
        int mtuBytes, boolean offload, int workers, AddressFamily proxy, SocksServer server, Map<String, String> keys) {
    /// The name of the TUN device. Other names are not needed: a lab holds one tunnel.
    public static final String DEVICE = "s5t0";

    private static final int SMALLEST_IPV6_MTU_BYTES = 1280;

    /// One shard, MTU 1500, offload, proxy reached by IPv4.
    public static DaemonConfig of(SocksServer server) {
        return new DaemonConfig(1500, true, 1, AddressFamily.IPV4, server, Map.of());
    }

    /// The same with another MTU, bytes.
    public DaemonConfig withMtu(int newMtuBytes) {
        return new DaemonConfig(newMtuBytes, offload, workers, proxy, server, keys);
    }

    /// The same without offload.
    public DaemonConfig withoutOffload() {
        return new DaemonConfig(mtuBytes, false, workers, proxy, server, keys);
    }

    /// The same with another number of shards.
    public DaemonConfig withWorkers(int newWorkers) {
        return new DaemonConfig(mtuBytes, offload, newWorkers, proxy, server, keys);
    }

    /// The same with the proxy reached by another family.
    public DaemonConfig withProxy(AddressFamily newProxy) {
        return new DaemonConfig(mtuBytes, offload, workers, newProxy, server, keys);
    }

    /// The same with a further key.
    public DaemonConfig with(String key, Object value) {
        Map<String, String> all = new LinkedHashMap<>(keys);
        all.put(key, value.toString());
        return new DaemonConfig(mtuBytes, offload, workers, proxy, server, Map.copyOf(all));
    }

    /// What the device can carry: IPv6 asks for more than the smallest MTUs.
    public List<AddressFamily> families() {
        return mtuBytes < SMALLEST_IPV6_MTU_BYTES ? List.of(AddressFamily.IPV4) : List.of(AddressFamily.values());
    }

    /// The file's text. Keys that are not hev's stand there only where they differ from the default.
    String yaml() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("tunnel.name", DEVICE);
        all.put("tunnel.mtu", Integer.toString(mtuBytes));
        all.put("tunnel.ipv4", AddressFamily.IPV4.tunnel());
        if (families().contains(AddressFamily.IPV6)) {
            all.put("tunnel.ipv6", AddressFamily.IPV6.tunnel());
        }
        if (!offload) {
            all.put("tunnel.offload", "off");
        }
        all.put("socks5.port", Integer.toString(SocksServer.PORT));
        all.put("socks5.address", proxy.proxy());
        if (server.wantsCredentials()) {
            all.put("socks5.username", SocksServer.USER);
            all.put("socks5.password", SocksServer.PASSWORD);
        }
        all.put("misc.log-file", "stderr");
        all.put("misc.log-level", "info");
        if (workers > 0) {
            all.put("threads.workers", Integer.toString(workers));
        }
        all.putAll(keys);
        return text(all);
    }

    private static String text(Map<String, String> keys) {
        Map<String, StringBuilder> sections = new LinkedHashMap<>();
        keys.forEach((key, value) -> {
            int dot = key.indexOf('.');
            sections.computeIfAbsent(key.substring(0, dot), _ -> new StringBuilder())
                    .append("  ")
                    .append(key.substring(dot + 1))
                    .append(": '")
                    .append(value)
                    .append("'\n");
        });
        StringBuilder yaml = new StringBuilder();
        sections.forEach((name, lines) -> yaml.append(name).append(":\n").append(lines));
        return yaml.toString();
    }
}
