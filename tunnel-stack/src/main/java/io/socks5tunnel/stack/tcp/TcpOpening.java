// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.stack.Refusal;
import io.socks5tunnel.stack.TcpFlow;
import io.socks5tunnel.stack.TcpFlowHandler;
import io.socks5tunnel.stack.TcpOpenRequest;
import io.socks5tunnel.stack.ip.IcmpErrors;
import io.socks5tunnel.stack.ip.Resets;
import io.socks5tunnel.stack.wire.SegmentView;
import org.jspecify.annotations.Nullable;

/// A client's SYN that is held until it is known whether its destination can be reached. Nothing has been sent; a
/// repeated SYN is absorbed. Confined to one shard.
final class TcpOpening implements FlowEntry, TcpOpenRequest {
    /// Keeps a new connection away from the window of its predecessor.
    private static final int SEQUENCE_GAP = 65537;

    private final TcpFlows flows;
    private final FlowKey key;
    private final @Nullable TimeWait predecessor;
    private TcpFlowHandler handler = NoHandler.INSTANCE;
    private boolean isCompleted;

    private int clientIsn;
    private int clientWindow;
    private int clientTimestamp;
    private TcpOptionSet options;
    private byte[] quotation;

    TcpOpening(TcpFlows flows, FlowKey key, SegmentView syn, @Nullable TimeWait predecessor) {
        this.flows = flows;
        this.key = key;
        this.predecessor = predecessor;
        this.options = TcpOptionSet.agreed(syn, flows.config().maxReceiveWindowBytes());
        this.quotation = IcmpErrors.quote(syn);
        note(syn);
    }

    @Override
    public FlowKey key() {
        return key;
    }

    @Override
    public void handler(TcpFlowHandler newHandler) {
        handler = newHandler;
    }

    @Override
    public TcpFlow accept(long nowNanos) {
        complete();
        TcpConnection connection = new TcpConnection(flows, this, nowNanos);
        flows.replace(this, connection);
        return connection;
    }

    @Override
    public void refuse(Refusal refusal, long nowNanos) {
        complete();
        SegmentEmitter emitter = flows.emitter();
        switch (refusal) {
            case RESET -> sendReset();
            case SILENCE -> {
                // As a full backlog.
            }
            case NETWORK_UNREACHABLE, HOST_UNREACHABLE, ADMINISTRATIVELY_PROHIBITED, TIME_EXCEEDED -> {
                IcmpErrors.refuse(refusal, quotation, flows.config().mtuBytes(), emitter.packet());
                emitter.emit();
            }
        }
        flows.forget(key, this);
    }

    @Override
    public void onSegment(SegmentView segment, long nowNanos) {
        if (segment.isRst()) {
            if (segment.seq() == clientIsn + 1 && !segment.isSyn()) {
                giveUp();
            } else {
                flows.countDrop(DropReason.TCP_RESET_IGNORED);
            }
        } else if (segment.isAck()) {
            flows.answerWithReset(segment);
        } else if (segment.isSyn() && !segment.isFin()) {
            onRepeatedSyn(segment);
        } else {
            flows.countDrop(DropReason.TCP_FLAGS_INVALID);
        }
    }

    @Override
    public void reset(long nowNanos) {
        sendReset();
        giveUp();
    }

    TcpFlowHandler handler() {
        return handler;
    }

    TcpOptionSet options() {
        return options;
    }

    /// Our initial sequence number: above all that a connection of the same key used that is in TIME-WAIT, however
    /// fast it was (RFC 9293 §3.6.1, MAY-2).
    int initialSequenceNumber(long nowNanos) {
        int chosen = flows.initialSequenceNumber().choose(key, nowNanos);
        if (predecessor != null && chosen - predecessor.sndNxt() <= 0) {
            return predecessor.sndNxt() + SEQUENCE_GAP;
        }
        return chosen;
    }

    int clientIsn() {
        return clientIsn;
    }

    /// The window of the SYN, which is never scaled, bytes.
    int clientWindow() {
        return clientWindow;
    }

    int clientTimestamp() {
        return clientTimestamp;
    }

    /// A SYN with another sequence number is a new attempt from the same port: the old one will not be answered,
    /// and the destination is the same, so the answer will be the new one's.
    private void onRepeatedSyn(SegmentView syn) {
        flows.countDrop(DropReason.TCP_SYN_REPEATED);
        if (syn.seq() != clientIsn) {
            options = TcpOptionSet.agreed(syn, flows.config().maxReceiveWindowBytes());
            quotation = IcmpErrors.quote(syn);
        }
        note(syn);
    }

    private void note(SegmentView syn) {
        clientIsn = syn.seq();
        clientWindow = syn.window();
        clientTimestamp = syn.tsVal();
    }

    private void giveUp() {
        isCompleted = true;
        flows.forget(key, this);
        handler.onReset();
    }

    private void sendReset() {
        Resets.writeWithAck(key, 0, clientIsn + 1, flows.emitter().packet());
        flows.emitter().emit();
    }

    private void complete() {
        if (isCompleted) {
            throw new IllegalStateException("completed before: " + key);
        }
        isCompleted = true;
    }
}
