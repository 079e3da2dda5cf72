// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.nio;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.spi.UpstreamOptions;
import io.socks5tunnel.api.spi.UpstreamSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The portable reactor's connections. The test's thread is the shard.
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NioReactorTest {
    private final NioReactor reactor;

    NioReactorTest() throws IOException {
        reactor = NioReactor.open();
    }

    @AfterEach
    void close() {
        reactor.close();
    }

    /// A loop is noticed by the SYN of the tunnel's own connection, which comes before that is made.
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void theLocalEndIsKnownBeforeTheConnectionIsMadeAndIsTheOneThatTheServerSees(String host) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.ofLiteral(host))) {
            InetSocketAddress address = new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
            UpstreamSocket socket = reactor.connect(address, new UpstreamOptions(0, false), _ -> {});
            InetSocketAddress early = socket.localAddress();
            while (!socket.finishConnect()) {
                reactor.await(reactor.nowNanos() + 1_000_000);
            }

            try (Socket accepted = server.accept()) {
                assertThat(early).isNotNull().isEqualTo(accepted.getRemoteSocketAddress());
                assertThat(socket.localAddress()).isEqualTo(early);
            }
        }
    }
}
