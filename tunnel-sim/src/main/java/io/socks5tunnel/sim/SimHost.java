// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// A host on the client's side of the simulated network: hands packets to its [SimTcpClient]s, listens, and answers
/// for ports that nobody uses. Every packet that reaches it must be sound; what a wire has damaged is dropped, as a
/// checksum
/// demands.
///
/// Confined to one thread.
public final class SimHost {
    private record Socket(InetSocketAddress local, InetSocketAddress remote) {}

    private record Listening(SimTcpOptions options, Consumer<SimTcpClient> onAccept) {}

    private final VirtualClock clock;
    private final SeededRandom random;
    private final Consumer<SimPacket> output;
    private final Map<Socket, SimTcpClient> clients = new HashMap<>();
    private final Map<InetSocketAddress, Listening> listeners = new HashMap<>();
    private long damagedPackets;

    /// A host whose packets go to `output`.
    public SimHost(VirtualClock clock, SeededRandom random, Consumer<SimPacket> output) {
        this.clock = clock;
        this.random = random;
        this.output = output;
    }

    /// Opens a connection.
    public SimTcpClient connect(InetSocketAddress local, InetSocketAddress remote, SimTcpOptions options) {
        SimTcpClient client = new SimTcpClient(this, local, remote, options);
        clients.put(new Socket(local, remote), client);
        client.open();
        return client;
    }

    /// Takes connections to one of this host's addresses; `onAccept` is told when a handshake is done.
    public void listen(InetSocketAddress local, SimTcpOptions options, Consumer<SimTcpClient> onAccept) {
        listeners.put(local, new Listening(options, onAccept));
    }

    /// Takes a packet from the wire.
    public void receive(SimPacket packet) {
        ParsedPacket parsed = ParsedPacket.parse(packet);
        if (!parsed.faults().isEmpty()) {
            damagedPackets++;
            return;
        }
        if (parsed.isIcmp()) {
            onIcmp(parsed);
        } else if (parsed.isTcp()) {
            onTcp(parsed);
        }
    }

    /// Packets dropped because something in them was wrong. On a wire that damages nothing this must stay 0.
    public long damagedPackets() {
        return damagedPackets;
    }

    /// Connections in any state, those included that linger after their end.
    public int connections() {
        return clients.size();
    }

    VirtualClock clock() {
        return clock;
    }

    SeededRandom random() {
        return random;
    }

    void send(SimPacket packet) {
        output.accept(packet);
    }

    void onOpen(SimTcpClient client) {
        Listening listening = listeners.get(client.local());
        if (listening != null) {
            listening.onAccept().accept(client);
        }
    }

    void forget(SimTcpClient client) {
        clients.remove(new Socket(client.local(), client.remote()), client);
    }

    /// RFC 9293 §3.10.7.1: a segment for no connection.
    void answerWithReset(ParsedPacket segment) {
        if (segment.has(TcpFlag.RST)) {
            return;
        }
        InetSocketAddress here = segment.destinationSocket();
        TcpSegmentBuilder reset =
                PacketBuilder.between(here, segment.sourceSocket()).tcp().flags("R");
        if (segment.has(TcpFlag.ACK)) {
            reset.seq(segment.ack());
        } else {
            reset.ack(segment.seq() + segment.sequenceLength());
        }
        send(reset.window(0).packet());
    }

    private void onTcp(ParsedPacket segment) {
        Socket socket = new Socket(segment.destinationSocket(), segment.sourceSocket());
        SimTcpClient client = clients.get(socket);
        if (client != null) {
            client.onSegment(segment);
            return;
        }
        Listening listening = listeners.get(socket.local());
        boolean isOpening = segment.has(TcpFlag.SYN) && !segment.has(TcpFlag.ACK) && !segment.has(TcpFlag.RST);
        if (listening == null || !isOpening) {
            answerWithReset(segment);
            return;
        }
        SimTcpClient accepted = new SimTcpClient(this, socket.local(), socket.remote(), listening.options());
        clients.put(socket, accepted);
        accepted.accept(segment);
    }

    /// Destination unreachable and time exceeded end a handshake.
    private void onIcmp(ParsedPacket error) {
        boolean isIpv4 = error.version() == 4;
        int type = error.icmpType();
        boolean isError = isIpv4 ? type == 3 || type == 11 : type == 1 || type == 3;
        byte[] quoted = error.payload();
        int transport = isIpv4 ? 20 : 40;
        if (!isError || quoted.length < transport + 4) {
            return;
        }
        int at = isIpv4 ? 16 : 24;
        ByteBuffer in = ByteBuffer.wrap(quoted);
        byte[] destination = new byte[isIpv4 ? 4 : 16];
        in.get(at, destination);
        int fromPort = Short.toUnsignedInt(in.getShort(transport));
        int toPort = Short.toUnsignedInt(in.getShort(transport + 2));
        for (SimTcpClient client : List.copyOf(clients.values())) {
            boolean isMeant = client.local().getPort() == fromPort
                    && client.remote().getPort() == toPort
                    && Arrays.equals(client.remote().getAddress().getAddress(), destination);
            if (isMeant) {
                client.onUnreachable(error.icmpCode());
            }
        }
    }
}
