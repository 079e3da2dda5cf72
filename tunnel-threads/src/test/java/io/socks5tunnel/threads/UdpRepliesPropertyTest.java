// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.Socks5Settings.Udp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/// What a server sends that nobody expects, and frames cut anywhere.
class UdpRepliesPropertyTest {
    @Property(tries = 500)
    void anyDatagramIsDeliveredOrCountedAndTheFlowGoesOn(@ForAll @Size(max = 40) byte[] datagram) throws IOException {
        var side = new UdpSide(Optional.of(Udp.UDP));
        FakeDatagramSocket socket = side.associate(1);
        socket.deliver(datagram);
        side.cycle();

        assertThat(side.replies.size() + dropped(side)).isEqualTo(1);
        assertThat(side.sessions.size()).isEqualTo(1);
    }

    @Property(tries = 500)
    void anyStreamIsSurvived(@ForAll @Size(max = 200) byte[] bytes) throws IOException {
        var side = new UdpSide(Optional.of(Udp.TCP));
        side.send(1, "hello");
        side.cycle();
        side.grant();
        side.reactor.socket().deliver(bytes);
        side.cycle();
        side.sessions.endAll();

        side.expectNothingLeft();
    }

    @Property(tries = 300)
    void framesArriveWholeHoweverTheyAreCut(
            @ForAll @Size(min = 1, max = 6) List<@IntRange(max = 400) Integer> lengths,
            @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 1, max = 300) Integer> cuts)
            throws IOException {
        var side = new UdpSide(Optional.of(Udp.TCP));
        side.send(1, "hello");
        side.cycle();
        side.grant();
        var all = new ByteArrayOutputStream();
        List<String> expected = new ArrayList<>();
        for (int length : lengths) {
            String payload = "p".repeat(length);
            expected.add(payload);
            all.writeBytes(UdpStreamTest.frame(length % 2 == 0 ? "198.19.0.1" : "10.0.0.9", length, payload));
        }
        byte[] bytes = all.toByteArray();
        int from = 0;
        for (int turn = 0; from < bytes.length; turn++) {
            int to = Math.min(bytes.length, from + cuts.get(turn % cuts.size()));
            side.reactor.socket().deliver(Arrays.copyOfRange(bytes, from, to));
            side.cycle();
            from = to;
        }

        assertThat(side.replies).extracting(UdpSide.Reply::text).isEqualTo(expected);
        assertThat(side.shared.copyBudget().usedBytes()).isZero();
    }

    /// What goes up, taken apart by a reader of its own, in both framings: every address, port and payload as the
    /// client has sent it, in order.
    @Property(tries = 200)
    void whatGoesUpIsReadBackAsItWasSent(
            @ForAll boolean isUdpInTcp,
            @ForAll @Size(min = 1, max = 8) List<@IntRange(max = 1_400) Integer> lengths,
            @ForAll boolean isIpv6,
            @ForAll @IntRange(min = 1, max = 65_535) int port,
            @ForAll int host)
            throws IOException {
        var side = new UdpSide(Optional.of(isUdpInTcp ? Udp.TCP : Udp.UDP));
        byte[] raw = InetAddress.ofLiteral(isIpv6 ? "2001:db8::" : "198.19.0.0").getAddress();
        raw[raw.length - 1] = (byte) host;
        raw[raw.length - 2] = (byte) (host >>> 8);
        String destination = InetAddress.getByAddress(raw).getHostAddress();
        for (int length : lengths) {
            side.send(1, destination, port, "u".repeat(length).getBytes(StandardCharsets.US_ASCII));
        }
        side.cycle();
        side.grant();
        List<byte[]> sent = isUdpInTcp ? side.frames() : side.reactor.datagramSockets.getLast().sent;

        assertThat(sent).hasSameSizeAs(lengths);
        for (int i = 0; i < sent.size(); i++) {
            ByteBuffer in = ByteBuffer.wrap(sent.get(i));
            int payloadBytes = lengths.get(i);
            int headerBytes = 3 + 1 + raw.length + 2;
            assertThat(Short.toUnsignedInt(in.getShort())).isEqualTo(isUdpInTcp ? payloadBytes : 0);
            assertThat(Byte.toUnsignedInt(in.get())).isEqualTo(isUdpInTcp ? headerBytes : 0);
            assertThat(in.get()).isEqualTo((byte) (isIpv6 ? 4 : 1));
            byte[] address = new byte[raw.length];
            in.get(address);
            assertThat(address).isEqualTo(raw);
            assertThat(Short.toUnsignedInt(in.getShort())).isEqualTo(port);
            assertThat(in.remaining()).isEqualTo(payloadBytes);
            assertThat(new String(in.array(), in.position(), payloadBytes, StandardCharsets.US_ASCII))
                    .isEqualTo("u".repeat(payloadBytes));
        }
    }

    private static long dropped(UdpSide side) {
        return side.dropped(DropReason.UDP_REPLY_MALFORMED)
                + side.dropped(DropReason.UDP_REPLY_FRAGMENT)
                + side.dropped(DropReason.UDP_REPLY_NAMED)
                + side.dropped(DropReason.UDP_REPLY_UNDELIVERABLE);
    }
}
