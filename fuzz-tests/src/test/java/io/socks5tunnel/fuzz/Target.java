// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.fuzz;

import io.socks5tunnel.threads.HandshakeTarget;
import io.socks5tunnel.threads.UdpHeaderTarget;
import io.socks5tunnel.threads.UdpStreamTarget;
import io.socks5tunnel.threads.dns.DnsQueryTarget;
import io.socks5tunnel.threads.dns.DnsReplyTarget;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/// All targets, by the names that `./fuzz` knows them by.
@SuppressWarnings("ImmutableEnumChecker") // makers have no state
enum Target {
    PACKET("packet", PacketTarget::new),
    SEGMENT("segment", SegmentTarget::new),
    FRAGMENT("fragment", FragmentTarget::new),
    HANDSHAKE("handshake", HandshakeTarget::new),
    PCAP("pcap", CaptureTarget::new),
    PCAPNG("pcapng", () -> new CaptureTarget(0x0a, 0x0d, 0x0d, 0x0a)),
    CONFIG("config", ConfigTarget::new),
    DNS_QUERY("dns-query", DnsQueryTarget::new),
    DNS_REPLY("dns-reply", DnsReplyTarget::new),
    UDP_HEADER("udp-header", UdpHeaderTarget::new),
    UDP_STREAM("udp-stream", UdpStreamTarget::new);

    private final String text;
    private final Supplier<FuzzTarget> maker;

    Target(String text, Supplier<FuzzTarget> maker) {
        this.text = text;
        this.maker = maker;
    }

    String text() {
        return text;
    }

    FuzzTarget make() {
        return maker.get();
    }

    static Target named(String text) {
        return Arrays.stream(values())
                .filter(target -> target.text.equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no target " + text + "; there are " + names()));
    }

    static List<String> names() {
        return Arrays.stream(values()).map(Target::text).toList();
    }
}
