// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/// A host on the client's side of the simulated network: hands packets to its [SimTcpClient]s and [SimUdpSocket]s,
/// listens, puts fragments together, and answers for ports that nobody uses. Every packet that reaches it must be
/// sound; what a wire has damaged is dropped, as a checksum demands.
///
/// Confined to one thread.
public final class SimHost {
    private record Socket(InetSocketAddress local, InetSocketAddress remote) {}

    private record Listening(SimTcpOptions options, Consumer<SimTcpClient> onAccept) {}

    /// An answer to [#ping] that has come.
    ///
    /// @param source whom it is from
    /// @param destination which of this host's addresses it came to
    /// @param identifier of the echo, 0 to 65535
    /// @param sequence its number, 0 to 65535
    /// @param payload its bytes
    @SuppressWarnings("ArrayRecordComponent") // looked at, never compared
    public record EchoReply(
            InetAddress source, InetAddress destination, int identifier, int sequence, byte[] payload) {}

    private static final int ECHO_REQUEST = 8;
    private static final int ECHO_REPLY = 0;
    private static final int ECHO_REQUEST_V6 = 128;
    private static final int ECHO_REPLY_V6 = 129;

    private final VirtualClock clock;
    private final SeededRandom random;
    private final Consumer<SimPacket> output;
    private final Map<Socket, SimTcpClient> clients = new HashMap<>();
    private final Map<InetSocketAddress, Listening> listeners = new HashMap<>();
    private final Map<InetSocketAddress, SimUdpSocket> udpSockets = new HashMap<>();
    private final SimReassembly reassembly;
    private Consumer<EchoReply> echoObserver = _ -> {};
    private int mtuBytes = 1500;
    private int nextIdentification = 1;
    private long damagedPackets;
    private long fragments;

    /// A host whose packets go to `output`.
    public SimHost(VirtualClock clock, SeededRandom random, Consumer<SimPacket> output) {
        this.clock = clock;
        this.random = random;
        this.output = output;
        reassembly = new SimReassembly(clock);
    }

    /// The largest packet it sends, 1280 to 65535 bytes; 1500 otherwise.
    public void mtu(int bytes) {
        mtuBytes = bytes;
    }

    /// Opens a UDP socket.
    ///
    /// @throws IllegalStateException if the address is in use
    public SimUdpSocket openUdp(InetSocketAddress local) {
        SimUdpSocket socket = new SimUdpSocket(this, local);
        if (udpSockets.putIfAbsent(local, socket) != null) {
            throw new IllegalStateException(local + " is in use");
        }
        return socket;
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

    /// Sends an ICMP or ICMPv6 echo request, in fragments if it is larger than the MTU.
    ///
    /// @param source one of this host's addresses
    /// @param identifier 0 to 65535
    /// @param sequence 0 to 65535
    public void ping(InetAddress source, InetAddress destination, int identifier, int sequence, byte[] payload) {
        byte[] rest = ByteBuffer.allocate(2 * Short.BYTES + payload.length)
                .putShort((short) identifier)
                .putShort((short) sequence)
                .put(payload)
                .array();
        boolean isIpv4 = source.getAddress().length == 4;
        byte[] packet = PacketBuilder.between(new InetSocketAddress(source, 0), new InetSocketAddress(destination, 0))
                .mayFragment()
                .icmp(isIpv4 ? ECHO_REQUEST : ECHO_REQUEST_V6, 0, rest);
        if (packet.length <= mtuBytes) {
            send(SimPacket.of(packet));
            return;
        }
        for (byte[] fragment : PacketBuilder.fragments(packet, mtuBytes, nextIdentification++)) {
            send(SimPacket.of(fragment));
        }
    }

    /// Has `newObserver` told of every echo reply from now on.
    public void onEchoReply(Consumer<EchoReply> newObserver) {
        echoObserver = newObserver;
    }

    /// Takes a packet from the wire.
    public void receive(SimPacket packet) {
        ParsedPacket parsed = ParsedPacket.parse(packet);
        if (!parsed.faults().isEmpty()) {
            damagedPackets++;
            return;
        }
        if (parsed.isFragment()) {
            fragments++;
            SimPacket whole = reassembly.add(parsed);
            if (whole != null) {
                receive(whole);
            }
        } else if (parsed.isIcmp()) {
            onIcmp(parsed);
        } else if (parsed.isTcp()) {
            onTcp(parsed);
        } else if (parsed.isUdp()) {
            onUdp(packet, parsed);
        }
    }

    /// Fragments that came, soundly.
    public long fragments() {
        return fragments;
    }

    /// Packets that were given up because their fragments contradicted each other or did not all come in time.
    public long fragmentsGivenUp() {
        return reassembly.spoilt() + reassembly.timedOut();
    }

    /// Packets dropped because something in them was wrong. On a wire that damages nothing this must stay 0.
    public long damagedPackets() {
        return damagedPackets;
    }

    /// Connections in any state, those included that linger after their end.
    public int connections() {
        return clients.size();
    }

    int mtuBytes() {
        return mtuBytes;
    }

    void forget(SimUdpSocket socket) {
        udpSockets.remove(socket.local(), socket);
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

    private void onUdp(SimPacket packet, ParsedPacket datagram) {
        SimUdpSocket socket = udpSockets.get(datagram.destinationSocket());
        if (socket != null) {
            socket.onDatagram(datagram);
            return;
        }
        boolean isIpv4 = datagram.version() == 4;
        int quotedLength = Math.min(packet.length(), isIpv4 ? 28 : 1280 - 48);
        byte[] rest = new byte[4 + quotedLength];
        System.arraycopy(packet.bytes(), 0, rest, 4, quotedLength);
        InetSocketAddress here = datagram.destinationSocket();
        PacketBuilder answer = PacketBuilder.between(here, datagram.sourceSocket());
        send(SimPacket.of(isIpv4 ? answer.icmp(3, 3, rest) : answer.icmp(1, 4, rest)));
    }

    private void onIcmp(ParsedPacket message) {
        boolean isEchoReply = message.icmpType() == (message.version() == 4 ? ECHO_REPLY : ECHO_REPLY_V6);
        if (isEchoReply && message.icmpCode() == 0) {
            int rest = message.icmpRest();
            echoObserver.accept(new EchoReply(
                    message.source(), message.destination(), rest >>> 16, rest & 0xffff, message.payload()));
        } else {
            onIcmpError(message);
        }
    }

    /// Destination unreachable, time exceeded and ICMPv6's packet too big are errors about something sent.
    private void onIcmpError(ParsedPacket error) {
        boolean isIpv4 = error.version() == 4;
        int type = error.icmpType();
        boolean isError = isIpv4 ? type == 3 || type == 11 : type >= 1 && type <= 3;
        ByteBuffer in = ByteBuffer.wrap(error.payload());
        if (!isError || in.limit() < (isIpv4 ? 20 : 40) + 8) {
            return;
        }
        boolean isIpv6Fragment = !isIpv4 && in.get(6) == IpProtocol.IPV6_FRAGMENT;
        int transport = isIpv4 ? 20 : isIpv6Fragment ? 48 : 40;
        if (in.limit() < transport + 4) {
            return;
        }
        byte[] source = new byte[isIpv4 ? 4 : 16];
        byte[] destination = new byte[source.length];
        in.get(isIpv4 ? 12 : 8, source).get((isIpv4 ? 12 : 8) + source.length, destination);
        InetSocketAddress local = socketOf(source, in.getShort(transport));
        InetSocketAddress remote = socketOf(destination, in.getShort(transport + 2));
        int protocol = Byte.toUnsignedInt(in.get(isIpv4 ? 9 : isIpv6Fragment ? 40 : 6));
        if (protocol == IpProtocol.UDP) {
            onUdpError(local, new SimUdpSocket.Unreachable(remote, type, error.icmpCode()));
        } else if (isIpv4 || type != 2) {
            onTcpError(local, remote, error.icmpCode());
        }
    }

    private void onUdpError(InetSocketAddress local, SimUdpSocket.Unreachable error) {
        SimUdpSocket socket = udpSockets.get(local);
        if (socket != null) {
            socket.onUnreachable(error);
        }
    }

    /// Ends a handshake.
    private void onTcpError(InetSocketAddress local, InetSocketAddress remote, int code) {
        SimTcpClient client = clients.get(new Socket(local, remote));
        if (client != null) {
            client.onUnreachable(code);
        }
    }

    private static InetSocketAddress socketOf(byte[] address, short port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address), Short.toUnsignedInt(port));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 and 16 bytes are always an address", e);
        }
    }
}
