// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.LimitSettings;
import io.socks5tunnel.api.MapDnsSettings;
import io.socks5tunnel.api.ProcessSettings;
import io.socks5tunnel.api.Socks5Settings;
import io.socks5tunnel.api.ThreadSettings;
import io.socks5tunnel.api.TunSettings;
import io.socks5tunnel.api.TunSettings.TcpAccept;
import io.socks5tunnel.api.TunSettings.TcpRefusal;
import io.socks5tunnel.api.TunnelConfig;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// What several tests begin with.
final class Fixtures {
    static final byte[] METHOD_NONE = {5, 0};
    static final byte[] REPLY_SUCCEEDED = {5, 0, 0, 1, 10, 0, 0, 1, 0, 80};

    /// As by default, but nothing is kept ready: what a test sees, it has asked for.
    static final LimitSettings LIMITS = limits(0, 1024, 128, 256);

    private Fixtures() {}

    static TunnelConfig config(int workers) {
        return config(workers, LIMITS, TcpAccept.AFTER_CONNECT, TcpRefusal.EXACT);
    }

    static TunnelConfig config(int workers, LimitSettings limits, TcpAccept accept, TcpRefusal refusal) {
        return config(workers, limits, accept, refusal, Socks5Settings.of("192.0.2.1", 1080));
    }

    static TunnelConfig config(int workers, LimitSettings limits, Socks5Settings server) {
        return config(workers, limits, TcpAccept.AFTER_CONNECT, TcpRefusal.EXACT, server);
    }

    private static TunnelConfig config(
            int workers, LimitSettings limits, TcpAccept accept, TcpRefusal refusal, Socks5Settings server) {
        TunSettings defaults = TunSettings.DEFAULT;
        TunSettings tunnel = new TunSettings(
                "",
                1500,
                Optional.empty(),
                Optional.empty(),
                defaults.icmp(),
                Optional.empty(),
                Optional.empty(),
                defaults.offload(),
                refusal,
                accept);
        return new TunnelConfig(
                tunnel, server, MapDnsSettings.DEFAULT, limits, ProcessSettings.DEFAULT, new ThreadSettings(workers));
    }

    static LimitSettings limits(int sessions, int halfOpen, int perClient, int dials) {
        LimitSettings defaults = LimitSettings.DEFAULT;
        return new LimitSettings(
                sessions,
                halfOpen,
                perClient,
                dials,
                10_000,
                300_000,
                60_000,
                defaults.tcpBufferBytes(),
                1 << 19,
                10,
                0,
                0);
    }

    /// The same with connections that are kept ready.
    static LimitSettings warm(int connections) {
        LimitSettings limits = limits(0, 1024, 128, 256);
        return new LimitSettings(
                limits.maxSessionCount(),
                limits.maxHalfOpen(),
                limits.maxHalfOpenPerClient(),
                limits.maxDials(),
                limits.connectTimeoutMillis(),
                limits.tcpIdleMillis(),
                limits.udpIdleMillis(),
                limits.tcpBufferBytes(),
                limits.udpReceiveBufferBytes(),
                limits.udpBatchDatagrams(),
                0,
                connections);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /// Lets a socket carry a whole handshake without credentials in standard mode.
    static void answerHandshake(FakeSocket socket) {
        socket.connected();
        socket.deliver(METHOD_NONE);
        socket.deliver(REPLY_SUCCEEDED);
    }
}
