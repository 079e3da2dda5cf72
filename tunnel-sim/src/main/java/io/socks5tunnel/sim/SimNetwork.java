// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// The world behind the tunnel: servers at addresses, and names. Connections to it are in memory and take virtual
/// time.
///
/// An address where nobody listens refuses connections. Confined to one thread.
public final class SimNetwork {
    /// How many bytes a connection holds per direction before a write would block.
    public static final int DEFAULT_CAPACITY_BYTES = 256 * 1024;

    private final VirtualClock clock;
    private final Map<InetSocketAddress, Listener> listeners = new HashMap<>();
    private final Map<String, List<InetAddress>> names = new HashMap<>();
    private final SeededRandom random;
    private long latencyNanos = 100_000;
    private long resolveNanos = 1_000_000;
    private int capacityBytes = DEFAULT_CAPACITY_BYTES;
    private boolean hasShortOperations;
    private int nextPort = 40_000;
    private int openConnections;

    /// What happens when somebody connects to an address.
    public sealed interface Listener {
        /// Takes the connection. The consumer gets the server's end of it.
        record Accepting(Consumer<SimConnection> onAccept) implements Listener {}

        /// Fails the connect, after the latency, with this message, such as `No route to host`.
        record Failing(String message) implements Listener {}

        /// Never answers.
        record Silent() implements Listener {}
    }

    /// An empty network.
    public SimNetwork(VirtualClock clock, SeededRandom random) {
        this.clock = clock;
        this.random = random;
    }

    /// Sets who answers at an address.
    public void listen(InetSocketAddress address, Listener listener) {
        listeners.put(address, listener);
    }

    /// Has `onAccept` take the connections to an address.
    public void listen(InetSocketAddress address, Consumer<SimConnection> onAccept) {
        listen(address, new Listener.Accepting(onAccept));
    }

    /// Gives a name its addresses; a name without is not found.
    public void name(String hostName, List<InetAddress> addresses) {
        names.put(hostName, List.copyOf(addresses));
    }

    /// How long bytes, FINs and RSTs travel one way.
    public void latency(long nanos) {
        latencyNanos = nanos;
    }

    /// How long a name look-up takes.
    public void resolveTime(long nanos) {
        resolveNanos = nanos;
    }

    /// How many bytes connections opened from now on hold per direction.
    public void capacity(int bytes) {
        capacityBytes = bytes;
    }

    /// Lets reads and writes of connections opened from now on move fewer bytes than they could, by chance.
    public void shortOperations(boolean isOn) {
        hasShortOperations = isOn;
    }

    /// Connections of which an end is still open.
    public int openConnections() {
        return openConnections;
    }

    VirtualClock clock() {
        return clock;
    }

    /// Starts to connect.
    ///
    /// @return the client's end, not connected yet
    SimConnection connect(InetSocketAddress address) {
        int port = nextPort++;
        InetSocketAddress local = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), port);
        SeededRandom chance = hasShortOperations ? random.fork("connection-" + port) : null;
        SimConnection.Pair pair = new SimConnection.Pair(clock, latencyNanos, capacityBytes, chance, this::onEnded);
        SimConnection client = new SimConnection(pair, local, address);
        SimConnection server = new SimConnection(pair, address, local);
        client.join(server);
        openConnections++;
        Listener listener = listeners.getOrDefault(address, new Listener.Failing("Connection refused"));
        switch (listener) {
            case Listener.Accepting accepting ->
                clock.after(latencyNanos, () -> accept(client, server, accepting.onAccept()));
            case Listener.Failing failing ->
                clock.after(2 * latencyNanos, () -> client.onFailed(new ConnectException(failing.message())));
            case Listener.Silent _ -> {}
        }
        return client;
    }

    void resolve(String hostName, Consumer<List<InetAddress>> answer) {
        clock.after(resolveNanos, () -> answer.accept(names.getOrDefault(hostName, List.of())));
    }

    private void accept(SimConnection client, SimConnection server, Consumer<SimConnection> onAccept) {
        if (client.isClosed()) {
            return;
        }
        server.onConnected();
        onAccept.accept(server);
        clock.after(latencyNanos, client::onConnected);
    }

    private void onEnded() {
        openConnections--;
    }

    /// What every failed simulated socket throws.
    static IOException reset() {
        return new IOException("Connection reset");
    }
}
