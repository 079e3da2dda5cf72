// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.stack.tcp.ArrivalVerdict.Answer;
import io.socks5tunnel.stack.tcp.MatrixWorld.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// One case of the state × event matrix: plays the segment and compares what was seen with the verdict, point by
/// point.
final class MatrixCase {
    private final MatrixWorld world;
    private final ConnectionModel model;
    private final ArrivingSegment segment;
    private final ArrivalVerdict verdict;
    private final Outcome outcome;
    private final List<String> differences = new ArrayList<>();

    private MatrixCase(MatrixWorld world, ConnectionModel model, ArrivingSegment segment, ArrivalVerdict verdict) {
        this.world = world;
        this.model = model;
        this.segment = segment;
        this.verdict = verdict;
        outcome = world.play(segment);
    }

    /// Differences in words, empty if there are none.
    static List<String> differences(
            MatrixWorld world, ConnectionModel model, ArrivingSegment segment, ArrivalVerdict verdict) {
        MatrixCase one = new MatrixCase(world, model, segment, verdict);
        one.compareState();
        one.compareDrops();
        one.compareAnswer(verdict.answer());
        one.compareEvents();
        one.compareVariables();
        one.fillTheGap();
        return one.differences;
    }

    private void compareState() {
        expect("state", verdict.after(), outcome.state());
    }

    private void compareDrops() {
        List<DropReason> dropped = outcome.dropped();
        boolean isRight = verdict.drops().isEmpty()
                ? dropped.isEmpty()
                : dropped.size() == 1 && verdict.drops().contains(dropped.getFirst());
        if (!isRight) {
            differences.add("dropped " + dropped + " instead of " + verdict.drops());
        }
    }

    private void compareAnswer(Answer answer) {
        switch (answer) {
            case NONE, OPEN_REQUEST -> expect("packets", 0, outcome.sent().size());
            case ACK -> compareAck(onlyPacket());
            case ACK_SOON -> {
                if (!outcome.sent().isEmpty()) {
                    compareAck(onlyPacket());
                }
            }
            case NONE_OR_ACK -> {
                if (!outcome.sent().isEmpty()) {
                    compareAck(onlyPacket());
                }
            }
            case RESET -> comparePacket(onlyPacket(), SentPacket.RST, world.serverNumber(segment.ack()), 0);
            case RESET_WITH_ACK ->
                comparePacket(
                        onlyPacket(),
                        SentPacket.RST | SentPacket.ACK,
                        0,
                        world.clientNumber(segment.seq() + segment.length()));
            case SYN_ACK ->
                comparePacket(onlyPacket(), SentPacket.SYN | SentPacket.ACK, world.serverIsn(), world.clientNumber(0));
        }
    }

    private void compareAck(SentPacket packet) {
        if (packet == null) {
            return;
        }
        comparePacket(packet, SentPacket.ACK, world.serverNumber(model.sndNxt()), world.clientNumber(verdict.rcvNxt()));
        int edge = packet.ack() + packet.window();
        if (model.state() != MatrixState.TIME_WAIT && edge - world.clientNumber(model.rcvNxt() + model.rcvWnd()) < 0) {
            differences.add("the window's right edge moved left");
        }
        expect("timestamps", model.hasTimestamps(), packet.hasTimestamps());
        if (model.hasTimestamps()) {
            expect("TSecr", world.recentTimestamp() + (verdict.isTimestampTaken() ? 1 : 0), packet.tsEcr());
        }
    }

    private void comparePacket(SentPacket packet, int flags, int seq, int ack) {
        if (packet == null) {
            return;
        }
        expect("flags", flags, packet.flags());
        expect("seq", seq, packet.seq());
        expect("ack", ack, packet.ack());
        expect("payload", 0, packet.length());
    }

    private SentPacket onlyPacket() {
        if (outcome.sent().size() == 1) {
            return outcome.sent().getFirst();
        }
        differences.add(outcome.sent().size() + " packets instead of " + verdict.answer());
        return null;
    }

    private void compareEvents() {
        boolean isReset = model.state() != MatrixState.CLOSED && verdict.after() == MatrixState.CLOSED;
        boolean isClosed = model.state() != MatrixState.TIME_WAIT && verdict.after() == MatrixState.TIME_WAIT
                || model.state() == MatrixState.LAST_ACK && isReset && !segment.isRst();
        boolean wasClosed = model.state() == MatrixState.TIME_WAIT;
        boolean isUnread = outcome.flow() != null && outcome.flow().readableBytes() > 0;
        expect("resets told", isReset && !isClosed && !wasClosed ? 1 : 0, outcome.resets());
        expect("closes told", (isClosed || wasClosed) && !isUnread ? 1 : 0, outcome.closes());
        int opened = model.state() == MatrixState.CLOSED ? 0 : 1;
        expect("requests", opened + (verdict.answer() == Answer.OPEN_REQUEST ? 1 : 0), outcome.requests());
    }

    private void compareVariables() {
        if (outcome.flow() == null || !verdict.after().isSynchronized()) {
            return;
        }
        expect("RCV.NXT", verdict.rcvNxt(), (int) outcome.flow().rcvNxt());
        expect("SND.UNA", verdict.sndUna(), (int) outcome.flow().sndUna());
        expect("SND.UNA+SND.WND", verdict.rightEdge(), (int) outcome.flow().sndWindowRight());
        if (segment.payload() > 0) {
            expect("held", verdict.held(), outcome.flow().outOfOrderRanges() > 0);
        }
        int delivered = verdict.rcvNxt() - (verdict.after().isInputEnded() ? 1 : 0);
        expect("delivered", delivered, outcome.read().length + outcome.flow().readableBytes());
        if (!Arrays.equals(outcome.read(), TcpWorld.pattern(outcome.read().length))) {
            differences.add("the bytes delivered are wrong");
        }
    }

    /// What was held must appear with what was missing, and an acknowledgement that may come late must come.
    private void fillTheGap() {
        if (verdict.answer() == Answer.ACK_SOON && outcome.sent().isEmpty()) {
            Outcome later = world.afterHalfASecond();
            expect(
                    "acknowledged soon",
                    true,
                    later.sent().stream()
                            .anyMatch(
                                    packet -> packet.isAck() && packet.ack() == world.clientNumber(verdict.rcvNxt())));
        }
        if (!verdict.held()) {
            return;
        }
        Outcome filled = world.fillUpTo(segment.seq());
        int windowEnd = model.rcvNxt() + model.rcvWnd();
        int textEnd = segment.seq() + segment.payload();
        int end = textEnd - windowEnd > 0 ? windowEnd : textEnd;
        boolean isFinKept = segment.isFin() && textEnd - windowEnd <= 0;
        boolean isOver = filled.flow() == null;
        expect("over after the gap is filled", isFinKept && verdict.after() == MatrixState.FIN_WAIT_2, isOver);
        if (!isOver) {
            expect("RCV.NXT after the gap is filled", end + (isFinKept ? 1 : 0), (int)
                    filled.flow().rcvNxt());
        }
        if (!Arrays.equals(filled.read(), TcpWorld.pattern(filled.read().length))) {
            differences.add("the bytes delivered after the gap was filled are wrong");
        }
    }

    private void expect(String what, Object expected, Object seen) {
        if (!expected.equals(seen)) {
            differences.add(what + " " + seen + " instead of " + expected);
        }
    }
}
