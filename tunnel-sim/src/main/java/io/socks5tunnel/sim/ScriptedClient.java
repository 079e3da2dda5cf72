// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/// A TCP peer without a mind of its own: a test says which segment to send and which one to expect, with sequence
/// numbers relative to the beginning of the flow, the SYN being 0.
///
/// ```java
/// client.send(client.syn().mss(1460));
/// client.expect("SA").seq(0).ack(1);
/// client.send(client.segment("A", 1, 1));
/// client.send(client.segment("PA", 1, 1).payload("hello"));
/// client.expect("A").ack(6);
/// client.expectNothing();
/// ```
///
/// Confined to one thread.
public final class ScriptedClient {
    private final InetSocketAddress local;
    private final InetSocketAddress remote;
    private final Link link;
    private final int localIss;
    private final ArrayDeque<SimPacket> arrived = new ArrayDeque<>();
    private final PacketLog log = new PacketLog(500);
    private int remoteIss;

    /// What the client is connected to.
    public interface Link {
        /// Hands a packet over and lets the other side do all that it does at once.
        void deliver(SimPacket packet);

        /// Lets virtual time pass.
        void pass(long nanos);

        /// Virtual time, ns.
        long nowNanos();
    }

    /// A client whose SYN has the sequence number `initialSeq`; choose one near 2^32 to see numbers wrap.
    public ScriptedClient(InetSocketAddress local, InetSocketAddress remote, int initialSeq, Link link) {
        this.local = local;
        this.remote = remote;
        this.link = link;
        localIss = initialSeq;
    }

    /// Takes what the other side has sent; the test's wiring calls this.
    public void receive(SimPacket packet) {
        log.add(link.nowNanos(), packet, "");
        ParsedPacket parsed = ParsedPacket.parse(packet);
        if (parsed.isTcp() && parsed.has(TcpFlag.SYN)) {
            remoteIss = parsed.seq();
        }
        arrived.add(packet);
    }

    /// The same for several.
    public void receive(Collection<SimPacket> packets) {
        packets.forEach(this::receive);
    }

    /// A SYN to be sent.
    public TcpSegmentBuilder syn() {
        return PacketBuilder.between(local, remote).tcp().flags("S").seq(localIss);
    }

    /// A segment to be sent.
    ///
    /// @param flags letters; see [TcpFlag]
    /// @param seq relative to our SYN
    /// @param ack relative to the other side's SYN; not used without the letter A
    public TcpSegmentBuilder segment(String flags, int seq, int ack) {
        TcpSegmentBuilder segment =
                PacketBuilder.between(local, remote).tcp().flags(flags).seq(localIss + seq);
        return flags.indexOf('A') >= 0 ? segment.ack(remoteIss + ack) : segment;
    }

    /// Sends a segment.
    public void send(TcpSegmentBuilder segment) {
        send(segment.packet());
    }

    /// Sends any packet.
    public void send(SimPacket packet) {
        log.add(link.nowNanos(), packet, "");
        link.deliver(packet);
    }

    /// Opens the connection with a handshake of three, without timestamps, and window scale 0 if any.
    public void open() {
        send(syn().mss(1460).sackPermitted());
        Expected synAck = expect("SA");
        synAck.seq(0).ack(1);
        send(segment("A", 1, 1));
    }

    /// Lets time pass.
    public void pass(long nanos) {
        link.pass(nanos);
    }

    /// Takes the next packet that came; it must be a sound segment with exactly these flags, P not counted.
    ///
    /// @throws AssertionError if nothing or something else came
    public Expected expect(String flags) {
        SimPacket packet = arrived.poll();
        if (packet == null) {
            throw failure("nothing came where " + flags + " was expected");
        }
        ParsedPacket parsed = ParsedPacket.parse(packet).requireSound();
        int ignored = TcpFlag.PSH.bit();
        if (!parsed.isTcp() || (parsed.flags() & ~ignored) != (TcpFlag.parse(flags) & ~ignored)) {
            throw failure("something else came where " + flags + " was expected");
        }
        return new Expected(parsed);
    }

    /// Takes the next packet that came; it must be an ICMP error with this type and code.
    ///
    /// @throws AssertionError if nothing or something else came
    public ParsedPacket expectIcmp(int type, int code) {
        SimPacket packet = arrived.poll();
        if (packet == null) {
            throw failure("nothing came where ICMP was expected");
        }
        ParsedPacket parsed = ParsedPacket.parse(packet).requireSound();
        if (!parsed.isIcmp() || parsed.icmpType() != type || parsed.icmpCode() != code) {
            throw failure("something else came where ICMP " + type + "/" + code + " was expected");
        }
        return parsed;
    }

    /// Nothing may have come that was not expected.
    ///
    /// @throws AssertionError if something has
    public void expectNothing() {
        if (!arrived.isEmpty()) {
            throw failure(arrived.size() + " packets came where nothing was expected");
        }
    }

    /// Forgets what has come.
    public void ignore() {
        arrived.clear();
    }

    /// What went to and fro.
    public PacketLog log() {
        return log;
    }

    private AssertionError failure(String what) {
        return new AssertionError(what + "; what went to and fro:\n" + log.tail(30));
    }

    /// A segment that came, to be looked at. Each check fails with an [AssertionError] and the log.
    public final class Expected {
        private final ParsedPacket packet;

        private Expected(ParsedPacket packet) {
            this.packet = packet;
        }

        /// The segment itself.
        public ParsedPacket packet() {
            return packet;
        }

        /// Its sequence number, relative to the other side's SYN.
        public Expected seq(int relative) {
            return require(packet.seq() - remoteIss == relative, "seq " + (packet.seq() - remoteIss), relative);
        }

        /// Its acknowledgement, relative to our SYN.
        public Expected ack(int relative) {
            return require(packet.ack() - localIss == relative, "ack " + (packet.ack() - localIss), relative);
        }

        /// Its window field.
        public Expected window(int field) {
            return require(packet.window() == field, "window " + packet.window(), field);
        }

        /// Its payload's length.
        public Expected length(int bytes) {
            return require(packet.payloadLength() == bytes, "length " + packet.payloadLength(), bytes);
        }

        /// Its payload in ASCII.
        public Expected payload(String text) {
            String came = new String(packet.payload(), StandardCharsets.US_ASCII);
            return require(came.equals(text), "payload " + came, text);
        }

        /// Its SACK blocks, left and right edges relative to our SYN; none means that there is none.
        public Expected sack(int... edges) {
            List<Integer> wanted = new ArrayList<>();
            for (int edge : edges) {
                wanted.add(edge);
            }
            List<Integer> came = new ArrayList<>();
            for (SackBlock block : packet.options().sackBlocks()) {
                came.add(block.leftSeq() - localIss);
                came.add(block.rightSeq() - localIss);
            }
            return require(came.equals(wanted), "SACK " + came, wanted);
        }

        /// Anything else.
        public Expected that(Consumer<ParsedPacket> check) {
            check.accept(packet);
            return this;
        }

        private Expected require(boolean holds, String came, Object wanted) {
            if (!holds) {
                throw failure("the segment has " + came + " instead of " + wanted);
            }
            return this;
        }
    }
}
