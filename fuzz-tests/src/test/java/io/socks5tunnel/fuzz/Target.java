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

/// All targets, by the names that `./fuzz` knows them by, with the longest input that is worth a try: many short
/// ones find more than few that do everything a hundred times.
@SuppressWarnings("ImmutableEnumChecker") // makers have no state
enum Target {
    PACKET("packet", 512, PacketTarget::new),
    SEGMENT("segment", 192, SegmentTarget::new),
    FRAGMENT("fragment", 128, FragmentTarget::new),
    HANDSHAKE("handshake", 320, HandshakeTarget::new),
    PCAP("pcap", 512, CaptureTarget::new),
    PCAPNG("pcapng", 512, () -> new CaptureTarget(0x0a, 0x0d, 0x0d, 0x0a)),
    CONFIG("config", 512, ConfigTarget::new),
    DNS_QUERY("dns-query", 512, DnsQueryTarget::new),
    DNS_REPLY("dns-reply", 1024, DnsReplyTarget::new),
    UDP_HEADER("udp-header", 320, UdpHeaderTarget::new),
    UDP_STREAM("udp-stream", 768, UdpStreamTarget::new);

    private final String text;
    private final int longestBytes;
    private final Supplier<FuzzTarget> maker;

    Target(String text, int longestBytes, Supplier<FuzzTarget> maker) {
        this.text = text;
        this.longestBytes = longestBytes;
        this.maker = maker;
    }

    String text() {
        return text;
    }

    /// The longest input that the fuzzer is to make.
    int longestBytes() {
        return longestBytes;
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
