// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.MapDnsSettings;
import io.socks5tunnel.api.Socks5Settings;
import io.socks5tunnel.stack.FlowKey;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// What a user is told whose routes or names lead the tunnel's own connections back into it.
///
/// @param server whose address or name is configured
/// @param mapDns which addresses are given to names
record LoopAdvice(Socks5Settings server, MapDnsSettings mapDns) {
    private static final int MAPPED_PREFIX_BYTES = 96 / Byte.SIZE;

    /// Nothing is configured.
    static final LoopAdvice NONE = new LoopAdvice(Socks5Settings.NONE, MapDnsSettings.DEFAULT);

    /// On a connection of ours that came in through the TUN device.
    String onLoop(FlowKey key) {
        InetAddress address = key.destination().getAddress();
        String which = isName() ? server.address() + " (" + address.getHostAddress() + ")" : address.getHostAddress();
        return "routing loop: the SOCKS server " + which + " is routed into the TUN device, so the tunnel's own"
                + " connections to it come back in, and are refused. "
                + (isMapped(address) ? onMappedName() : onRoute(key));
    }

    /// On a name that was not found. It may be that the way to the resolver leads through the tunnel.
    String onUnresolved(String host) {
        return "the name of the SOCKS server " + host + " was not found, so connections are refused. If this host's"
                + " resolver is reached through the tunnel, it cannot be: write the server's address instead of its"
                + " name, or put the name into /etc/hosts";
    }

    private String onMappedName() {
        return "Its address is one that mapdns gives to names: this host's resolver asks the tunnel. Write the"
                + " server's address instead of its name, or put the name into /etc/hosts";
    }

    private static String onRoute(FlowKey key) {
        String ip = key.isIpv4() ? "ip" : "ip -6";
        return "Either give it a route of its own (" + ip + " route add "
                + key.destination().getAddress().getHostAddress()
                + " via GATEWAY), or set socks5.mark and let marked packets go another way (" + ip
                + " rule add fwmark MARK lookup main pref 10)";
    }

    private boolean isName() {
        try {
            return InetAddress.ofLiteral(server.address()).getAddress().length == 0;
        } catch (IllegalArgumentException _) {
            return true;
        }
    }

    private boolean isMapped(InetAddress address) {
        if (mapDns.isOff()) {
            return false;
        }
        if (address instanceof Inet4Address) {
            int mask = bits(mapDns.netmask());
            return (bits(address) & mask) == (bits(mapDns.network()) & mask);
        }
        return mapDns.network6()
                .map(network -> isInSame96(InetAddress.ofLiteral(network), address))
                .orElse(false);
    }

    private static boolean isInSame96(InetAddress network, InetAddress address) {
        return Arrays.equals(
                network.getAddress(), 0, MAPPED_PREFIX_BYTES, address.getAddress(), 0, MAPPED_PREFIX_BYTES);
    }

    private static int bits(String ipv4) {
        return bits(InetAddress.ofLiteral(ipv4));
    }

    private static int bits(InetAddress ipv4) {
        return ByteBuffer.wrap(ipv4.getAddress()).getInt();
    }
}
