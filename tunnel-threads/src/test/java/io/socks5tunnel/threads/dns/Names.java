// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.dns;

import io.socks5tunnel.api.LimitSettings;
import io.socks5tunnel.api.MapDnsSettings;
import io.socks5tunnel.api.ProcessSettings;
import io.socks5tunnel.api.Socks5Settings;
import io.socks5tunnel.api.ThreadSettings;
import io.socks5tunnel.api.TunSettings;
import io.socks5tunnel.api.TunnelConfig;
import io.socks5tunnel.stack.FlowKey;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/// Configurations and addresses for tests of mapdns.
public final class Names {
    public static final MapDnsSettings IPV4_ONLY =
            MapDnsSettings.ofIpv4("198.18.0.2", 53, "100.64.0.0", "255.192.0.0", 10_000);
    public static final MapDnsSettings BOTH = new MapDnsSettings(
            "198.18.0.2",
            53,
            "100.64.0.0",
            "255.192.0.0",
            10_000,
            Optional.of("fc00::2"),
            Optional.of("fc00:6440::"),
            Optional.empty());

    private Names() {}

    public static MapDns mapDns(MapDnsSettings settings) {
        return new MapDns(config(settings));
    }

    public static TunnelConfig config(MapDnsSettings settings) {
        return new TunnelConfig(
                TunSettings.DEFAULT,
                Socks5Settings.NONE,
                settings,
                LimitSettings.DEFAULT,
                ProcessSettings.DEFAULT,
                ThreadSettings.DEFAULT);
    }

    public static long high(String address) {
        byte[] raw = InetAddress.ofLiteral(address).getAddress();
        return raw.length == 4 ? 0 : ByteBuffer.wrap(raw).getLong();
    }

    public static long low(String address) {
        ByteBuffer raw = ByteBuffer.wrap(InetAddress.ofLiteral(address).getAddress());
        return raw.capacity() == 4 ? FlowKey.mappedIpv4(raw.getInt()) : raw.getLong(8);
    }

    public static String nameOf(MapDns names, String address) {
        return names.nameOf(high(address), low(address), 0);
    }

    /// The answer to a query by UDP, or null.
    public static DnsMessage ask(DnsResponder responder, byte[] query) {
        ByteBuffer reply = ByteBuffer.allocate(DnsResponder.MAX_REPLY_BYTES + 3);
        int length = responder.answerDatagram(ByteBuffer.wrap(query), 0, query.length, reply, 3, 0);
        return length == 0 ? null : new DnsMessage(Arrays.copyOfRange(reply.array(), 3, 3 + length));
    }
}
