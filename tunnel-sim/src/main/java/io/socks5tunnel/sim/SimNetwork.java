// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// The world behind the tunnel: servers at addresses, and names. Connections to it are in memory and take virtual
/// time; datagrams travel over a [Wire], which can lose, delay, reorder, duplicate and damage them.
///
/// An address where nobody listens refuses connections, and tells who sent it a datagram. Confined to one thread.
public final class SimNetwork {
    /// How many bytes a connection holds per direction before a write would block.
    public static final int DEFAULT_CAPACITY_BYTES = 256 * 1024;

    private final VirtualClock clock;
    private final Map<InetSocketAddress, Listener> listeners = new HashMap<>();
    private final Map<String, List<InetAddress>> names = new HashMap<>();
    private final Map<InetSocketAddress, SimDatagramPort> ports = new HashMap<>();
    private final SeededRandom random;
    private final SeededRandom shortSends;
    private final Wire datagrams;
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
        shortSends = random.fork("short-sends");
        WireConditions conditions = WireConditions.CLEAN.withDelay(latencyNanos, 0, true);
        datagrams = new Wire(clock, random.fork("datagrams"), conditions, this::onDatagram);
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

    /// How long bytes, FINs, RSTs and datagrams travel one way.
    public void latency(long nanos) {
        latencyNanos = nanos;
        WireConditions present = datagrams.conditions();
        datagrams.conditions(present.withDelay(nanos, present.jitterNanos(), present.keepOrder()));
    }

    /// Takes the datagrams to an address until the port is closed.
    ///
    /// @throws IllegalStateException if somebody else does already
    public SimDatagramPort bind(InetSocketAddress local, SimDatagramPort.Listener listener) {
        SimDatagramPort port = new SimDatagramPort(this, local, listener);
        if (ports.putIfAbsent(local, port) != null) {
            throw new IllegalStateException(local + " is in use");
        }
        return port;
    }

    /// Takes the datagrams to some free port of an address.
    public SimDatagramPort bind(InetAddress local, SimDatagramPort.Listener listener) {
        return bind(new InetSocketAddress(local, nextPort++), listener);
    }

    /// What happens to datagrams from now on. Their delay is the latency until [#latency] or this changes it.
    public void datagramConditions(WireConditions conditions) {
        datagrams.conditions(conditions);
    }

    /// What happened to datagrams so far.
    public WireStatistics datagramStatistics() {
        return datagrams.statistics();
    }

    /// UDP ports that are open.
    public int openPorts() {
        return ports.size();
    }

    /// How long a name look-up takes.
    public void resolveTime(long nanos) {
        resolveNanos = nanos;
    }

    /// How many bytes connections opened from now on hold per direction.
    public void capacity(int bytes) {
        capacityBytes = bytes;
    }

    /// Lets reads and writes of connections opened from now on move fewer bytes than they could, by chance, and
    /// sends fewer datagrams.
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

    long latencyNanos() {
        return latencyNanos;
    }

    /// A port of the tunnel's end, in the family of the server.
    SimDatagramPort bindClient(InetSocketAddress server, SimDatagramPort.Listener listener) {
        boolean isIpv4 = server.getAddress() instanceof Inet4Address;
        return bind(InetAddress.ofLiteral(isIpv4 ? "192.0.2.1" : "2001:db8::1"), listener);
    }

    void unbind(SimDatagramPort port) {
        ports.remove(port.local(), port);
    }

    void sendDatagram(InetSocketAddress source, InetSocketAddress destination, byte[] payload) {
        datagrams.send(SimPacket.of(PacketBuilder.between(source, destination)
                .udp()
                .payload(payload)
                .build()));
    }

    /// How many of `count` datagrams a send takes.
    int shorten(int count) {
        return !hasShortOperations || shortSends.chance(0.5) ? count : shortSends.below(count + 1);
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

    private void onDatagram(SimPacket packet) {
        ParsedPacket parsed = ParsedPacket.parse(packet);
        if (!parsed.faults().isEmpty()) {
            return;
        }
        InetSocketAddress destination = parsed.destinationSocket();
        SimDatagramPort port = ports.get(destination);
        if (port != null) {
            port.onDatagram(parsed.sourceSocket(), parsed.payload());
            return;
        }
        SimDatagramPort sender = ports.get(parsed.sourceSocket());
        if (sender != null) {
            clock.after(latencyNanos, () -> sender.onUnreachable(destination));
        }
    }

    private void onEnded() {
        openConnections--;
    }

    /// What every failed simulated socket throws.
    static IOException reset() {
        return new IOException("Connection reset");
    }
}
