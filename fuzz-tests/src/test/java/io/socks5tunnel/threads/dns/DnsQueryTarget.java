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
import io.socks5tunnel.fuzz.Finding;
import io.socks5tunnel.fuzz.FuzzBytes;
import io.socks5tunnel.fuzz.FuzzTarget;
import io.socks5tunnel.stack.FlowKey;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/// Queries to mapdns, one after the other. Each gets one sound response of the size that the client takes, or none;
/// an address that is given leads back to the name; and no response is ever answered, so that two who answer each
/// other come to rest.
///
/// ```
/// settings, { how it comes, length, message }
/// ```
public final class DnsQueryTarget implements FuzzTarget {
    private static final MapDnsSettings BOTH = new MapDnsSettings(
            "198.18.0.2",
            53,
            "100.64.0.0",
            "255.192.0.0",
            8,
            Optional.of("fc00::2"),
            Optional.of("fc00:6440::"),
            Optional.empty());
    private static final MapDnsSettings IPV4_ONLY =
            MapDnsSettings.ofIpv4("198.18.0.2", 53, "100.64.0.0", "255.192.0.0", 8);
    private static final int BEFORE = 5;
    private static final int USUAL_UDP_BYTES = 512;
    private static final int RESPONSE = 0x8000;
    private static final int TRUNCATED = 0x0200;
    private static final int SPOILT = 0x5a;

    private final ByteBuffer reply = ByteBuffer.allocate(BEFORE + DnsResponder.MAX_REPLY_BYTES + BEFORE);
    private final ByteBuffer replyToReply = ByteBuffer.allocate(DnsResponder.MAX_REPLY_BYTES);

    private long outcome;

    @Override
    public long outcome() {
        return outcome;
    }

    @Override
    public void run(byte[] input) {
        outcome = 0;
        var bytes = new FuzzBytes(input);
        var names = new MapDns(config((bytes.u8() & 1) == 0 ? BOTH : IPV4_ONLY));
        var responder = new DnsResponder(names);
        long nowNanos = 0;
        while (bytes.hasMore()) {
            int how = bytes.u8();
            byte[] message = bytes.take(bytes.u16() & 0x3ff);
            nowNanos += how;
            ask(names, responder, message, (how & 1) == 0, nowNanos);
        }
    }

    private void ask(MapDns names, DnsResponder responder, byte[] message, boolean isUdp, long nowNanos) {
        ByteBuffer query = ByteBuffer.wrap(message);
        Arrays.fill(reply.array(), (byte) SPOILT);
        int length = isUdp
                ? responder.answerDatagram(query, 0, message.length, reply, BEFORE, nowNanos)
                : responder.answerMessage(query, 0, message.length, reply, BEFORE, nowNanos);
        for (int i = 0; i < BEFORE; i++) {
            Finding.unless(
                    reply.get(i) == SPOILT && reply.get(BEFORE + Math.max(length, 0) + i) == SPOILT
                            || length > DnsResponder.MAX_REPLY_BYTES,
                    "written beside the reply");
        }
        outcome = outcome * 31 + reply.slice(BEFORE, Math.max(length, 0)).hashCode();
        boolean isQuery = message.length >= 12 && message[2] >= 0;
        Finding.unless(length > 0 == isQuery, "a reply of " + length + " bytes to " + message.length);
        if (isQuery) {
            judge(names, query, message.length, length, isUdp, nowNanos);
            int again = responder.answerDatagram(reply, BEFORE, length, replyToReply, 0, nowNanos);
            Finding.unlessSame(again, 0, "bytes of a reply to a reply");
        }
    }

    private void judge(MapDns names, ByteBuffer query, int queryBytes, int length, boolean isUdp, long nowNanos) {
        Finding.unless(!isUdp || length <= Math.max(USUAL_UDP_BYTES, largestIn(query, queryBytes)), "too long for UDP");
        DnsText.Response response = DnsText.read(reply, BEFORE, length);
        Finding.unlessSame(response.id(), Short.toUnsignedInt(query.getShort(0)), "the id");
        Finding.unless((response.flags() & RESPONSE) != 0, "the response is a query");
        Finding.unlessSame(response.flags() & 0x7900, query.getShort(2) & 0x7900, "operation and RD");
        if (response.questions() == 1) {
            int questionBytes = (response.answers() == 1 ? response.answerAt() - 12 : 0) - BEFORE - 12;
            for (int i = 0; i < questionBytes; i++) {
                Finding.unlessSame(reply.get(BEFORE + 12 + i), query.get(12 + i), "a byte of the question");
            }
        }
        if (response.answers() == 0) {
            return;
        }
        Finding.unless((response.flags() & TRUNCATED) == 0 && response.code() == 0, "an answer and an error");
        String name = DnsText.name(reply, BEFORE, BEFORE + 12);
        int at = response.answerAt();
        switch (response.answerType()) {
            case 1 -> {
                Finding.unlessSame(response.answerBytes(), 4, "bytes of an address");
                String found = names.nameOf(0, FlowKey.mappedIpv4(reply.getInt(at)), nowNanos);
                Finding.unless(name.equals(found), name + " has the address of " + found);
            }
            case 28 -> {
                Finding.unlessSame(response.answerBytes(), 16, "bytes of an address");
                String found = names.nameOf(reply.getLong(at), reply.getLong(at + 8), nowNanos);
                Finding.unless(name.equals(found), name + " has the address of " + found);
            }
            case 12 -> {
                String pointed = DnsText.name(reply, BEFORE, at);
                ReverseName asked = ReverseName.of(name);
                String found = names.nameOf(asked.high(), asked.low(), nowNanos);
                Finding.unless(pointed.equals(found), name + " points to " + pointed + ", not " + found);
            }
            default -> throw new Finding("an answer of type " + response.answerType());
        }
    }

    /// The largest number that an OPT record in the message could say, wherever it stands.
    private static int largestIn(ByteBuffer query, int length) {
        int most = 0;
        for (int at = 12; at + 4 <= length; at++) {
            if (query.getShort(at) == 41) {
                most = Math.max(most, Short.toUnsignedInt(query.getShort(at + 2)));
            }
        }
        return most;
    }

    private static TunnelConfig config(MapDnsSettings settings) {
        return new TunnelConfig(
                TunSettings.DEFAULT,
                Socks5Settings.NONE,
                settings,
                LimitSettings.DEFAULT,
                ProcessSettings.DEFAULT,
                ThreadSettings.DEFAULT);
    }
}
