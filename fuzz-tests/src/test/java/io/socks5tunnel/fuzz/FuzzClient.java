// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.fuzz;

import io.socks5tunnel.api.spi.ChecksumState;
import io.socks5tunnel.api.spi.GsoType;
import io.socks5tunnel.sim.ParsedPacket;
import io.socks5tunnel.sim.TcpFlag;
import io.socks5tunnel.stack.TcpOpenRequest;
import io.socks5tunnel.stack.inspect.FlowView;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// A client of one address and port that says whatever an input makes it say.
final class FuzzClient {
    private static final int SYN = 0x02;
    private static final int FIN = 0x01;
    private static final int ACK = 0x10;
    private static final int MSS = 1200;
    private static final int MOST_PAYLOAD_BYTES = 20_000;

    private final StackWorld world;
    private final SegmentBytes format;
    private final boolean isIpv6;
    private final boolean isTimestamps;
    private final boolean isSack;
    private final boolean isScaling;
    private FlowOwner owner;
    private int isn;
    private int serverIsn;

    /// Whether a SYN-ACK of the latest connection has got here: it may be lost, or there is no memory to send it.
    private boolean knowsServerIsn;

    private int timestamp = 1000;
    private int timestampHeard;

    /// The sequence number of the segment that is being handed in.
    private int seqInHand;

    /// Those of all segments with SYN so far.
    private final Set<Integer> seqsOfSyns = new HashSet<>();

    FuzzClient(StackWorld world, int settings) {
        this.world = world;
        isIpv6 = (settings & 1) != 0;
        isTimestamps = (settings & 2) != 0;
        isSack = (settings & 4) != 0;
        isScaling = (settings & 8) != 0;
        isn = (settings & 0x40) != 0 ? -3000 : 1_000_000;
        format = new SegmentBytes(isIpv6);
        owner = new FlowOwner(world);
        world.onOpen = this::onOpen;
        world.onSent = this::onSent;
    }

    FlowOwner owner() {
        return owner;
    }

    /// A SYN with all options that the settings ask for.
    void open() {
        format.clearOptions();
        format.mss(MSS);
        if (isScaling) {
            format.windowScale(7);
        }
        if (isSack) {
            format.sackPermitted();
        }
        if (isTimestamps) {
            format.timestamps(++timestamp, 0);
        }
        hand(isn, 0, SYN, 65535, 0, 0);
        world.poll();
    }

    /// Acknowledges everything that was sent.
    void acknowledge() {
        usual();
        FlowView view = view();
        hand(seqAt(rcvNxt(view)), ackAt(sndNxt(view)), ACK, 65535, 0, 0);
        world.poll();
    }

    void finish() {
        usual();
        FlowView view = view();
        hand(seqAt(rcvNxt(view)), ackAt(sndNxt(view)), ACK | FIN, 65535, 0, 0);
        world.poll();
    }

    void finishUnacknowledging() {
        usual();
        hand(seqAt(rcvNxt(view())), ackAt(0), ACK | FIN, 65535, 0, 0);
        world.poll();
    }

    void readAll() {
        owner.read(Integer.MAX_VALUE);
    }

    /// A segment of the input's choice:
    ///
    /// ```
    /// flags, places, distance to them, window, length, options, …
    /// ```
    void segment(FuzzBytes bytes) {
        int flags = bytes.u8() ^ ACK;
        int places = bytes.u8();
        FlowView view = view();
        int seq = seqOf(places & 3, view) + distance(bytes.s8(), places >> 4 & 1);
        int ack = ackOf(places >> 2 & 3, view) + distance(bytes.s8(), places >> 5 & 1);
        int window = bytes.u8() << (places >> 6 & 1) * 8;
        int length = length(bytes.u8());
        int options = bytes.u8();
        format.clearOptions();
        if ((options & 1) != isTimestampsBit()) {
            format.timestamps(timestamp + ((options & 2) == 0 ? 1 : bytes.s8()), timestampHeard + (options >> 2 & 1));
        }
        for (int i = 0; i < (options >> 3 & 3); i++) {
            int left = ackAt(sndUna(view)) + bytes.u8() * (MSS / 4);
            format.sack(left, left + bytes.u8() * (MSS / 4));
        }
        if ((options & 0x80) != 0) {
            format.raw(bytes.take(bytes.upTo(20)));
        }
        int gsoSize = length > MSS ? MSS : 0;
        hand(seq, ack, flags, window, length, gsoSize);
    }

    /// An ICMP message that something it quotes was too big.
    void tooBig(FuzzBytes bytes) {
        int mtu = bytes.u16() & 0x1fff;
        int seq = ackOf(bytes.upTo(3), view()) + distance(bytes.s8(), 1);
        byte[] packet = format.tooBig(seq, mtu);
        world.receive(packet, ChecksumState.VALID, GsoType.NONE, 0);
    }

    private int isTimestampsBit() {
        return isTimestamps ? 0 : 1;
    }

    private void usual() {
        format.clearOptions();
        if (isTimestamps) {
            format.timestamps(++timestamp, timestampHeard);
        }
    }

    private void hand(int seq, int ack, int flags, int window, int length, int gsoSize) {
        seqInHand = seq;
        if ((flags & SYN) != 0) {
            seqsOfSyns.add(seq);
        }
        byte[] packet = format.build(seq, ack, flags, window, length);
        GsoType type = gsoSize == 0 ? GsoType.NONE : isIpv6 ? GsoType.TCP_V6 : GsoType.TCP_V4;
        world.receive(packet, ChecksumState.VALID, type, gsoSize);
    }

    private boolean onOpen(TcpOpenRequest request) {
        isn = seqInHand;
        knowsServerIsn = false;
        owner = new FlowOwner(world, request);
        owner.clientIsns(seqsOfSyns);
        return true;
    }

    private void onSent(ParsedPacket packet) {
        if (!packet.isTcp()) {
            return;
        }
        if (packet.has(TcpFlag.SYN)) {
            serverIsn = packet.seq();
            knowsServerIsn = true;
            begin(packet.ack() - 1);
        }
        if (packet.options().hasTimestamps()) {
            timestampHeard = packet.options().timestampValue();
        }
        int length = packet.payloadLength();
        if (length == 0 || !knowsServerIsn) {
            return;
        }
        int position = packet.seq() - serverIsn - 1;
        Finding.unless(position >= 0 && position + length <= owner.bytesWritten(), "bytes were sent that nobody wrote");
        int right = Contents.OF_OWNER.matching(position, ByteBuffer.wrap(packet.payload()), 0, length);
        if (right < length) {
            throw new Finding("the byte sent at " + (position + right) + " is wrong");
        }
    }

    /// Until the SYN is answered, another may have taken its place.
    private void begin(int seqOfSyn) {
        Finding.unless(seqsOfSyns.contains(seqOfSyn), "answers a SYN that nobody sent");
        isn = seqOfSyn;
        owner.clientIsns(Set.of(seqOfSyn));
    }

    private int seqOf(int place, FlowView view) {
        return switch (place) {
            case 0 -> seqAt(rcvNxt(view));
            case 1 -> seqAt(view == null ? 0 : view.rcvWindowRight());
            case 2 -> isn;
            default -> seqAt(rcvNxt(view)) + (1 << 30);
        };
    }

    private int ackOf(int place, FlowView view) {
        return switch (place) {
            case 0 -> ackAt(sndNxt(view));
            case 1 -> ackAt(sndUna(view));
            case 2 -> ackAt(0);
            default -> ackAt(sndUna(view)) + (1 << 30);
        };
    }

    private static int distance(int steps, int isLong) {
        return isLong == 0 ? steps : steps * (MSS / 2);
    }

    private static int length(int choice) {
        return switch (choice & 7) {
            case 0, 1, 2 -> 0;
            case 3 -> 1 + (choice >> 3);
            case 4 -> MSS;
            case 5 -> MSS / 2 + choice;
            case 6 -> 1 + (choice >> 3) * (MOST_PAYLOAD_BYTES / 32);
            default -> MSS * (choice >> 5);
        };
    }

    private int seqAt(long position) {
        return isn + 1 + (int) position;
    }

    private int ackAt(long position) {
        return serverIsn + 1 + (int) position;
    }

    private static long rcvNxt(FlowView view) {
        return view == null ? 0 : view.rcvNxt();
    }

    private static long sndUna(FlowView view) {
        return view == null ? 0 : view.sndUna();
    }

    private static long sndNxt(FlowView view) {
        return view == null ? 0 : view.sndNxt();
    }

    /// The first connection, or null.
    private FlowView view() {
        List<FlowView> connections = world.stack.inspect().connections();
        return connections.isEmpty() ? null : connections.getFirst();
    }
}
