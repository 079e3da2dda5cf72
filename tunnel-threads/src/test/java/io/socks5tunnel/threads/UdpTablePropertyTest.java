// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.Socks5Settings.Udp;
import io.socks5tunnel.stack.ClientSource;
import io.socks5tunnel.stack.FlowKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/// The table against a map.
class UdpTablePropertyTest {
    private final UdpSessions sessions = new UdpSide(Optional.of(Udp.UDP)).sessions;

    @Property(tries = 200)
    void findsWhatIsInItAndNothingElse(
            @ForAll @Size(max = 600) List<@IntRange(min = 1, max = 300) Integer> ports, @ForAll int seed) {
        var table = new UdpTable(seed);
        Map<Integer, UdpSession> model = new HashMap<>();
        for (int port : ports) {
            UdpSession present = model.remove(port);
            if (present == null) {
                var session = new UdpSession(sessions, new ClientSource(0, FlowKey.mappedIpv4(1), port), null);
                table.add(session);
                model.put(port, session);
            } else {
                table.remove(present);
            }
        }

        assertThat(table.size()).isEqualTo(model.size());
        for (int port = 1; port <= 300; port++) {
            assertThat(table.get(0, FlowKey.mappedIpv4(1), port)).isSameAs(model.get(port));
            assertThat(table.get(1, FlowKey.mappedIpv4(1), port)).isNull();
        }
    }
}
