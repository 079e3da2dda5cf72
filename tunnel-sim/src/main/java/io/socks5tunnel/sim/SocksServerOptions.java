// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import io.socks5tunnel.api.Socks5Settings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// How an [EmbeddedSocksServer] is to run.
///
/// @param listen where to listen; port 0 lets the system choose
/// @param credentials what a client must show (RFC 1929); empty means that it needs nothing
/// @param threads event loops, 1 to 64
/// @param connectTimeoutMillis how long a connect to a destination may take before the client is told 04
/// @param translation what a CONNECT to a literal address is turned into, so that addresses of a network that is
///     not there can be served; from any loop's thread
/// @param sharesPort whether other processes may listen at the same place, and the system divides the connections
public record SocksServerOptions(
        InetSocketAddress listen,
        Optional<Socks5Settings.Credentials> credentials,
        int threads,
        int connectTimeoutMillis,
        UnaryOperator<InetSocketAddress> translation,
        boolean sharesPort) {

    /// A server without credentials on a free port of the loopback address, with a thread per core up to 4.
    public static SocksServerOptions onLoopback() {
        int threads = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 4);
        return new SocksServerOptions(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Optional.empty(),
                threads,
                10_000,
                UnaryOperator.identity(),
                false);
    }

    /// The same with another address to listen on.
    public SocksServerOptions withListen(InetSocketAddress address) {
        return new SocksServerOptions(address, credentials, threads, connectTimeoutMillis, translation, sharesPort);
    }

    /// The same, but clients must show these credentials.
    public SocksServerOptions withCredentials(String username, String password) {
        Socks5Settings.Credentials wanted = new Socks5Settings.Credentials(username, password);
        return new SocksServerOptions(
                listen, Optional.of(wanted), threads, connectTimeoutMillis, translation, sharesPort);
    }

    /// The same with another number of event loops.
    public SocksServerOptions withThreads(int count) {
        return new SocksServerOptions(listen, credentials, count, connectTimeoutMillis, translation, sharesPort);
    }

    /// The same, but connecting to what `newTranslation` makes of a literal address.
    public SocksServerOptions withTranslation(UnaryOperator<InetSocketAddress> newTranslation) {
        return new SocksServerOptions(listen, credentials, threads, connectTimeoutMillis, newTranslation, sharesPort);
    }

    /// The same, but beside others at the same place: a process can serve as many clients as it has descriptors
    /// for.
    public SocksServerOptions withSharedPort() {
        return new SocksServerOptions(listen, credentials, threads, connectTimeoutMillis, translation, true);
    }
}
