// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A SOCKS5 server of a [SimNetwork] that does what its [SocksScript]s say, and remembers what it was asked.
///
/// ```java
/// ScriptedSocksServer server = new ScriptedSocksServer(clock, SocksScript.HONEST);
/// network.listen(address, server::accept);
/// ```
///
/// It relays datagrams too: [#relayDatagrams] gives it a network for its relay ports.
///
/// Confined to one thread.
public final class ScriptedSocksServer {
    private final VirtualClock clock;
    private final Function<Integer, SocksScript> scripts;
    private final List<ScriptedSocksSession> sessions = new ArrayList<>();
    private @Nullable SimNetwork ports;

    /// A server that treats all connections alike.
    public ScriptedSocksServer(VirtualClock clock, SocksScript script) {
        this(clock, _ -> script);
    }

    /// A server with a script per connection.
    ///
    /// @param scripts gives the script of connection number n, beginning with 0
    public ScriptedSocksServer(VirtualClock clock, Function<Integer, SocksScript> scripts) {
        this.clock = clock;
        this.scripts = scripts;
    }

    /// Opens relay ports for UDP ASSOCIATE in `network` from now on, each at the address that its client has
    /// connected to. Without, that command is not supported.
    ///
    /// @return this
    public ScriptedSocksServer relayDatagrams(SimNetwork network) {
        ports = network;
        return this;
    }

    /// Takes a connection.
    public void accept(SimConnection connection) {
        ScriptedSocksSession session =
                new ScriptedSocksSession(clock, connection, scripts.apply(sessions.size()), ports);
        sessions.add(session);
        session.start();
    }

    /// The connections so far, in order.
    public List<ScriptedSocksSession> sessions() {
        return List.copyOf(sessions);
    }
}
