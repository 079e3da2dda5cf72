// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.datagram.DatagramLab;
import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.SocksServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Datagrams of real sockets through the tunnel, at MTU 1500, by each way that there is.
@ParameterizedClass(name = "{0}")
@EnumSource
final class DatagramIT {
    private static final int LARGEST_ASSOCIATED_IPV4 = 65_497;
    private static final int LARGEST_ASSOCIATED_IPV6 = 65_485;
    private static final int LARGEST_IPV4 = 65_507;
    private static final int LARGEST_IPV6 = 65_527;

    private static DatagramLab lab;

    @Parameter
    Way way;

    @BeforeParameterizedClassInvocation
    static void start(Way way) {
        lab = DatagramLab.start(way.config());
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        if (lab != null) {
            lab.close();
        }
    }

    /// How datagrams get to which server.
    enum Way {
        DANTE_ASSOCIATE(SocksServer.DANTE, "udp"),
        EMBEDDED_ASSOCIATE(SocksServer.EMBEDDED, "udp"),
        EMBEDDED_STREAM(SocksServer.EMBEDDED, "tcp"),
        /// No key: dante refuses command 05.
        DANTE_FALLING_BACK(SocksServer.DANTE, "");

        private final SocksServer server;
        private final String mode;

        Way(SocksServer server, String mode) {
            this.server = server;
            this.mode = mode;
        }

        boolean isStream() {
            return mode.equals("tcp");
        }

        DaemonConfig config() {
            DaemonConfig config = DaemonConfig.of(server);
            return mode.isEmpty() ? config : config.with("socks5.udp", mode);
        }

        /// dante was seen to carry datagrams of one association to one IPv6 address only.
        boolean hasManyAddresses(AddressFamily family) {
            return server != SocksServer.DANTE || family == AddressFamily.IPV4;
        }

        int largest(AddressFamily family) {
            return switch (family) {
                case IPV4 -> isStream() ? LARGEST_IPV4 : LARGEST_ASSOCIATED_IPV4;
                case IPV6 -> isStream() ? LARGEST_IPV6 : LARGEST_ASSOCIATED_IPV6;
            };
        }
    }

    /// Defect 4 of the original: fragments are cut to the first, long answers are cut.
    @ParameterizedTest
    @Tag("T-UD-4")
    @EnumSource
    void everySizeComesBackUnchanged(AddressFamily family) {
        List<Object> arguments = new ArrayList<>(List.of("sizes", family.destination(), DatagramLab.PORT));
        List<Integer> sizes = List.of(0, 1, 1452, 1453, 1472, 1473, 1490, 1491, 3000, 8000, way.largest(family));
        arguments.addAll(sizes);

        assertThat(lab.client(arguments.toArray()))
                .isEqualTo(sizes.stream().map(size -> size + " ok").toList());
        lab.daemon().expectHealthy();
    }

    @ParameterizedTest
    @EnumSource
    void oneByteMoreIsTooLongForTheSender(AddressFamily family) {
        // a stream carries whatever IP does: there it is the sender's own kernel that says so
        assertThat(lab.client("refused", family.destination(), DatagramLab.PORT, way.largest(family) + 1))
                .last()
                .asString()
                .contains("Message too long");
        lab.daemon().expectHealthy();
    }

    @ParameterizedTest
    @Tag("T-UD-5")
    @EnumSource
    void oneSourceReachesManyDestinations(AddressFamily family) {
        List<Object> arguments =
                new ArrayList<>(List.of("destinations", DatagramLab.PORT, DatagramLab.PORTS, family.destination()));
        if (way.hasManyAddresses(family)) {
            arguments.add(DatagramLab.third(family));
        }

        assertThat(lab.client(arguments.toArray()))
                .containsExactly(DatagramLab.PORTS * (arguments.size() - 3) + " answered 0 wrong");
        lab.daemon().expectHealthy();
    }

    @ParameterizedTest
    @EnumSource
    void threeHundredSourcesAreAnswered(AddressFamily family) {
        assertThat(lab.sources(1, 300, family.destination(), 1).answered()).isEqualTo(300);
        lab.daemon().expectHealthy();
    }
}
