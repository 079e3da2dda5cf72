// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.Socks5Settings.Udp;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ReplyGroupPropertyTest {
    private static final String SERVER = UdpSide.DESTINATION;

    /// Whatever comes from wherever: the client gets the same datagrams in the same order as without groups.
    @Property(tries = 200)
    void groupingChangesNothingForTheClient(@ForAll long seed, @ForAll @IntRange(min = 2, max = 64) int together)
            throws IOException {
        List<byte[]> datagrams = new ArrayList<>();
        Random random = new Random(seed);
        for (int i = random.nextInt(60); i >= 0; i--) {
            String from = random.nextInt(8) == 0 ? "10.1.1.1" : SERVER;
            char first = (char) ('a' + i % 26);
            String payload = String.valueOf(first).repeat(random.nextInt(3) == 0 ? random.nextInt(4) : 3);
            datagrams.add(UdpAssociationTest.datagram(from, 53, payload));
        }

        assertThat(delivered(datagrams, together)).isEqualTo(delivered(datagrams, 1));
    }

    private static List<String> delivered(List<byte[]> datagrams, int together) throws IOException {
        var own = new UdpSide(Optional.of(Udp.UDP));
        own.together = together;
        FakeDatagramSocket socket = own.associate(1);
        datagrams.forEach(socket::deliver);
        own.cycle();
        while (own.sessions.hasWork()) {
            own.cycle();
        }
        assertThat(own.replies).hasSize(datagrams.size());
        return own.replies.stream()
                .map(reply -> reply.from() + " " + reply.text())
                .toList();
    }
}
