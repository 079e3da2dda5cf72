// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.lab;

/// What a [Daemon] of a lab is told, in words of hev-socks5-tunnel's YAML.
///
/// @param mtuBytes the TUN device's MTU
/// @param offload false switches super-segments and checksum offload off
/// @param workers shards
/// @param proxy by which family the SOCKS server is reached
/// @param server whose credentials are shown
public record DaemonConfig(int mtuBytes, boolean offload, int workers, AddressFamily proxy, SocksServer server) {
    /// The name of the TUN device. Other names are not needed: a lab holds one tunnel.
    public static final String DEVICE = "s5t0";

    /// One shard, MTU 1500, offload, proxy reached by IPv4.
    public static DaemonConfig of(SocksServer server) {
        return new DaemonConfig(1500, true, 1, AddressFamily.IPV4, server);
    }

    /// The same with another MTU, bytes.
    public DaemonConfig withMtu(int newMtuBytes) {
        return new DaemonConfig(newMtuBytes, offload, workers, proxy, server);
    }

    /// The same without offload.
    public DaemonConfig withoutOffload() {
        return new DaemonConfig(mtuBytes, false, workers, proxy, server);
    }

    /// The same with another number of shards.
    public DaemonConfig withWorkers(int newWorkers) {
        return new DaemonConfig(mtuBytes, offload, newWorkers, proxy, server);
    }

    /// The same with the proxy reached by another family.
    public DaemonConfig withProxy(AddressFamily newProxy) {
        return new DaemonConfig(mtuBytes, offload, workers, newProxy, server);
    }

    /// The file's text. Keys that are not hev's stand there only where they differ from the default.
    String yaml() {
        StringBuilder yaml = new StringBuilder();
        yaml.append("tunnel:\n  name: ").append(DEVICE).append("\n  mtu: ").append(mtuBytes);
        yaml.append("\n  ipv4: ").append(AddressFamily.IPV4.tunnel());
        yaml.append("\n  ipv6: '").append(AddressFamily.IPV6.tunnel()).append("'\n");
        if (!offload) {
            yaml.append("  offload: off\n");
        }
        yaml.append("socks5:\n  port: ").append(SocksServer.PORT);
        yaml.append("\n  address: '").append(proxy.proxy()).append("'\n");
        if (server.wantsCredentials()) {
            yaml.append("  username: ").append(SocksServer.USER);
            yaml.append("\n  password: ").append(SocksServer.PASSWORD).append('\n');
        }
        yaml.append("misc:\n  log-file: stderr\n  log-level: info\n");
        if (workers > 0) {
            yaml.append("threads:\n  workers: ").append(workers).append('\n');
        }
        return yaml.toString();
    }
}
