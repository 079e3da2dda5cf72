// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.stack.StackConfig;
import io.socks5tunnel.stack.inspect.FlowView;
import io.socks5tunnel.stack.inspect.StackView;
import io.socks5tunnel.stack.tcp.ArrivingSegment.Timestamp;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One stack that is brought into a state, again and again, to be shown a segment.
///
/// Before a synchronized state is looked at, the client has sent 100 bytes and the server 300, of which the client
/// has acknowledged 100, or all with FIN where the state asks for it. Windows are not scaled.
final class MatrixWorld {
    static final int CLIENT_BYTES = 100;
    static final int SERVER_BYTES = 300;
    static final int ACKNOWLEDGED_BYTES = 100;
    static final int CLIENT_WINDOW = 65_535;
    private static final int RECEIVE_WINDOW = 1_000;
    private static final int FLUSH_MILLIS = 50;

    private final TcpWorld world = new TcpWorld();
    private boolean isWindowClosed;
    private int rcvNxt;
    private int sndUna;
    private int sndNxt;
    private int advertised;
    private int recentTs;

    MatrixWorld(boolean isIpv4, boolean hasTimestamps, boolean isWindowClosed) {
        world.isIpv4 = isIpv4;
        world.isTimestamps = hasTimestamps;
        world.isScaling = false;
        world.isSack = false;
        // the numbers wrap inside of what is sent
        world.clientIsn = isIpv4 ? 1_000_000 : -50;
        world.config = new StackConfig(
                1500,
                RECEIVE_WINDOW,
                RECEIVE_WINDOW,
                20_000,
                40_000,
                200_000_000L,
                60_000_000_000L,
                60_000_000_000L,
                false);
        this.isWindowClosed = isWindowClosed;
    }

    /// A fresh connection in `state`.
    ConnectionModel arrange(MatrixState state) {
        world.again();
        world.isReading = true;
        rcvNxt = 0;
        sndUna = -1;
        sndNxt = 0;
        advertised = 0;
        recentTs = world.clientTs;
        reach(state);
        noteAdvertised();
        world.sent.clear();
        recentTs = world.clientTs;
        return new ConnectionModel(
                state,
                sndUna,
                sndNxt,
                state.isSynchronized() ? CLIENT_WINDOW : 0,
                lastUpdateSeq(state),
                sndUna,
                CLIENT_WINDOW,
                rcvNxt,
                advertised,
                world.isTimestamps);
    }

    /// The client's FIN came last, and it lies before RCV.NXT.
    private int lastUpdateSeq(MatrixState state) {
        return state == MatrixState.CLOSING || state == MatrixState.TIME_WAIT ? rcvNxt - 1 : rcvNxt;
    }

    private void reach(MatrixState state) {
        if (state == MatrixState.CLOSED) {
            return;
        }
        world.send(world.syn());
        if (state == MatrixState.SYN_HELD) {
            return;
        }
        world.accept();
        if (state == MatrixState.SYN_RECEIVED) {
            return;
        }
        world.send(world.ack(0));
        sndUna = 0;
        clientSends(TcpWorld.pattern(CLIENT_BYTES));
        switch (state) {
            case CLOSED, SYN_HELD, SYN_RECEIVED -> throw new IllegalStateException(state.toString());
            case ESTABLISHED -> serverSends(false);
            case CLOSE_WAIT -> {
                clientEnds();
                serverSends(false);
            }
            case LAST_ACK -> {
                clientEnds();
                serverSends(true);
            }
            case FIN_WAIT_1 -> serverSends(true);
            case FIN_WAIT_2 -> {
                serverSends(true);
                acknowledge(sndNxt);
            }
            case CLOSING -> {
                serverSends(true);
                clientEnds();
            }
            case TIME_WAIT -> {
                serverSends(true);
                acknowledge(sndNxt);
                clientEnds();
            }
        }
    }

    private void clientSends(byte[] bytes) {
        world.send(world.segment().payload(bytes));
        rcvNxt += bytes.length;
        flush();
        if (isWindowClosed) {
            world.isReading = false;
            int free = advertised;
            world.send(world.segment().seq(rcvNxt).payload(TcpWorld.pattern(rcvNxt, free)));
            rcvNxt += free;
            flush();
        }
    }

    private void clientEnds() {
        world.send(world.segment().seq(rcvNxt).ack(sndUna).fin());
        rcvNxt++;
        noteAdvertised();
    }

    private void serverSends(boolean isLast) {
        world.write(TcpWorld.pattern(SERVER_BYTES));
        sndNxt = SERVER_BYTES;
        if (isLast) {
            world.flow.shutdownOutput();
            sndNxt++;
        }
        world.poll();
        acknowledge(ACKNOWLEDGED_BYTES);
    }

    private void acknowledge(int ack) {
        world.send(world.segment().seq(rcvNxt).ack(ack));
        sndUna = ack;
    }

    /// Lets a delayed acknowledgement come out.
    private void flush() {
        world.advanceMillis(FLUSH_MILLIS);
        noteAdvertised();
    }

    private void noteAdvertised() {
        for (SentPacket packet : world.sent) {
            advertised = packet.window();
            world.lastTsVal = packet.tsVal();
        }
        world.sent.clear();
    }

    /// What the stack does with the segment.
    Outcome play(ArrivingSegment segment) {
        long[] before = drops();
        world.send(built(segment));
        return outcome(before);
    }

    /// Lets the half second pass in which an acknowledgement must come, and adds what comes.
    Outcome afterHalfASecond() {
        long[] before = drops();
        world.advanceMillis(500);
        return outcome(before);
    }

    /// Sends what is missing before `end`, from RCV.NXT on.
    Outcome fillUpTo(int end) {
        long[] before = drops();
        world.send(world.segment()
                .seq(rcvNxt)
                .ack(sndUna)
                .tsVal(recentTs + 1)
                .payload(TcpWorld.pattern(rcvNxt, end - rcvNxt)));
        return outcome(before);
    }

    int serverIsn() {
        return world.serverIsn;
    }

    /// Absolute number of a relative client byte.
    int clientNumber(int relative) {
        return world.clientIsn + 1 + relative;
    }

    int serverNumber(int relative) {
        return world.serverIsn + 1 + relative;
    }

    int recentTimestamp() {
        return recentTs;
    }

    private ClientSegment built(ArrivingSegment segment) {
        ClientSegment built = world.segment()
                .seq(segment.seq())
                .flags(segment.flags() & ~SentPacket.ACK)
                .window(segment.window())
                .payload(TcpWorld.pattern(segment.seq(), segment.payload()))
                .tsVal(segment.timestamp().value(recentTs));
        if (segment.isAck()) {
            built.ack(segment.ack());
        } else {
            built.noAck();
        }
        return segment.timestamp() == Timestamp.ABSENT ? built.withoutTimestamp() : built;
    }

    private Outcome outcome(long[] before) {
        List<DropReason> dropped = new ArrayList<>();
        long[] after = drops();
        for (DropReason reason : DropReason.values()) {
            for (long i = before[reason.ordinal()]; i < after[reason.ordinal()]; i++) {
                dropped.add(reason);
            }
        }
        StackView view = world.stack().inspect();
        FlowView flow = view.connections().isEmpty() ? null : view.connections().getFirst();
        return new Outcome(
                List.copyOf(world.sent),
                stateIn(view),
                flow,
                List.copyOf(dropped),
                world.resets,
                world.closes,
                world.requests,
                world.read.toByteArray());
    }

    private static MatrixState stateIn(StackView view) {
        if (!view.requests().isEmpty()) {
            return MatrixState.SYN_HELD;
        }
        if (!view.timeWaits().isEmpty()) {
            return MatrixState.TIME_WAIT;
        }
        return view.connections().isEmpty()
                ? MatrixState.CLOSED
                : MatrixState.valueOf(view.connections().getFirst().state().name());
    }

    private long[] drops() {
        long[] counts = new long[DropReason.values().length];
        for (DropReason reason : DropReason.values()) {
            counts[reason.ordinal()] = world.drops(reason);
        }
        return counts;
    }

    /// What was seen.
    ///
    /// @param flow null in SYN_HELD, TIME_WAIT and CLOSED
    @SuppressWarnings("ArrayRecordComponent")
    record Outcome(
            List<SentPacket> sent,
            MatrixState state,
            @Nullable FlowView flow,
            List<DropReason> dropped,
            int resets,
            int closes,
            int requests,
            byte[] read) {}
}
