// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import io.socks5tunnel.sim.PacketBuilder;
import io.socks5tunnel.sim.ParsedPacket;
import io.socks5tunnel.sim.SackBlock;
import io.socks5tunnel.sim.SeededRandom;
import io.socks5tunnel.sim.SimPacket;
import io.socks5tunnel.sim.SimTcpClient;
import io.socks5tunnel.sim.TcpFlag;
import io.socks5tunnel.sim.TcpOptions;
import io.socks5tunnel.sim.TcpSegmentBuilder;
import io.socks5tunnel.sim.VirtualClock;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The hostile side of the clients: makes of the honest segments of a [SimTcpClient] what a nasty but lawful peer
/// would send. Stands between the clients' host and the wire. Confined to one thread.
final class HostileSegments {
    private static final int MAX_OVERLAP_BYTES = 200;
    private static final int FAR_AWAY = 1 << 30;
    private static final long MILLI = 1_000_000L;

    private final VirtualClock clock;
    private final FaultClock faults;
    private final Map<InetSocketAddress, Transfer> transfers = new HashMap<>();
    private final Map<InetSocketAddress, Last> lasts = new HashMap<>();
    private final Consumer<SimPacket> output;
    private final SeededRandom windowChance;
    private final SeededRandom ackChance;
    private final SeededRandom overlapChance;
    private final SeededRandom renegeChance;
    private final SeededRandom strangerChance;
    private final SeededRandom overshootChance;

    /// What a client sent last.
    private static final class Last {
        private @Nullable ParsedPacket segment;
        private @Nullable ParsedPacket data;
        private int initialSeq;
        private int ack;
        private boolean hasAck;
    }

    HostileSegments(VirtualClock clock, SeededRandom random, FaultClock faults, Consumer<SimPacket> output) {
        this.clock = clock;
        this.faults = faults;
        this.output = output;
        windowChance = random.fork("window");
        ackChance = random.fork("ack");
        overlapChance = random.fork("overlap");
        renegeChance = random.fork("renege");
        strangerChance = random.fork("stranger");
        overshootChance = random.fork("overshoot");
        for (Fault fault : faults.all(FaultKind.STRANGER)) {
            faults.onBeginning(fault, () -> appear(fault));
        }
        for (Fault fault : faults.all(FaultKind.TIMESTAMP_JUMP)) {
            faults.onBeginning(fault, () -> jump(fault));
        }
        for (Fault fault : faults.all(FaultKind.OVERSHOOT)) {
            faults.onBeginning(fault, () -> overshoot(fault));
        }
        for (Fault fault : faults.all(FaultKind.FLOOD)) {
            faults.onBeginning(fault, () -> flood(fault, fault.amount()));
        }
    }

    /// Makes a transfer's client known, whose ports may have had another one before.
    void add(Transfer transfer) {
        transfers.put(transfer.plan().local(), transfer);
        lasts.put(transfer.plan().local(), new Last());
    }

    /// Takes what a client sends.
    void send(SimPacket packet) {
        ParsedPacket segment = ParsedPacket.parse(packet);
        Transfer transfer = transfers.get(segment.sourceSocket());
        Last last = lasts.get(segment.sourceSocket());
        if (transfer == null || last == null || !segment.isTcp()) {
            output.accept(packet);
            return;
        }
        int number = transfer.plan().number();
        splitAck(number, segment, last);
        overlap(number, segment, last);
        SimPacket mangled = mangleWindow(number, packet, segment);
        note(last, segment);
        output.accept(mangled);
        renege(number, transfer, segment);
    }

    private static void note(Last last, ParsedPacket segment) {
        // an answer to a stranger's segment has a stranger's numbers
        if (!segment.has(TcpFlag.RST)) {
            last.segment = segment;
        }
        if (segment.has(TcpFlag.SYN)) {
            last.initialSeq = segment.seq();
        }
        if (segment.has(TcpFlag.ACK)) {
            last.ack = segment.ack();
            last.hasAck = true;
        }
        if (segment.payloadLength() > 0) {
            last.data = segment;
        }
    }

    private SimPacket mangleWindow(int number, SimPacket packet, ParsedPacket segment) {
        if (segment.has(TcpFlag.SYN) || segment.has(TcpFlag.RST)) {
            return packet;
        }
        int window = segment.window();
        if (faults.isActive(FaultKind.TINY_WINDOW, number)) {
            window = Math.min(window, 1);
        }
        for (Fault fault : faults.active(FaultKind.WINDOW_SHRINK)) {
            if (fault.subject() == number && windowChance.chance(fault.share())) {
                window = windowChance.chance(0.3) ? 0 : window / 2;
            }
        }
        if (window == segment.window()) {
            return packet;
        }
        TcpSegmentBuilder changed = copyOf(segment)
                .seq(segment.seq())
                .ack(segment.ack())
                .window(window)
                .payload(segment.payload());
        changed.flagBits(segment.flags());
        return packet.isSuperSegment() ? changed.superSegment(packet.gsoSizeBytes()) : changed.packet();
    }

    /// An acknowledgement of many bytes becomes several of few.
    private void splitAck(int number, ParsedPacket segment, Last last) {
        boolean isPlain = segment.flags() == TcpFlag.ACK.bit() && segment.payloadLength() == 0;
        int news = segment.ack() - last.ack;
        if (!isPlain || !last.hasAck || news < 4) {
            return;
        }
        for (Fault fault : faults.active(FaultKind.SPLIT_ACK)) {
            if (fault.subject() == number && ackChance.chance(fault.share())) {
                int pieces = 2 + ackChance.below(4);
                for (int i = 1; i < pieces; i++) {
                    int ack = last.ack + (int) ((long) news * i / pieces);
                    output.accept(copyOf(segment)
                            .seq(segment.seq())
                            .ack(ack)
                            .window(segment.window())
                            .packet());
                }
            }
        }
    }

    /// Bytes that were sent before come again, joined to the first of the new ones.
    private void overlap(int number, ParsedPacket segment, Last last) {
        ParsedPacket before = last.data;
        if (before == null || segment.payloadLength() == 0 || before.seq() + before.payloadLength() != segment.seq()) {
            return;
        }
        for (Fault fault : faults.active(FaultKind.OVERLAP)) {
            if (fault.subject() == number && overlapChance.chance(fault.share())) {
                byte[] old = before.payload();
                byte[] fresh = segment.payload();
                int oldBytes = 1 + overlapChance.below(Math.min(MAX_OVERLAP_BYTES, old.length));
                int freshBytes = overlapChance.below(Math.min(MAX_OVERLAP_BYTES, fresh.length) + 1);
                byte[] both = Arrays.copyOf(
                        Arrays.copyOfRange(old, old.length - oldBytes, old.length), oldBytes + freshBytes);
                System.arraycopy(fresh, 0, both, oldBytes, freshBytes);
                output.accept(copyOf(segment)
                        .seq(segment.seq() - oldBytes)
                        .ack(segment.ack())
                        .window(segment.window())
                        .payload(both)
                        .packet());
            }
        }
    }

    private void renege(int number, Transfer transfer, ParsedPacket segment) {
        SimTcpClient client = transfer.client();
        if (client == null || segment.options().sackBlocks().isEmpty()) {
            return;
        }
        for (Fault fault : faults.active(FaultKind.RENEGE)) {
            if (fault.subject() == number && renegeChance.chance(fault.share())) {
                clock.after(0, client::renege);
            }
        }
    }

    private void jump(Fault fault) {
        for (Transfer transfer : transfers.values()) {
            SimTcpClient client = transfer.client();
            if (transfer.plan().number() == fault.subject() && client != null) {
                client.jumpTimestamps((int) fault.amount());
            }
        }
    }

    private void appear(Fault fault) {
        if (faults.isHealed() || !faults.active(FaultKind.STRANGER).contains(fault)) {
            return;
        }
        sendStrange(fault);
        clock.after(strangerChance.between(5, (long) (200 * (1.1 - fault.share()))) * MILLI, () -> appear(fault));
    }

    private void flood(Fault fault, long count) {
        if (faults.isHealed() || count == 0) {
            return;
        }
        sendStrange(fault);
        clock.after(strangerChance.between(1, 5) * MILLI, () -> flood(fault, count - 1));
    }

    private void sendStrange(Fault fault) {
        for (Map.Entry<InetSocketAddress, Transfer> entry : transfers.entrySet()) {
            Last last = lasts.get(entry.getKey());
            ParsedPacket model = last == null ? null : last.segment;
            if (entry.getValue().plan().number() == fault.subject() && last != null && model != null) {
                output.accept(strange(model, endOf(entry.getValue(), last)));
            }
        }
    }

    /// The sequence number behind the last one that the client will ever send.
    private static int endOf(Transfer transfer, Last last) {
        return last.initialSeq + 1 + transfer.plan().upBytes() + 1;
    }

    private void overshoot(Fault fault) {
        if (!faults.active(FaultKind.OVERSHOOT).contains(fault)) {
            return;
        }
        for (Transfer transfer : transfers.values()) {
            SimTcpClient client = transfer.client();
            if (transfer.plan().number() == fault.subject() && client != null) {
                int beyondBytes = overshootChance.chance(0.5) ? 1 : 1 + overshootChance.below(MAX_OVERLAP_BYTES);
                client.overshoot(overshootChance.below(MAX_OVERLAP_BYTES), beyondBytes);
            }
        }
        clock.after(overshootChance.between(1, (long) (60 * (1.1 - fault.share()))) * MILLI, () -> overshoot(fault));
    }

    /// A segment that fits the connection's ports and not its state. None is acceptable and able to end it.
    ///
    /// @param end what the client never sends begins here
    private SimPacket strange(ParsedPacket model, int end) {
        TcpSegmentBuilder segment = PacketBuilder.between(model.sourceSocket(), model.destinationSocket())
                .tcp()
                .window(strangerChance.below(0x10000));
        int far = model.seq() + FAR_AWAY;
        return switch (strangerChance.below(9)) {
            // below the window: above it, a SYN would lawfully open a new connection in TIME-WAIT
            case 0 -> segment.seq(model.seq() - FAR_AWAY).flags("S").mss(1460).packet();
            case 1 -> segment.seq(far).flags("R").packet();
            case 2 -> segment.seq(far).ack(model.ack()).payload("stranger").packet();
            case 3 ->
                segment.seq(model.seq() - 1)
                        .ack(model.ack())
                        .window(model.window())
                        .packet();
            case 4 -> segment.seq(far).flags("SF").packet();
            case 5 -> segment.seq(far).flagBits(0).packet();
            case 6 -> segment.seq(far).ack(model.ack() + FAR_AWAY).packet();
            // mostly in the window, and never exactly what comes next (RFC 5961 §3.2)
            case 7 ->
                segment.seq(end + 1 + strangerChance.below(20_000)).flags("R").packet();
            default -> segment.seq(far).ack(model.ack()).flags("FPU").packet();
        };
    }

    /// A segment without payload between the same two, with the same options and no flag but ACK.
    private static TcpSegmentBuilder copyOf(ParsedPacket segment) {
        TcpSegmentBuilder copy = PacketBuilder.between(segment.sourceSocket(), segment.destinationSocket())
                .tcp();
        TcpOptions options = segment.options();
        if (options.hasTimestamps()) {
            copy.nop().nop().timestamps(options.timestampValue(), options.timestampEcho());
        }
        List<SackBlock> blocks = options.sackBlocks();
        if (!blocks.isEmpty()) {
            copy.nop().nop().sack(blocks);
        }
        return copy;
    }
}
