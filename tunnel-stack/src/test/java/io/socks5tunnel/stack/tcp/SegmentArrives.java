// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.stack.tcp.ArrivalVerdict.Answer;
import java.util.Set;

/// SEGMENT ARRIVES of RFC 9293 §3.10.7, with RFC 5961 and RFC 7323, written from their text: the oracle of the
/// state × event matrix. Where this stack does otherwise on purpose stands in [DesignChoice].
///
/// The steps are those of §3.10.7.4 in their order. A method returns null if the segment passes its step.
final class SegmentArrives {
    private final ConnectionModel model;
    private final ArrivingSegment segment;
    private MatrixState state;
    private int sndUna;
    private int rightEdge;
    private int rcvNxt;
    private boolean isAckOfFin;

    private SegmentArrives(ConnectionModel model, ArrivingSegment segment) {
        this.model = model;
        this.segment = segment;
        state = model.state();
        sndUna = model.sndUna();
        rightEdge = model.sndUna() + model.sndWnd();
        rcvNxt = model.rcvNxt();
    }

    static ArrivalVerdict verdict(ConnectionModel model, ArrivingSegment segment) {
        if (model.state() == MatrixState.CLOSED) {
            return withoutConnection(model, segment);
        }
        if (model.state() == MatrixState.SYN_HELD) {
            return whileHeld(model, segment);
        }
        if (isProbeOfClosedWindow(model, segment)) {
            ArrivalVerdict bare = verdict(model, segment.bare());
            return bare.drops().isEmpty() ? bare.answering(Answer.ACK).dropping(DropReason.TCP_OUT_OF_WINDOW) : bare;
        }
        SegmentArrives arrival = new SegmentArrives(model, segment);
        return arrival.withTimestamp(arrival.steps());
    }

    /// "If the RCV.WND is zero, no segments will be acceptable, but special allowance should be made to accept
    /// valid ACKs": text and FIN are not taken, and answered, as any that is not acceptable.
    private static boolean isProbeOfClosedWindow(ConnectionModel model, ArrivingSegment segment) {
        boolean isText = segment.payload() > 0 || segment.isFin();
        return model.rcvWnd() == 0 && segment.seq() == model.rcvNxt() && isText && !segment.isRst() && !segment.isSyn();
    }

    /// §3.10.7.1, but for a SYN, which is what §3.10.7.2 says.
    private static ArrivalVerdict withoutConnection(ConnectionModel model, ArrivingSegment segment) {
        if (segment.isRst()) {
            return ArrivalVerdict.unchanged(model, Answer.NONE, DropReason.TCP_RESET_IGNORED);
        }
        if (segment.isAck()) {
            return ArrivalVerdict.unchanged(model, Answer.RESET);
        }
        if (segment.isSyn()) {
            return ArrivalVerdict.unchanged(model, Answer.OPEN_REQUEST).moving(MatrixState.SYN_HELD);
        }
        return ArrivalVerdict.unchanged(model, Answer.RESET_WITH_ACK);
    }

    /// Nearest is LISTEN (§3.10.7.2), for nothing was sent yet; what is known of the client is its SYN, so that a
    /// reset is believed by the rule of SYN-RECEIVED.
    private static ArrivalVerdict whileHeld(ConnectionModel model, ArrivingSegment segment) {
        if (segment.isRst()) {
            return segment.seq() == model.rcvNxt()
                    ? ArrivalVerdict.unchanged(model, Answer.NONE).moving(MatrixState.CLOSED)
                    : ArrivalVerdict.unchanged(model, Answer.NONE, DropReason.TCP_RESET_IGNORED);
        }
        if (segment.isAck()) {
            return ArrivalVerdict.unchanged(model, Answer.RESET);
        }
        return segment.isSyn()
                ? ArrivalVerdict.unchanged(model, Answer.NONE, DropReason.TCP_SYN_REPEATED)
                : ArrivalVerdict.unchanged(model, Answer.NONE, DropReason.TCP_FLAGS_INVALID);
    }

    private ArrivalVerdict steps() {
        ArrivalVerdict refusal = checkTimestamp();
        refusal = refusal == null ? checkReset() : refusal;
        refusal = refusal == null ? checkSyn() : refusal;
        refusal = refusal == null ? checkSequence() : refusal;
        refusal = refusal == null ? checkAck() : refusal;
        return refusal == null ? textAndFin() : refusal;
    }

    /// RFC 7323 §5.3, R1: before the sequence number is looked at, and not for RST. §3.2: a segment that lacks the
    /// option SHOULD be dropped silently.
    private ArrivalVerdict checkTimestamp() {
        if (!model.hasTimestamps() || segment.isRst()) {
            return null;
        }
        return switch (segment.timestamp()) {
            case ABSENT -> ArrivalVerdict.unchanged(model, Answer.NONE, DropReason.TCP_PAWS);
            case OLDER -> ArrivalVerdict.unchanged(model, Answer.ACK, old());
            case EQUAL, NEWER -> null;
        };
    }

    /// A SYN gets the same answer for two reasons.
    private DropReason[] old() {
        return segment.isSyn()
                ? new DropReason[] {DropReason.TCP_PAWS, DropReason.TCP_SYN_UNEXPECTED}
                : new DropReason[] {DropReason.TCP_PAWS};
    }

    /// Second step, with RFC 5961 §3.2; the first step never answers RST, so that the order does not show.
    private ArrivalVerdict checkReset() {
        if (!segment.isRst()) {
            return null;
        }
        if (segment.seq() == model.rcvNxt()) {
            return ArrivalVerdict.unchanged(model, Answer.NONE).moving(MatrixState.CLOSED);
        }
        return model.isInWindow(segment.seq())
                ? ArrivalVerdict.unchanged(model, Answer.ACK, DropReason.TCP_RESET_IGNORED)
                : ArrivalVerdict.unchanged(model, Answer.NONE, DropReason.TCP_RESET_IGNORED);
    }

    /// Fourth step. RFC 5961 §4.2: whatever the sequence number, so that it can stand before the first. In
    /// SYN-RECEIVED after a passive open an acceptable SYN means LISTEN again.
    private ArrivalVerdict checkSyn() {
        if (!segment.isSyn()) {
            return null;
        }
        if (state == MatrixState.SYN_RECEIVED && model.isAcceptable(segment)) {
            return ArrivalVerdict.unchanged(model, Answer.NONE).moving(MatrixState.CLOSED);
        }
        return ArrivalVerdict.unchanged(model, Answer.ACK, DropReason.TCP_SYN_UNEXPECTED, DropReason.TCP_OUT_OF_WINDOW);
    }

    /// First step, also of §3.4: with a window of zero nothing but valid acknowledgements is let in.
    private ArrivalVerdict checkSequence() {
        return model.isAcceptable(segment)
                ? null
                : ArrivalVerdict.unchanged(model, Answer.ACK, DropReason.TCP_OUT_OF_WINDOW);
    }

    /// Fifth step.
    private ArrivalVerdict checkAck() {
        if (!segment.isAck()) {
            return ArrivalVerdict.unchanged(model, Answer.NONE, DropReason.TCP_FLAGS_INVALID);
        }
        int ack = segment.ack();
        if (state == MatrixState.SYN_RECEIVED) {
            if (!model.isAdvancedBy(ack)) {
                return ArrivalVerdict.unchanged(model, Answer.RESET, DropReason.TCP_ACK_UNACCEPTABLE);
            }
            state = MatrixState.ESTABLISHED;
        }
        if (!model.isAckPlausible(ack)) {
            return ArrivalVerdict.unchanged(model, Answer.ACK, DropReason.TCP_ACK_UNACCEPTABLE);
        }
        takeAck(ack);
        return afterAckOfFin();
    }

    private void takeAck(int ack) {
        int window = model.sndWnd();
        if (model.acknowledgesNothingUnsent(ack) && isWindowNews(ack)) {
            window = segment.window();
        }
        if (model.isAdvancedBy(ack)) {
            sndUna = ack;
            isAckOfFin = model.state().isFinSent() && ack == model.sndNxt();
        }
        rightEdge = sndUna + window;
    }

    /// SND.WL1 < SEG.SEQ, or SND.WL1 = SEG.SEQ and SND.WL2 =< SEG.ACK; SEG.SEQ is that of the segment trimmed to
    /// the window.
    private boolean isWindowNews(int ack) {
        if (model.state() == MatrixState.SYN_RECEIVED) {
            return true;
        }
        int seq = segment.seq() - model.rcvNxt() < 0 ? model.rcvNxt() : segment.seq();
        return seq - model.sndWl1() > 0 || seq == model.sndWl1() && ack - model.sndWl2() >= 0;
    }

    private ArrivalVerdict afterAckOfFin() {
        if (!isAckOfFin) {
            return null;
        }
        return switch (state) {
            case FIN_WAIT_1 -> {
                state = MatrixState.FIN_WAIT_2;
                yield null;
            }
            case CLOSING -> {
                state = MatrixState.TIME_WAIT;
                yield null;
            }
            case LAST_ACK -> made(Answer.NONE, false).moving(MatrixState.CLOSED);
            case CLOSED, SYN_HELD, SYN_RECEIVED, ESTABLISHED, FIN_WAIT_2, CLOSE_WAIT, TIME_WAIT -> null;
        };
    }

    /// Seventh and eighth step.
    private ArrivalVerdict textAndFin() {
        if (model.state().isInputEnded()) {
            return behindTheEnd();
        }
        int from = segment.seq() - rcvNxt < 0 ? rcvNxt : segment.seq();
        int windowEnd = rcvNxt + model.rcvWnd();
        int textEnd = segment.seq() + segment.payload();
        boolean isFinInside = segment.isFin() && model.isInWindow(textEnd);
        int to = textEnd - windowEnd > 0 ? windowEnd : textEnd;
        boolean isText = to - from > 0;
        if (!isText && !isFinInside) {
            return made(Answer.NONE, false);
        }
        if (from != rcvNxt) {
            return made(Answer.ACK, true);
        }
        rcvNxt = isText ? to : rcvNxt;
        if (!isFinInside) {
            return made(Answer.ACK_SOON, false);
        }
        rcvNxt++;
        state = afterFin();
        return made(Answer.ACK, false);
    }

    /// "This should not occur, since a FIN has been received": text is ignored. Of a FIN there it is only said that
    /// the state remains.
    private ArrivalVerdict behindTheEnd() {
        if (segment.isFin()) {
            return made(Answer.NONE_OR_ACK, false).dropping(DropReason.TCP_DATA_AFTER_CLOSE);
        }
        return segment.payload() > 0
                ? made(Answer.NONE, false).dropping(DropReason.TCP_DATA_AFTER_CLOSE)
                : made(Answer.NONE, false);
    }

    private MatrixState afterFin() {
        return switch (state) {
            case SYN_RECEIVED, ESTABLISHED -> MatrixState.CLOSE_WAIT;
            case FIN_WAIT_1 -> MatrixState.CLOSING;
            case FIN_WAIT_2 -> MatrixState.TIME_WAIT;
            case CLOSED, SYN_HELD, CLOSING, CLOSE_WAIT, LAST_ACK, TIME_WAIT -> state;
        };
    }

    private ArrivalVerdict made(Answer answer, boolean held) {
        return new ArrivalVerdict(answer, state, rcvNxt, sndUna, rightEdge, held, false, Set.of());
    }

    /// RFC 7323 §4.3: an acceptable segment's TSval is taken if it is not older and SEG.SEQ =< Last.ACK.sent.
    private ArrivalVerdict withTimestamp(ArrivalVerdict verdict) {
        boolean isTaken = model.hasTimestamps()
                && segment.timestamp() == ArrivingSegment.Timestamp.NEWER
                && !segment.isRst()
                && !segment.isSyn()
                && model.isAcceptable(segment)
                && segment.seq() - model.rcvNxt() <= 0;
        return isTaken ? verdict.takingTimestamp() : verdict;
    }
}
