// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.ip;

import static io.socks5tunnel.stack.fixture.DatagramWorld.SECOND;
import static io.socks5tunnel.stack.fixture.IpBytes.ip;
import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.stack.fixture.DatagramWorld;
import io.socks5tunnel.stack.fixture.IpBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A datagram of four times eight bytes in every four fragments that can be made of it, however they overlap and
/// contradict each other: in both families all of them, judged by [FragmentModel].
@Tag("T-RA-1")
@Tag("T-RA-2")
@Tag("T-RA-4")
class FragmentOrderTest {
    private static final int UNITS = 4;
    private static final int UNIT_BYTES = 8;
    private static final int FRAGMENTS = 4;
    private static final int UDP_HEADER_BYTES = 8;

    private final List<Piece> pieces = pieces();
    private final DatagramWorld world = new DatagramWorld();
    private int played;

    /// What one fragment carries, in units of eight bytes.
    private record Piece(int from, int to, boolean isLast) {}

    /// Every range but the whole; those inside also as if they were the last, and those at the end as if they were
    /// not. One at the beginning that calls itself the last would be a datagram of its own.
    private static List<Piece> pieces() {
        List<Piece> all = new ArrayList<>();
        for (int from = 0; from < UNITS; from++) {
            for (int to = from + 1; to <= UNITS; to++) {
                all.add(new Piece(from, to, false));
                if (from > 0) {
                    all.add(new Piece(from, to, true));
                }
            }
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anyFourFragmentsGiveWhatTheModelSays(boolean isIpv4) {
        byte[] data = new byte[UNITS * UNIT_BYTES - UDP_HEADER_BYTES];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) i;
        }
        playAll(new ArrayList<>(), isIpv4, data);
        assertThat(played).isEqualTo((int) Math.pow(pieces.size(), FRAGMENTS));
    }

    private void playAll(List<Piece> chosen, boolean isIpv4, byte[] data) {
        if (chosen.size() == FRAGMENTS) {
            play(chosen, ip(isIpv4).id(played).udp(4_000, 53, data), data);
            played++;
            return;
        }
        for (Piece piece : pieces) {
            chosen.add(piece);
            playAll(chosen, isIpv4, data);
            chosen.removeLast();
        }
    }

    private void play(List<Piece> chosen, IpBytes datagram, byte[] data) {
        world.arrived.clear();
        byte[] payload = datagram.payload();
        FragmentModel model = new FragmentModel(payload.length);
        long duplicates = world.drops(DropReason.IP_FRAGMENT_DUPLICATE);
        long overlaps = world.drops(DropReason.IP_FRAGMENT_OVERLAP);
        for (int i = 0; i < FRAGMENTS && !model.isComplete(); i++) {
            Piece piece = chosen.get(i);
            int from = piece.from() * UNIT_BYTES;
            int to = piece.to() * UNIT_BYTES;
            world.receive(datagram.fragment(from, Arrays.copyOfRange(payload, from, to), !piece.isLast()));
            model.add(from, to, piece.isLast());
            world.endBurst();
        }
        boolean isRight = world.drops(DropReason.IP_FRAGMENT_DUPLICATE) - duplicates == model.duplicates()
                && world.drops(DropReason.IP_FRAGMENT_OVERLAP) - overlaps == model.overlaps()
                && world.arrived.size() == (model.isWholeAndRight() ? 1 : 0)
                && (world.arrived.isEmpty()
                        || Arrays.equals(world.arrived.getFirst().payload(), data));
        if (!isRight) {
            throw new AssertionError("%s: %d arrived, %d duplicates instead of %d, %d overlaps instead of %d"
                    .formatted(
                            chosen,
                            world.arrived.size(),
                            world.drops(DropReason.IP_FRAGMENT_DUPLICATE) - duplicates,
                            model.duplicates(),
                            world.drops(DropReason.IP_FRAGMENT_OVERLAP) - overlaps,
                            model.overlaps()));
        }
        world.pass(61 * SECOND);
    }
}
