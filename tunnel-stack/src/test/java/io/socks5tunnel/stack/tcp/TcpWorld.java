// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.spi.ChecksumState;
import io.socks5tunnel.api.spi.GsoType;
import io.socks5tunnel.api.spi.InboundPacket;
import io.socks5tunnel.api.spi.OutboundPacket;
import io.socks5tunnel.api.spi.PacketBurst;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.TunCapabilities;
import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.stack.FlowListener;
import io.socks5tunnel.stack.PacketSink;
import io.socks5tunnel.stack.PacketStack;
import io.socks5tunnel.stack.StackConfig;
import io.socks5tunnel.stack.TcpFlow;
import io.socks5tunnel.stack.TcpFlowHandler;
import io.socks5tunnel.stack.TcpOpenRequest;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// A stack with one client, in virtual time: segments go in by relative numbers (0 is the first byte behind the
/// SYN), packets come out one by one. The reader and writer are the test itself.
final class TcpWorld implements FlowListener, PacketSink, TcpFlowHandler {
    static final int MILLI = 1_000_000;
    static final TunCapabilities OFFLOAD = new TunCapabilities(true, true, false);

    final CountingPool pool = new CountingPool();
    final ArrayDeque<SentPacket> sent = new ArrayDeque<>();
    final List<FlowKey> forgotten = new ArrayList<>();
    final FlowOwner owner = new FlowOwner();
    final ByteArrayOutputStream read = owner.read;
    StackConfig config = StackConfig.forMtu(1500);
    TunCapabilities capabilities = TunCapabilities.NONE;
    boolean isIpv4 = true;
    boolean isReading = true;
    boolean isWanted = true;
    int clientIsn = 1_000_000;
    int clientPort = 40_000;
    int clientScale = 7;
    int clientTs = 5_000;
    boolean isTimestamps;
    boolean isSack = true;
    boolean isScaling = true;
    int clientMss = 1460;
    long now = 77_000_000_000L;

    TcpOpenRequest request;
    TcpFlow flow;
    int serverIsn;
    int confirmations;
    int resets;
    int closes;
    int readables;
    int writables;
    int requests;
    int lastTsVal;
    /// How long the third ACK takes.
    long handshakeNanos;

    private PacketStack stack;
    private final PacketBurst burst = new PacketBurst(pool);

    PacketStack stack() {
        if (stack == null) {
            stack = new PacketStack(config, this, pool, this, "a secret of thirty-two bytes 123".getBytes(US_ASCII));
        }
        return stack;
    }

    TcpWorld withTimestamps() {
        isTimestamps = true;
        return this;
    }

    TcpWorld withoutOptions() {
        isSack = false;
        isScaling = false;
        clientMss = -1;
        return this;
    }

    TcpWorld withOffload() {
        capabilities = OFFLOAD;
        return this;
    }

    TcpWorld ipv6() {
        isIpv4 = false;
        return this;
    }

    /// Ends everything and begins again with another port, on the same stack.
    void again() {
        stack().abortAll(now);
        stack().poll(now);
        burst.release();
        sent.clear();
        forgotten.clear();
        read.reset();
        request = null;
        flow = null;
        serverIsn = 0;
        confirmations = 0;
        resets = 0;
        closes = 0;
        requests = 0;
        clientPort = clientPort == 60_000 ? 1_025 : clientPort + 1;
    }

    // ---- what the client sends

    ClientSegment segment() {
        return new ClientSegment(this);
    }

    /// Client data from relative sequence number `seq`, acknowledging nothing new.
    ClientSegment data(int seq, String text) {
        return segment().seq(seq).payload(text.getBytes(US_ASCII));
    }

    /// A bare acknowledgement of relative server byte `ack`.
    ClientSegment ack(int ack) {
        return segment().ack(ack);
    }

    ClientSegment syn() {
        return segment().seq(-1).flags(SentPacket.SYN).noAck().window(65535);
    }

    /// SYN, accepted, third ACK.
    TcpWorld established() {
        send(syn());
        accept();
        assertThat(next().flags()).isEqualTo(SentPacket.SYN | SentPacket.ACK);
        now += handshakeNanos;
        send(ack(0));
        assertThat(sent).isEmpty();
        return this;
    }

    void accept() {
        flow = request.accept(now);
        stack().poll(now);
        SentPacket synAck = sent.peek();
        serverIsn = synAck.seq();
        lastTsVal = synAck.tsVal();
    }

    /// One burst.
    void send(ClientSegment... segments) {
        burst.clear();
        for (ClientSegment segment : segments) {
            put(segment.bytes(), segment.gsoSize());
        }
        for (int i = 0; i < burst.count(); i++) {
            InboundPacket packet = burst.packet(i);
            stack().receive(packet, now);
        }
        if (isReading) {
            readAll();
        }
        stack().poll(now);
        burst.clear();
    }

    /// One raw packet.
    void sendRaw(byte[] bytes) {
        receive(bytes);
        stack().poll(now);
        burst.clear();
    }

    /// One raw packet, with what follows from it left for a later [#poll].
    void receive(byte[] bytes) {
        burst.clear();
        put(bytes, 0);
        stack().receive(burst.packet(0), now);
    }

    private void put(byte[] bytes, int gsoSize) {
        Slab slab = burst.slabForNext(bytes.length + 16);
        int at = burst.nextOffset() + 12;
        slab.bytes().put(at, bytes);
        GsoType type = gsoSize == 0 ? GsoType.NONE : isIpv4 ? GsoType.TCP_V4 : GsoType.TCP_V6;
        burst.add(at, bytes.length, gsoSize == 0 ? ChecksumState.UNVERIFIED : ChecksumState.VALID, type, gsoSize);
    }

    // ---- what the owner of the flow does

    void readAll() {
        if (flow != null) {
            owner.readAll(flow);
        }
    }

    void readSome(int bytes) {
        owner.readSome(flow, bytes);
    }

    /// Reads what one peek shows, `bytes` of it at most.
    void readAtMost(int bytes) {
        owner.readAtMost(flow, bytes);
    }

    /// Writes without sending.
    int write(byte[] bytes) {
        return owner.write(flow, bytes);
    }

    void writeAndPoll(byte[] bytes) {
        assertThat(write(bytes)).isEqualTo(bytes.length);
        poll();
    }

    void poll() {
        stack().poll(now);
    }

    void shutdownOutput() {
        flow.shutdownOutput();
        poll();
    }

    /// Lets time pass in the steps that the stack asks for.
    void advance(long nanos) {
        long end = now + nanos;
        int rounds = 0;
        while (stack().nextDeadlineNanos() <= end) {
            now = Math.max(now, stack().nextDeadlineNanos());
            stack().poll(now);
            if (++rounds > 100_000) {
                throw new AssertionError("the stack's timers never rest");
            }
        }
        now = end;
        stack().poll(now);
    }

    void advanceMillis(long millis) {
        advance(millis * MILLI);
    }

    // ---- what came out

    SentPacket next() {
        assertThat(sent).as("packets sent").isNotEmpty();
        SentPacket packet = sent.poll();
        if (packet.hasTimestamps()) {
            lastTsVal = packet.tsVal();
        }
        return packet;
    }

    /// The only packet that came out.
    SentPacket only() {
        assertThat(sent).as("packets sent").hasSize(1);
        return next();
    }

    void expectNothing() {
        assertThat(sent).as("packets sent").isEmpty();
    }

    /// The only packet is a bare ACK of relative client byte `ack`.
    SentPacket expectAck(int ack) {
        SentPacket packet = only();
        assertThat(packet.flags()).isEqualTo(SentPacket.ACK);
        assertThat(packet.payload()).isEmpty();
        assertThat(relativeAck(packet)).isEqualTo(ack);
        return packet;
    }

    /// The next packet carries `length` server bytes from relative byte `seq`.
    SentPacket expectData(int seq, int length) {
        SentPacket packet = next();
        assertThat(packet.isRst()).isFalse();
        assertThat(relativeSeq(packet)).as("seq").isEqualTo(seq);
        assertThat(packet.length()).as("length").isEqualTo(length);
        return packet;
    }

    SentPacket expectReset() {
        SentPacket packet = only();
        assertThat(packet.isRst()).isTrue();
        return packet;
    }

    int relativeSeq(SentPacket packet) {
        return packet.seq() - serverIsn - 1;
    }

    int relativeAck(SentPacket packet) {
        return packet.ack() - clientIsn - 1;
    }

    /// SACK blocks in relative numbers, as text.
    String sackOf(SentPacket packet) {
        return packet.sackBlocksFrom(clientIsn + 1);
    }

    String readText() {
        return read.toString(US_ASCII);
    }

    long drops(DropReason reason) {
        return stack().drops(reason);
    }

    /// The connection itself, where a test looks inside.
    TcpConnection connection() {
        return (TcpConnection) flow;
    }

    /// Slabs but the stack's header slab and the burst's.
    int slabsOfFlows() {
        burst.release();
        return pool.outCount() - 1;
    }

    static byte[] pattern(int length) {
        return FlowOwner.pattern(0, length);
    }

    static byte[] pattern(int from, int length) {
        return FlowOwner.pattern(from, length);
    }

    // ---- contracts

    @Override
    public boolean onStray(InboundPacket packet, FlowKey key) {
        return false;
    }

    @Override
    public boolean onOpenRequest(TcpOpenRequest newRequest) {
        requests++;
        if (isWanted) {
            request = newRequest;
            newRequest.handler(this);
        }
        return isWanted;
    }

    @Override
    public void onForgotten(FlowKey key) {
        forgotten.add(key);
    }

    @Override
    public boolean emit(OutboundPacket packet) {
        sent.add(SentPacket.of(packet, config.mtuBytes()));
        return true;
    }

    @Override
    public TunCapabilities capabilities() {
        return capabilities;
    }

    @Override
    public void onConfirmed() {
        confirmations++;
    }

    @Override
    public void onReadable() {
        readables++;
    }

    @Override
    public void onWritable() {
        writables++;
    }

    @Override
    public void onReset() {
        resets++;
    }

    @Override
    public void onClosed() {
        closes++;
    }
}
