// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.spi.OutboundPacket;
import io.socks5tunnel.api.spi.SlabPool;
import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.stack.FlowListener;
import io.socks5tunnel.stack.InitialSequenceNumber;
import io.socks5tunnel.stack.PacketSink;
import io.socks5tunnel.stack.StackConfig;
import io.socks5tunnel.stack.TimerWheel;
import io.socks5tunnel.stack.inspect.FlowView;
import io.socks5tunnel.stack.inspect.StackView;
import io.socks5tunnel.stack.ip.DropCounts;
import io.socks5tunnel.stack.ip.Resets;
import io.socks5tunnel.stack.wire.SegmentView;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All TCP flows of a stack: finds the flow of a segment, opens new ones, and at the end of a burst lets those
/// that something happened to send what is due. Confined to one shard.
public final class TcpFlows {
    private final StackConfig config;
    private final SlabPool slabs;
    private final FlowListener listener;
    private final SegmentEmitter emitter;
    private final FlowTable<FlowEntry> table;
    private final InitialSequenceNumber initialSequenceNumber;
    private final ReceivedPayload receivedPayload;
    private final SpareRecords spareRecords = new SpareRecords();
    private final TimeWaits timeWaits;
    private final DropCounts drops;
    private @Nullable TimerWheel wheel;
    private @Nullable TcpConnection firstTouched;
    private @Nullable TcpConnection lastTouched;
    private @Nullable TcpOpening opening;

    /// No flows yet.
    ///
    /// @param packet what every packet is made in
    /// @param secret 32 unpredictable bytes
    /// @param drops where dropped packets are counted
    public TcpFlows(
            StackConfig config,
            PacketSink sink,
            OutboundPacket packet,
            SlabPool slabs,
            FlowListener listener,
            byte[] secret,
            DropCounts drops) {
        this.config = config;
        this.drops = drops;
        this.slabs = slabs;
        this.listener = listener;
        this.emitter = new SegmentEmitter(sink, packet);
        this.table = new FlowTable<>(secret);
        this.initialSequenceNumber = new InitialSequenceNumber(secret);
        this.receivedPayload = new ReceivedPayload(slabs);
        this.timeWaits = new TimeWaits(config.timeWaitNanos());
    }

    /// Handles a well-formed segment.
    public void onSegment(SegmentView segment, long nowNanos) {
        FlowEntry entry = table.find(segment);
        if (entry != null) {
            entry.onSegment(segment, nowNanos);
            return;
        }
        FlowKey key = FlowTable.keyOf(segment);
        if (listener.onStray(segment.packet(), key)) {
            return;
        }
        if (segment.isRst()) {
            countDrop(DropReason.TCP_RESET_IGNORED);
        } else if (segment.isSyn() && !segment.isAck()) {
            open(segment, null, nowNanos);
        } else {
            answerWithReset(segment);
        }
    }

    /// Whether a flow of this key is here, in whatever state.
    public boolean isOwnerOf(FlowKey key) {
        return table.find(key) != null;
    }

    /// An ICMP message says that a segment of a flow was too big for a link of `mtuBytes` (RFC 1191, RFC 8201).
    ///
    /// @param seq sequence number of the segment
    /// @return why the message changes nothing, or null
    public @Nullable DropReason onPathMtu(FlowKey key, int seq, int mtuBytes) {
        if (!(table.find(key) instanceof TcpConnection connection)) {
            return DropReason.ICMP_NOT_OURS;
        }
        DropReason reason = connection.sender().onTooBig(seq, mtuBytes);
        if (reason == null) {
            connection.touch();
        }
        return reason;
    }

    /// Runs due timers and sends what is due.
    public void poll(long nowNanos) {
        wheel(nowNanos).advance(nowNanos);
        for (TcpConnection connection = firstTouched; connection != null; connection = firstTouched) {
            firstTouched = connection.nextTouched();
            if (firstTouched == null) {
                lastTouched = null;
            }
            connection.flush(nowNanos);
        }
        for (TimeWait ended = timeWaits.firstToEnd(nowNanos); ended != null; ended = timeWaits.firstToEnd(nowNanos)) {
            ended.reset(nowNanos);
        }
    }

    /// When [#poll] must be called at the latest.
    public long nextDeadlineNanos() {
        TimerWheel present = wheel;
        long deadline = present == null ? TcpTimers.NONE : present.nextDeadlineNanos();
        return Math.min(deadline, timeWaits.nextDeadlineNanos());
    }

    /// Resets every flow.
    public void abortAll(long nowNanos) {
        for (int i = table.size() - 1; i >= 0; i--) {
            table.valueAt(i).reset(nowNanos);
        }
        poll(nowNanos);
    }

    /// Leaves what is kept for use by the next packets to the collector.
    public void discardSpares() {
        spareRecords.discard();
        receivedPayload.discard();
    }

    /// Flows in any state.
    public int size() {
        return table.size();
    }

    /// What the table holds. Allocates.
    public StackView inspect() {
        List<FlowView> connections = new ArrayList<>();
        List<FlowKey> requests = new ArrayList<>();
        List<FlowKey> timeWaiting = new ArrayList<>();
        for (int i = 0; i < table.size(); i++) {
            switch (table.valueAt(i)) {
                case TcpConnection connection -> connections.add(view(connection));
                case TcpOpening request -> requests.add(request.key());
                case TimeWait entry -> timeWaiting.add(entry.key());
            }
        }
        return new StackView(connections, requests, timeWaiting);
    }

    /// Counts a packet that was dropped.
    void countDrop(DropReason reason) {
        drops.count(reason);
    }

    StackConfig config() {
        return config;
    }

    SlabPool slabs() {
        return slabs;
    }

    SegmentEmitter emitter() {
        return emitter;
    }

    InitialSequenceNumber initialSequenceNumber() {
        return initialSequenceNumber;
    }

    ReceivedPayload receivedPayload() {
        return receivedPayload;
    }

    SpareRecords spareRecords() {
        return spareRecords;
    }

    TimeWaits timeWaits() {
        return timeWaits;
    }

    TimerWheel wheel(long nowNanos) {
        TimerWheel present = wheel;
        if (present == null) {
            present = new TimerWheel(nowNanos);
            wheel = present;
        }
        return present;
    }

    /// Makes the next [#poll] flush `connection`, which is not in the list.
    void touch(TcpConnection connection) {
        if (lastTouched == null) {
            firstTouched = connection;
        } else {
            lastTouched.nextTouched(connection);
        }
        lastTouched = connection;
    }

    /// Holds a SYN of no known flow and asks the listener.
    ///
    /// @param predecessor the TIME-WAIT entry that gave way to it, or null
    void open(SegmentView syn, @Nullable TimeWait predecessor, long nowNanos) {
        if (syn.isFin()) {
            countDrop(DropReason.TCP_FLAGS_INVALID);
            return;
        }
        FlowKey key = FlowTable.keyOf(syn);
        if (isToItself(key)) {
            countDrop(DropReason.IP_SOURCE_INVALID);
            return;
        }
        TcpOpening request = new TcpOpening(this, key, syn, predecessor);
        table.put(key, request);
        opening = request;
        boolean isWanted = listener.onOpenRequest(request);
        opening = null;
        if (!isWanted) {
            countDrop(DropReason.TCP_HALF_OPEN_LIMIT);
            table.remove(key);
        } else if (table.find(key) == null) {
            // Refused within the call.
            listener.onForgotten(key);
        }
    }

    void replace(TcpOpening request, TcpConnection connection) {
        table.put(request.key(), connection);
        connection.touch();
    }

    void replace(TcpConnection connection, TimeWait entry, long nowNanos) {
        table.put(connection.key(), entry);
        timeWaits.add(entry, nowNanos);
    }

    /// Removes a flow and tells the listener, unless the key has gone to another entry.
    void forget(FlowKey key, FlowEntry entry) {
        if (table.find(key) != entry) {
            return;
        }
        table.remove(key);
        if (entry != opening) {
            listener.onForgotten(key);
        }
    }

    /// Answers a segment of no flow as a closed port does (RFC 9293 §3.10.7.1).
    void answerWithReset(SegmentView segment) {
        if (Resets.answer(segment, emitter.packet())) {
            emitter.emit();
        }
    }

    private static FlowView view(TcpConnection connection) {
        TcpReceiver receiver = connection.receiver();
        TcpSender sender = connection.sender();
        Scoreboard scoreboard = sender.scoreboard();
        return new FlowView(
                connection.key(),
                connection.state(),
                sender.una(),
                sender.nxt(),
                sender.windowRight(),
                sender.queue().end(),
                receiver.rcvNxt(),
                receiver.rightEdge(),
                receiver.readableBytes(),
                receiver.outOfOrderRanges(),
                sender.congestion().windowBytes(),
                sender.recovery().pipeBytes(),
                scoreboard.lostBytes(),
                scoreboard.sackedBytes(),
                sender.segmentBytes(),
                receiver.slabCount() + sender.queue().slabCount(),
                sender.isFinQueued(),
                connection.timers().isSendTimerSet());
    }

    /// The land attack: a segment that claims to come from where it goes.
    private static boolean isToItself(FlowKey key) {
        return key.clientPort() == key.destinationPort()
                && key.clientLow() == key.destinationLow()
                && key.clientHigh() == key.destinationHigh();
    }
}
