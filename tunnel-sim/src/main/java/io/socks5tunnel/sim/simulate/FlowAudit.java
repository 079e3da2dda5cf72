// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import io.socks5tunnel.sim.ParsedPacket;
import io.socks5tunnel.sim.SackBlock;
import io.socks5tunnel.sim.SimPacket;
import io.socks5tunnel.sim.TcpFlag;
import io.socks5tunnel.sim.TcpOptions;
import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.stack.TcpState;
import io.socks5tunnel.stack.inspect.FlowView;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What one flow may say to its client, judged by nothing but the packets on both sides of the device: invariants
/// I2, I3, I5, I6 and C1 as they can be seen from outside. Confined to one thread.
final class FlowAudit {
    private static final int KEPT_SYNS = 16;
    private static final int MAX_SCALE = 14;
    private static final int TIMESTAMP_BYTES = 12;

    private final Trace trace;
    private final FlowKey key;
    private final int mtuBytes;
    private final FlowConduct conduct;
    private final EchoAudit echoes = new EchoAudit();
    private final ClientWindow clientWindow = new ClientWindow();
    private final OwedAnswers owed = new OwedAnswers();
    private final Patience patience = new Patience();
    /// SYNs that went in, by initial sequence number.
    private final Map<Integer, ParsedPacket> syns = new HashMap<>();

    private final ArrayDeque<Integer> synOrder = new ArrayDeque<>();

    private @Nullable ParsedPacket clientSyn;
    private int initialSeq;
    private boolean hasTimestamps;
    private boolean hasSack;
    private int clientShift;
    private int ownShift;
    private int clientMss;

    private boolean hasClientData;
    private boolean hasClientFin;
    private boolean isWindowScaled;
    private int ownMss;
    private int highestClientSeq;
    private boolean hasClientWindow;
    private int clientRightEdge;
    private int latestClientTimestamp;
    private int highestClientAck;
    private boolean isReset;

    private int lastAck;
    private int rightEdge;
    private int highestSeq;
    private int lastTimestamp;
    private List<SackBlock> lastBlocks = List.of();

    /// Segments that went in and may ask for an answer.
    private long askedFor;

    private long repeated;
    private long resets;
    private long idleResets;

    FlowAudit(Trace trace, FlowKey key, int mtuBytes, FlowConduct conduct) {
        this.conduct = conduct;
        this.trace = trace;
        this.key = key;
        this.mtuBytes = mtuBytes;
    }

    /// A sound segment goes into the device.
    ///
    /// @param segments how many segments a super-segment stands for
    void onInjected(ParsedPacket segment, int segments) {
        checkOwed(segment);
        boolean isRst = segment.has(TcpFlag.RST);
        boolean isSyn = segment.has(TcpFlag.SYN);
        boolean deservesAnswer = !isRst && !isSyn && segment.sequenceLength() > 0;
        patience.onInjected(deservesAnswer ? segments : 0, trace.sinceStartNanos());
        if (!isRst) {
            askedFor += segments;
        } else {
            onResetInjected(segment);
        }
        if (isSyn && !segment.has(TcpFlag.ACK)) {
            noteSyn(segment);
            if (syns.put(segment.seq(), segment) == null) {
                synOrder.add(segment.seq());
                if (synOrder.size() > KEPT_SYNS) {
                    syns.remove(synOrder.remove());
                }
            }
            return;
        }
        if (clientSyn != null && !isRst) {
            noteClient(segment);
        }
    }

    /// RSTs that no connection may be ended by, since they lie where nothing was ever expected (RFC 5961 §3.2).
    long idleResets() {
        return idleResets;
    }

    /// A sound segment has left the device.
    void onEmitted(ParsedPacket segment, SimPacket packet) {
        checkOwed(segment);
        if (segment.has(TcpFlag.RST)) {
            resets++;
            isReset = true;
            owed.forgive();
            require(resets + repeated <= askedFor + 1, Invariant.I6, segment, "more answers than segments that ask");
            return;
        }
        if (segment.has(TcpFlag.SYN)) {
            onSynAck(segment);
            checkPatience(segment);
            return;
        }
        if (clientSyn == null) {
            fail(Invariant.I5, segment, "a segment of a connection that never began");
            return;
        }
        checkAcknowledgement(segment);
        checkOptions(segment);
        checkData(segment, packet);
        checkPatience(segment);
    }

    /// Looks at what the tunnel makes of what came in.
    void onStep(FlowView view) {
        boolean isOpen = view.state().isSynchronized() && view.state() != TcpState.TIME_WAIT;
        if (clientSyn == null || isReset || !isOpen) {
            return;
        }
        int edge = initialSeq + 1 + (int) view.sndWindowRight();
        if (!clientWindow.isBelievable(edge, trace.sinceStartNanos())) {
            trace.violate(Invariant.I3, "the client's window is not that of its newest segment: " + view);
        }
    }

    private void checkOwed(ParsedPacket segment) {
        String overdue = owed.overdue(trace.sinceStartNanos());
        require(overdue == null, Invariant.C1, segment, "before this, " + overdue + ",");
    }

    private void onResetInjected(ParsedPacket segment) {
        int seq = segment.seq();
        // one in the window may be a forgery and is answered (RFC 5961 §3.2)
        if (clientSyn != null && seq - lastAck > 0 && seq - rightEdge < 0) {
            askedFor++;
        }
        boolean isExpectedOfOpening = syns.containsKey(seq - 1);
        boolean isExpected = clientSyn != null && seq - lastAck >= 0 && seq - highestClientSeq <= 0;
        if (isExpected || isExpectedOfOpening) {
            isReset = true;
            owed.forgive();
        } else {
            idleResets++;
        }
    }

    /// A SYN that asks for another connection on the same ports has a clock of its own, which says nothing of this one.
    private void noteSyn(ParsedPacket syn) {
        TcpOptions options = syn.options();
        if (clientSyn == null || clientSyn.seq() != syn.seq()) {
            return;
        }
        noteTimestamp(options);
        if (options.hasTimestamps()) {
            echoes.onInjected(syn.seq(), options.timestampValue(), lastAck, false, trace.sinceStartNanos());
        }
    }

    private void noteClient(ParsedPacket segment) {
        int end = segment.seq() + segment.sequenceLength();
        boolean isTaken = mustBeTaken(segment);
        noteWhatIsTaken(segment, isTaken);
        // what lies far away belongs to no window: a stranger's, or one of a former connection
        if (isNear(end, highestClientSeq) && (!hasClientData || end - highestClientSeq > 0)) {
            highestClientSeq = end;
            hasClientData = true;
        } else if (segment.payloadLength() > 1) {
            require(conduct.isResendExcused(), Invariant.C1, segment, "the client had to send bytes again");
        }
        hasClientFin |= segment.has(TcpFlag.FIN);
        boolean isAckGood =
                segment.has(TcpFlag.ACK) && segment.ack() - highestSeq <= 0 && isNear(segment.ack(), highestSeq);
        if (isAckGood && isNear(segment.seq(), highestClientSeq)) {
            int edge = segment.ack() + (segment.window() << clientShift);
            if (segment.ack() - highestClientAck > 0) {
                highestClientAck = segment.ack();
            }
            if (!hasClientWindow || edge - clientRightEdge > 0) {
                clientRightEdge = edge;
                hasClientWindow = true;
            }
        }
        noteTimestamp(segment.options());
    }

    /// Whether the tunnel has no reason to drop the segment, whole and with everything it says: it lies in the
    /// window, is not old, and acknowledges only what was sent.
    private boolean mustBeTaken(ParsedPacket segment) {
        int end = segment.seq() + segment.sequenceLength();
        TcpOptions options = segment.options();
        return !isReset
                && segment.has(TcpFlag.ACK)
                && !segment.has(TcpFlag.SYN)
                && isNear(segment.seq(), highestClientSeq)
                && segment.seq() - lastAck >= 0
                && end - rightEdge <= 0
                && segment.ack() - highestClientAck >= 0
                && segment.ack() - highestSeq <= 0
                && options.hasTimestamps() == hasTimestamps
                && (!hasTimestamps || options.timestampValue() - latestClientTimestamp >= 0);
    }

    private void noteWhatIsTaken(ParsedPacket segment, boolean isTaken) {
        long nowNanos = trace.sinceStartNanos();
        int end = segment.seq() + segment.sequenceLength();
        int ahead = segment.seq() - highestClientSeq;
        boolean isNews = isTaken && segment.sequenceLength() > 0 && !hasClientFin && end - highestClientSeq > 0;
        if (hasTimestamps && segment.options().hasTimestamps() && isNear(segment.seq(), highestClientSeq)) {
            boolean isNext = isNews && segment.seq() == lastAck;
            echoes.onInjected(segment.seq(), segment.options().timestampValue(), lastAck, isNext, nowNanos);
        }
        if (segment.has(TcpFlag.ACK) && isNear(segment.seq(), highestClientSeq)) {
            int edge = segment.ack() + (segment.window() << clientShift);
            clientWindow.onInjected(segment.seq(), edge, isTaken && ahead >= 0, nowNanos);
        }
        if (isNews) {
            owed.onTaken(segment.seq(), end, segment.has(TcpFlag.FIN), ahead > 0, nowNanos);
        }
    }

    private void noteTimestamp(TcpOptions options) {
        if (options.hasTimestamps() && options.timestampValue() - latestClientTimestamp > 0) {
            latestClientTimestamp = options.timestampValue();
        }
    }

    private static boolean isNear(int one, int other) {
        return Math.abs(one - other) < 1 << 29;
    }

    private void onSynAck(ParsedPacket segment) {
        ParsedPacket syn = syns.get(segment.ack() - 1);
        if (syn == null) {
            fail(Invariant.I5, segment, "a SYN-ACK for a SYN that never came");
            return;
        }
        boolean isResend = clientSyn != null && clientSyn.seq() == syn.seq() && initialSeq == segment.seq();
        require(segment.payloadLength() == 0, Invariant.I5, segment, "a SYN-ACK with data");
        TcpOptions offered = syn.options();
        TcpOptions given = segment.options();
        int headers = key.isIpv4() ? 40 : 60;
        require(
                given.mss() == mtuBytes - headers || mtuBytes > 65_535 - 20,
                Invariant.I5,
                segment,
                "MSS is not the MTU less headers");
        require(given.windowScale() <= MAX_SCALE, Invariant.I5, segment, "a window scale above 14");
        require(offered.windowScale() >= 0 || given.windowScale() < 0, Invariant.I5, segment, "scale not offered");
        require(offered.sackPermitted() || !given.sackPermitted(), Invariant.I5, segment, "SACK not offered");
        require(offered.hasTimestamps() == given.hasTimestamps(), Invariant.I5, segment, "timestamps not as offered");
        if (!isResend) {
            begin(syn, segment);
        }
    }

    private void begin(ParsedPacket syn, ParsedPacket synAck) {
        TcpOptions offered = syn.options();
        clientSyn = syn;
        initialSeq = synAck.seq();
        hasTimestamps = offered.hasTimestamps();
        hasSack = offered.sackPermitted() && synAck.options().sackPermitted();
        boolean isScaled = synAck.options().windowScale() >= 0;
        clientShift = isScaled ? Math.min(MAX_SCALE, offered.windowScale()) : 0;
        ownShift = isScaled ? synAck.options().windowScale() : 0;
        clientMss = offered.mss() > 0 ? offered.mss() : key.isIpv4() ? 536 : 1220;
        hasClientData = true;
        hasClientFin = false;
        isWindowScaled = false;
        ownMss = synAck.options().mss();
        highestClientSeq = syn.seq() + 1;
        hasClientWindow = true;
        highestSeq = initialSeq + 1;
        clientRightEdge = highestSeq + syn.window();
        highestClientAck = highestSeq;
        isReset = false;
        clientWindow.begin(syn.seq(), clientRightEdge);
        owed.begin(highestClientSeq);
        patience.begin();
        echoes.begin(offered.timestampValue(), synAck.options().timestampEcho());
        latestClientTimestamp = offered.timestampValue();
        lastAck = synAck.ack();
        rightEdge = synAck.ack() + synAck.window();
        lastTimestamp = synAck.options().timestampValue();
        lastBlocks = List.of();
    }

    private void checkAcknowledgement(ParsedPacket segment) {
        require(segment.has(TcpFlag.ACK), Invariant.I5, segment, "no ACK");
        int ack = segment.ack();
        int edge = ack + (segment.window() << ownShift);
        require(ack - lastAck >= 0, Invariant.I2, segment, "the acknowledgement goes back");
        require(edge - rightEdge >= 0, Invariant.I2, segment, "the right edge goes back by " + (rightEdge - edge));
        require(ack - highestClientSeq <= 0, Invariant.I5, segment, "acknowledges what was never sent");
        int mostAck = rightEdge + (hasClientFin ? 1 : 0);
        require(ack - mostAck <= 0, Invariant.C1, segment, "takes bytes beyond the window by " + (ack - mostAck));
        // the window of the SYN-ACK is not scaled, so the first one after it may open by anything
        require(
                !isWindowScaled || conduct.isUsefulOpening(edge - rightEdge, 1 << ownShift, ownMss),
                Invariant.C1,
                segment,
                "opens the window by " + (edge - rightEdge));
        isWindowScaled = true;
        boolean isNews = ack != lastAck
                || edge != rightEdge
                || segment.sequenceLength() > 0
                || segment.seq() - highestSeq < 0
                || !segment.options().sackBlocks().equals(lastBlocks);
        if (!isNews) {
            repeated++;
            require(resets + repeated <= askedFor + 1, Invariant.I6, segment, "more answers than segments that ask");
            require(patience.isAnswerAllowed(trace.sinceStartNanos()), Invariant.I6, segment, "answers a flood");
        }
        String forgotten = owed.onAcknowledged(ack, segment.options().sackBlocks(), trace.sinceStartNanos());
        require(forgotten == null, Invariant.C1, segment, String.valueOf(forgotten));
        lastAck = ack;
        rightEdge = edge;
        lastBlocks = segment.options().sackBlocks();
    }

    private void checkOptions(ParsedPacket segment) {
        TcpOptions options = segment.options();
        require(options.hasTimestamps() == hasTimestamps, Invariant.I5, segment, "timestamps against the agreement");
        if (hasTimestamps) {
            require(options.timestampValue() - lastTimestamp >= 0, Invariant.I5, segment, "TSval goes back");
            require(
                    options.timestampEcho() - latestClientTimestamp <= 0,
                    Invariant.I5,
                    segment,
                    "TSecr was never sent");
            require(
                    echoes.isLawful(options.timestampEcho(), trace.sinceStartNanos()),
                    Invariant.I5,
                    segment,
                    "TSecr is not that of the segment before the last acknowledgement");
            echoes.onAcknowledged(segment.ack(), trace.sinceStartNanos());
            lastTimestamp = options.timestampValue();
        }
        List<SackBlock> blocks = options.sackBlocks();
        require(hasSack || blocks.isEmpty(), Invariant.I5, segment, "SACK against the agreement");
        require(blocks.size() <= (hasTimestamps ? 3 : 4), Invariant.I5, segment, "too many SACK blocks");
        for (SackBlock block : blocks) {
            require(block.rightSeq() - highestClientSeq <= 0, Invariant.I5, segment, "SACKs what was never sent");
            require(block.rightSeq() - rightEdge <= 0, Invariant.C1, segment, "SACKs bytes beyond the window");
        }
    }

    private void checkData(ParsedPacket segment, SimPacket packet) {
        int length = segment.sequenceLength();
        int end = segment.seq() + length;
        if (length > 0) {
            int payload = packet.isSuperSegment() ? packet.gsoSizeBytes() : segment.payloadLength();
            int optionBytes = hasTimestamps ? TIMESTAMP_BYTES : 0;
            int most = Math.max(clientMss - optionBytes, 1);
            require(payload <= most, Invariant.I5, segment, payload + " bytes exceed the client's MSS");
            require(
                    end - clientRightEdge <= 0,
                    Invariant.I3,
                    segment,
                    "beyond the client's window by " + (end - clientRightEdge));
            if (end - highestSeq > 0) {
                int present = clientWindow.edge(trace.sinceStartNanos());
                require(end - present <= 0, Invariant.I3, segment, "beyond the window that the client took back");
                require(
                        conduct.isUsefulSegment(segment, packet, clientRightEdge - segment.seq(), clientMss),
                        Invariant.C1,
                        segment,
                        "a small segment of " + segment.payloadLength() + " bytes, though there is more");
                highestSeq = end;
            } else {
                require(conduct.isResendExcused(), Invariant.C1, segment, "sends bytes again that nobody lost");
            }
        } else {
            require(segment.seq() - highestSeq <= 0, Invariant.I5, segment, "an empty segment beyond what was sent");
        }
    }

    private void checkPatience(ParsedPacket segment) {
        boolean isProbe = segment.sequenceLength() == 0 && segment.seq() - highestClientAck == -1;
        if (segment.sequenceLength() > 0 || isProbe) {
            boolean isDue = patience.isDue(segment.seq(), trace.sinceStartNanos());
            require(isDue, Invariant.C1, segment, "says the same again without waiting longer");
        }
    }

    private void require(boolean holds, Invariant invariant, ParsedPacket segment, String what) {
        if (!holds) {
            fail(invariant, segment, what);
        }
    }

    private void fail(Invariant invariant, ParsedPacket segment, String what) {
        List<String> parts = new ArrayList<>();
        parts.add(what);
        parts.add("in " + TcpFlag.format(segment.flags()) + " seq "
                + Integer.toUnsignedString(segment.seq() - initialSeq));
        parts.add("of " + key);
        trace.violate(invariant, String.join(" ", parts));
    }
}
