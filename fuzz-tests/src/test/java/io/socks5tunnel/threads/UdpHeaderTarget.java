// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.DnsSettings;
import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.fuzz.Finding;
import io.socks5tunnel.fuzz.FuzzBytes;
import io.socks5tunnel.fuzz.FuzzTarget;
import io.socks5tunnel.stack.ClientSource;
import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.threads.dns.DnsRedirect;
import io.socks5tunnel.threads.dns.PeerSources;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// A datagram of a SOCKS server, header included. It is delivered with the source and the payload that it says, or
/// counted, once and under the right reason; and what we write ourselves is read as it was meant.
///
/// ```
/// settings, the server's datagram …
/// ```
public final class UdpHeaderTarget implements FuzzTarget {
    private static final ClientSource CLIENT = new ClientSource(0, FlowKey.mappedIpv4(0x0a00_0001), 7000);
    private static final DropReason[] REASONS = {
        DropReason.UDP_REPLY_MALFORMED,
        DropReason.UDP_REPLY_FRAGMENT,
        DropReason.UDP_REPLY_NAMED,
        DropReason.UDP_REPLY_UNDELIVERABLE
    };
    private static final int BEFORE = 100;

    private final Slab slab = new Slab();
    private final Slab other = new Slab();
    private final DnsRedirect redirect = new DnsRedirect(DnsSettings.DEFAULT);

    @Override
    public void run(byte[] input) {
        var bytes = new FuzzBytes(input);
        int settings = bytes.u8();
        byte[] datagram = bytes.rest();
        slab.bytes().put(BEFORE, datagram);
        var clients = new DeliveredDatagrams((settings & 1) == 0);
        var counters = new ShardCounters();
        var replies = new UdpReplies(clients, counters, new ReplySource(redirect));
        replies.to(CLIENT, (settings & 2) == 0 ? null : peers());
        replies.onDatagram(slab, BEFORE, datagram.length);

        DropReason expected = expected(datagram, settings);
        for (DropReason reason : REASONS) {
            Finding.unlessSame(counters.drops(reason), reason == expected ? 1 : 0, "drops of " + reason);
        }
        Finding.unlessSame(clients.delivered.size(), expected == null ? 1 : 0, "datagrams delivered");
        if (expected == null) {
            byte[] payload = clients.delivered.getFirst();
            int from = datagram.length - payload.length;
            Finding.unlessSame(from, headerBytes(datagram), "bytes of the header");
            Finding.unless(
                    Arrays.equals(payload, Arrays.copyOfRange(datagram, from, datagram.length)), "another payload");
        }
        writeAndRead(datagram);
    }

    /// By a reading of RFC 1928 §7 of its own.
    private static DropReason expected(byte[] datagram, int settings) {
        int header = headerBytes(datagram);
        if (header < 0 || datagram[0] != 0 || datagram[1] != 0) {
            return DropReason.UDP_REPLY_MALFORMED;
        }
        if (datagram[2] != 0) {
            return DropReason.UDP_REPLY_FRAGMENT;
        }
        if (datagram[3] == 3) {
            boolean isAsked = (settings & 2) != 0 && isName(datagram, "a.b");
            if (!isAsked) {
                return DropReason.UDP_REPLY_NAMED;
            }
        }
        return (settings & 1) == 0 ? null : DropReason.UDP_REPLY_UNDELIVERABLE;
    }

    private static int headerBytes(byte[] datagram) {
        if (datagram.length < 5) {
            return -1;
        }
        int bytes = switch (datagram[3]) {
            case 1 -> 4 + 4 + 2;
            case 3 -> 4 + 1 + Byte.toUnsignedInt(datagram[4]) + 2;
            case 4 -> 4 + 16 + 2;
            default -> Integer.MAX_VALUE;
        };
        return bytes <= datagram.length ? bytes : -1;
    }

    private static boolean isName(byte[] datagram, String name) {
        var found = new StringBuilder();
        for (int i = 0; i < Byte.toUnsignedInt(datagram[4]); i++) {
            found.append((char) Byte.toUnsignedInt(datagram[5 + i]));
        }
        return found.toString().toLowerCase(java.util.Locale.ROOT).equals(name);
    }

    private static PeerSources peers() {
        var peers = new PeerSources();
        peers.sent(0, FlowKey.mappedIpv4(0x6440_0001), 53, "a.b");
        peers.sent(0, FlowKey.mappedIpv4(0x0101_0101), 53, null);
        return peers;
    }

    /// Takes the input for an address of our own.
    private void writeAndRead(byte[] seed) {
        if (seed.length < 2 * Long.BYTES + 2) {
            return;
        }
        ByteBuffer from = ByteBuffer.wrap(seed);
        ByteBuffer into = other.bytes();
        long high = from.getLong(0);
        long low = from.getLong(Long.BYTES);
        int port = Short.toUnsignedInt(from.getShort(2 * Long.BYTES));
        int written = SocksDatagram.putAddress(into, 0, high, low, port);
        Finding.unlessSame(SocksDatagram.addressBytes(into, 0, written), written, "bytes of an address");
        Finding.unlessSame(SocksDatagram.high(into, 0), high, "upper half");
        Finding.unlessSame(SocksDatagram.low(into, 0), low, "lower half");
        Finding.unlessSame(SocksDatagram.port(into, 0, written), port, "port");
    }
}
