// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.Socks5Settings.Udp;
import io.socks5tunnel.stack.DatagramRefusal;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What a client is told of datagrams that waited for a path in vain: the same as of those that come later.
class UdpLateRefusalTest {
    private static final long SECOND = 1_000_000_000L;
    private static final byte[] HEADER = Fixtures.bytes("the IP header, then the UDP header; ");

    private final UdpSide side = side(Optional.of(Udp.UDP));

    private static UdpSide side(Optional<Udp> mode) {
        UdpSide side = new UdpSide(mode);
        side.packetHeader = HEADER;
        return side;
    }

    @Test
    void everyOneIsRefusedWithThePacketThatItCameIn() throws IOException {
        side.send(1, "one");
        side.send(1, "two");
        side.cycle();
        side.send(1, "three");
        side.cycle();
        refuse(side, 2);

        assertThat(side.quotes).containsExactly(packet("one"), packet("two"), packet("three"));
        assertThat(side.refusals).hasSize(3).containsOnly(DatagramRefusal.ADMINISTRATIVELY_PROHIBITED);
        assertThat(side.dropped(DropReason.UDP_NOT_RELAYED)).isEqualTo(3);
        side.pass(SECOND);
        side.expectNothingLeft();
    }

    @Test
    void whatTheServerDoesNotAnswerInTimeIsRefused() throws IOException {
        side.send(1, "one");
        side.cycle();
        side.pass(10 * SECOND);

        assertThat(side.refusals).containsExactly(DatagramRefusal.HOST_UNREACHABLE);
        assertThat(side.quotes).containsExactly(packet("one"));
    }

    @Test
    void noMoreIsShownThanAnErrorMayQuote() throws IOException {
        byte[] large = new byte[20_000];
        Arrays.fill(large, (byte) 'x');
        side.send(1, UdpSide.DESTINATION, 53, large);
        side.cycle();
        refuse(side, 1);

        assertThat(side.quotes).singleElement().isEqualTo(Arrays.copyOf(concat(HEADER, large), HEADER.length + 1280));
    }

    @Test
    void theDatagramsOfASuperSegmentAreRefusedOneByOne() throws IOException {
        side.send(1, UdpSide.DESTINATION, 53, Fixtures.bytes("aaaabbbbcc"), 4);
        side.cycle();
        refuse(side, 1);

        assertThat(side.quotes).containsExactly(packet("aaaa"), packet("bbbb"), packet("cc"));
    }

    @Test
    void whatFoundNoRoomIsCountedAndNotRefused() throws IOException {
        for (int i = 0; i < WaitingDatagrams.MAX_DATAGRAMS + 10; i++) {
            side.send(1, "x");
            side.cycle();
        }
        refuse(side, 1);

        assertThat(side.refusals).hasSize(WaitingDatagrams.MAX_DATAGRAMS);
        assertThat(side.dropped(DropReason.UDP_QUEUE_FULL)).isEqualTo(10);
    }

    @Test
    void theHeadersCountInWhatMayWait() throws IOException {
        side.packetHeader = new byte[1_000];
        for (int i = 0; i < WaitingDatagrams.MAX_DATAGRAMS; i++) {
            side.send(1, UdpSide.DESTINATION, 53, new byte[4_000]);
            side.cycle();
        }

        assertThat(side.dropped(DropReason.UDP_QUEUE_FULL))
                .isEqualTo(WaitingDatagrams.MAX_DATAGRAMS - WaitingDatagrams.MAX_BYTES / 5_010);
    }

    @Test
    void whatTheOtherWayCannotCarryIsTooBig() throws IOException {
        UdpSide falling = side(Optional.empty());
        falling.send(1, UdpSide.DESTINATION, 53, new byte[65_498]);
        falling.send(1, "small");
        falling.cycle();
        refuse(falling, 7);
        falling.grant();

        assertThat(falling.reactor.datagramSockets.getFirst().sent).hasSize(1);
        assertThat(falling.tooBig).containsExactly(65_497);
        assertThat(falling.quotes).singleElement().isEqualTo(Arrays.copyOf(HEADER, HEADER.length + 1280));
        assertThat(falling.dropped(DropReason.UDP_TOO_LARGE)).isEqualTo(1);
        assertThat(falling.refusals).isEmpty();
    }

    @Test
    void theEndOfTheTunnelRefusesNothing() throws IOException {
        side.send(1, "one");
        side.cycle();
        side.sessions.endAll();

        assertThat(side.refusals).isEmpty();
        side.expectNothingLeft();
    }

    private static void refuse(UdpSide side, int code) throws IOException {
        FakeSocket socket = side.reactor.socket();
        socket.connected();
        socket.deliver(Fixtures.METHOD_NONE);
        socket.deliver((byte) 5, (byte) code);
        side.cycle();
    }

    private static byte[] packet(String text) {
        return concat(HEADER, Fixtures.bytes(text));
    }

    private static byte[] concat(byte[]... parts) {
        int length = Stream.of(parts).mapToInt(part -> part.length).sum();
        byte[] all = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
