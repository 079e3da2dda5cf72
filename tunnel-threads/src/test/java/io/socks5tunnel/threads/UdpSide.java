// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.LimitSettings;
import io.socks5tunnel.api.Socks5Settings;
import io.socks5tunnel.api.spi.ChecksumState;
import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.GsoType;
import io.socks5tunnel.api.spi.PacketBurst;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.stack.ClientSource;
import io.socks5tunnel.stack.DatagramRefusal;
import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.stack.UdpDatagram;
import io.socks5tunnel.threads.dns.DnsResponder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The UDP sessions of one shard, with the test as client, SOCKS server and stack.
final class UdpSide implements ClientDatagrams {
    static final String DESTINATION = "198.19.0.1";
    static final byte[] RELAY = {5, 0, 0, 1, 10, 0, 0, 7, 0x12, 0x34};

    final FakeReactor reactor = new FakeReactor(false);
    final ShardCounters counters = new ShardCounters();
    final SharedState shared;
    final ShardMailbox mailbox = new ShardMailbox(reactor::wakeup);
    final UdpSessions sessions;
    final Evictions evictions;
    final DnsResponder responder;
    final DnsForwarder forwarder;
    final ShardSlabPool slabs;
    final List<Reply> replies = new ArrayList<>();
    final List<DatagramRefusal> refusals = new ArrayList<>();
    final List<Integer> tooBig = new ArrayList<>();

    /// What the client is shown of the packets that were refused some time after they came.
    final List<byte[]> quotes = new ArrayList<>();

    /// What the stack counts, since it was told at once.
    final List<DropReason> drops = new ArrayList<>();

    /// Stands before each payload that a client sends.
    byte[] packetHeader = {};

    /// How many datagrams the device takes in one packet.
    int together = 1;

    /// Whether the device refuses the next packet with several datagrams, and all others from then on.
    boolean refusesTogether;

    /// Whether it loses them and promises to take the next.
    boolean losesTogether;

    /// How many datagrams each packet held that had several, and of how many bytes the first was.
    final List<List<Integer>> groups = new ArrayList<>();

    /// Takes replies without keeping them.
    boolean isQuiet;

    final UdpDatagram datagram = new UdpDatagram();
    private final PacketBurst burst;
    private final ParcelSender parcels;

    UdpSide(Optional<Socks5Settings.Udp> mode) {
        this(mode, Optional.empty(), LimitSettings.DEFAULT, 0);
    }

    UdpSide(Optional<Socks5Settings.Udp> mode, Optional<String> udpAddress, LimitSettings limits, int warm) {
        this(shared(server("192.0.2.1", mode, udpAddress), limits, warm), 0);
    }

    UdpSide(Socks5Settings server) {
        this(shared(server, LimitSettings.DEFAULT, 0), 0);
    }

    UdpSide(SharedState shared, int shard) {
        this.shared = shared;
        shared.register(shard, mailbox);
        slabs = new ShardSlabPool(shared.depot());
        burst = new PacketBurst(slabs);
        Slab scratch = new Slab();
        LimitSettings limits = shared.config().limits();
        var dialer = new Dialer(shared.config().socks5(), reactor, shared.ownConnections(), scratch);
        var room = new DatagramScratch(
                slabs, new CopyPool(shared.copyBudget()), new Slab(), scratch, limits.udpBatchDatagrams());
        parcels = new ParcelSender(shared, counters);
        evictions = new Evictions(shard, shared.permits());
        responder = new DnsResponder(shared.names());
        forwarder =
                new DnsForwarder(dialer, shared.dnsRedirect(), this, counters, scratch, limits.connectTimeoutMillis());
        sessions = new UdpSessions(
                shard,
                shared,
                counters,
                this,
                DnsRouting.of(shared, responder, forwarder, this, counters, scratch),
                parcels,
                new UdpDialer(dialer, shared.udpModes(), limits.udpReceiveBufferBytes(), counters),
                room,
                new UdpBurst(new Slab(), room),
                evictions);
        sessions.tick(reactor.nowNanos);
    }

    static Socks5Settings server(String address, Optional<Socks5Settings.Udp> mode, Optional<String> udpAddress) {
        return new Socks5Settings(address, 1080, mode, udpAddress, false, Optional.empty(), 0, false);
    }

    static SharedState shared(Socks5Settings server, LimitSettings limits, int warm) {
        LimitSettings all = new LimitSettings(
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
                warm,
                0);
        return new SharedState(Fixtures.config(2, all, server), 2, 64 << 20, new FakeReactor(false));
    }

    /// What a client got.
    record Reply(ClientSource to, String from, int port, byte[] payload) {
        String text() {
            return new String(payload, java.nio.charset.StandardCharsets.UTF_8);
        }
    }

    /// A client on 10.0.0.1 sends to the destination's port 53.
    void send(int port, String text) {
        send(port, DESTINATION, 53, Fixtures.bytes(text));
    }

    void send(int port, String destination, int destinationPort, byte[] payload) {
        send(port, destination, destinationPort, payload, 0);
    }

    void send(int port, String destination, int destinationPort, byte[] payload, int segmentBytes) {
        int packetBytes = packetHeader.length + payload.length;
        Slab slab = burst.slabForNext(packetBytes);
        if (slab == null) {
            throw new IllegalStateException("run a cycle first");
        }
        int at = burst.nextOffset();
        slab.bytes().put(at, packetHeader).put(at + packetHeader.length, payload);
        burst.add(at, packetBytes, ChecksumState.VALID, GsoType.NONE, segmentBytes);
        datagram.show(burst.packet(burst.count() - 1), at + packetHeader.length, payload.length);
        byte[] raw = InetAddress.ofLiteral(destination).getAddress();
        if (raw.length == 4) {
            datagram.client(0, FlowKey.mappedIpv4(0x0a000001), port);
            datagram.destination(0, FlowKey.mappedIpv4(ByteBuffer.wrap(raw).getInt()), destinationPort);
        } else {
            datagram.client(0xfc00_0000_0000_0000L, 1, port);
            datagram.destination(
                    ByteBuffer.wrap(raw).getLong(), ByteBuffer.wrap(raw).getLong(8), destinationPort);
        }
        DropReason reason = sessions.onDatagram(datagram);
        if (reason != null) {
            drops.add(reason);
        }
    }

    /// A datagram of the tunnel's own socket comes in through the device.
    void sendOwn(InetSocketAddress from, InetSocketAddress to) {
        Slab slab = burst.slabForNext(1);
        burst.add(burst.nextOffset(), 1, ChecksumState.VALID, GsoType.NONE, 0);
        datagram.show(burst.packet(burst.count() - 1), 0, slab == null ? 0 : 1);
        datagram.client(0, mapped(from), from.getPort());
        datagram.destination(0, mapped(to), to.getPort());
        DropReason reason = sessions.onDatagram(datagram);
        if (reason != null) {
            drops.add(reason);
        }
    }

    void cycle() throws IOException {
        reactor.await(0);
        sessions.tick(reactor.nowNanos);
        parcels.flush();
        sessions.feedHungry();
        sessions.run(reactor.nowNanos);
        forwarder.run(reactor.nowNanos);
        evictions.publishOldest();
        burst.clear();
    }

    void pass(long nanos) throws IOException {
        reactor.nowNanos += nanos;
        cycle();
    }

    /// The last TCP connection grants what it was asked for.
    void grant() throws IOException {
        grant(reactor.socket(), RELAY);
    }

    void grant(FakeSocket socket, byte... reply) throws IOException {
        socket.connected();
        socket.deliver(Fixtures.METHOD_NONE);
        socket.deliver(reply);
        cycle();
    }

    /// A client has an association, and `hello` has gone through it.
    FakeDatagramSocket associate(int port) throws IOException {
        send(port, "hello");
        cycle();
        grant();
        return reactor.datagramSockets.getLast();
    }

    /// What was sent on the last TCP connection after greeting and request, cut into frames.
    List<byte[]> frames() {
        return frames(reactor.socket());
    }

    static List<byte[]> frames(FakeSocket socket) {
        ByteBuffer bytes = ByteBuffer.wrap(socket.written.toByteArray()).position(3 + 10);
        List<byte[]> frames = new ArrayList<>();
        while (bytes.remaining() >= 3) {
            int length = Short.toUnsignedInt(bytes.getShort(bytes.position()))
                    + Byte.toUnsignedInt(bytes.get(bytes.position() + 2));
            byte[] frame = new byte[length];
            bytes.get(frame);
            frames.add(frame);
        }
        return frames;
    }

    long dropped(DropReason reason) {
        return counters.drops(reason)
                + drops.stream().filter(one -> one == reason).count();
    }

    void expectNothingLeft() {
        if (sessions.size() != 0
                || shared.directory().size() != 0
                || shared.permits().live() != 0
                || shared.datagramPermits().live() != 0
                || shared.limits().dials() != 0
                || shared.copyBudget().usedBytes() != 0
                || shared.ownConnections().size() != 0) {
            throw new AssertionError(sessions.size() + " sessions, "
                    + shared.directory().size() + " owners, "
                    + shared.permits().live() + " and "
                    + shared.datagramPermits().live() + " permits, "
                    + shared.limits().dials() + " dials, "
                    + shared.copyBudget().usedBytes() + " bytes, "
                    + shared.ownConnections().size() + " sockets");
        }
    }

    @Override
    public boolean sendDatagram(
            ClientSource to, long fromHigh, long fromLow, int fromPort, Slab slab, int offset, int length) {
        if (to.isIpv4() != SocksDatagram.isIpv4(fromHigh, fromLow)) {
            return false;
        }
        if (isQuiet) {
            return true;
        }
        byte[] payload = bytes(slab, offset, length);
        String from = new ClientSource(fromHigh, fromLow, fromPort)
                .asFlowKey()
                .client()
                .getAddress()
                .getHostAddress();
        replies.add(new Reply(to, from, fromPort, payload));
        return true;
    }

    @Override
    public int datagramsTogether(ClientSource to, int length) {
        return length == 0 ? 1 : together;
    }

    @Override
    public boolean sendDatagrams(
            ClientSource to, long fromHigh, long fromLow, int fromPort, GatherList payloads, int datagramBytes) {
        if (refusesTogether) {
            together = 1;
        }
        if (refusesTogether || losesTogether) {
            return false;
        }
        int before = replies.size();
        for (int i = 0; i < payloads.count(); i++) {
            int end = payloads.offset(i) + payloads.length(i);
            for (int at = payloads.offset(i); at < end; at += datagramBytes) {
                int length = Math.min(datagramBytes, end - at);
                if (!sendDatagram(to, fromHigh, fromLow, fromPort, payloads.slab(i), at, length)) {
                    return false;
                }
            }
        }
        groups.add(List.of(replies.size() - before, datagramBytes));
        return true;
    }

    @Override
    public void refuse(UdpDatagram refused, DatagramRefusal refusal, long nowNanos) {
        refusals.add(refusal);
    }

    @Override
    public void refuseTooBig(UdpDatagram refused, int maxPayloadBytes, long nowNanos) {
        tooBig.add(maxPayloadBytes);
    }

    @Override
    public void refuseLate(Slab about, int offset, int length, DatagramRefusal refusal, long nowNanos) {
        refusals.add(refusal);
        quotes.add(bytes(about, offset, length));
    }

    @Override
    public void refuseLateTooBig(Slab about, int offset, int length, int maxPayloadBytes, long nowNanos) {
        tooBig.add(maxPayloadBytes);
        quotes.add(bytes(about, offset, length));
    }

    private static byte[] bytes(Slab slab, int offset, int length) {
        byte[] bytes = new byte[length];
        slab.bytes().get(offset, bytes);
        return bytes;
    }

    private static long mapped(InetSocketAddress address) {
        return FlowKey.mappedIpv4(
                ByteBuffer.wrap(address.getAddress().getAddress()).getInt());
    }
}
