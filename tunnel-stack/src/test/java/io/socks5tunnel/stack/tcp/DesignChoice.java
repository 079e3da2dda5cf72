// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.stack.tcp.ArrivalVerdict.Answer;
import io.socks5tunnel.stack.tcp.ArrivingSegment.Timestamp;
import java.util.Set;

/// Where this stack does on purpose what [SegmentArrives] does not say. Each has its reason, and must occur in the
/// matrix, so that none outlives what it excuses.
enum DesignChoice {
    /// Old Linux and some middleboxes leave the option out of segments, even of the third: as Linux does, such a
    /// segment is judged by its numbers alone (T-HS-13). RFC 7323 §3.2 would drop it, by a SHOULD.
    MISSING_TIMESTAMP_IS_FORGIVEN {
        @Override
        boolean applies(ConnectionModel model, ArrivingSegment segment) {
            return model.hasTimestamps() && segment.timestamp() == Timestamp.ABSENT && hasWindow(model);
        }

        @Override
        ArrivalVerdict instead(ConnectionModel model, ArrivingSegment segment, ArrivalVerdict rfc) {
            return SegmentArrives.verdict(model, segment.with(Timestamp.EQUAL));
        }
    },

    /// RFC 7323 §5.3 answers every segment with an old timestamp. An empty one that acknowledges nothing new was
    /// only overtaken on its way: nobody waits for an answer, and Linux gives none for most of them either.
    OVERTAKEN_ACK_IS_NOT_ANSWERED {
        @Override
        boolean applies(ConnectionModel model, ArrivingSegment segment) {
            return model.hasTimestamps()
                    && model.state().isSynchronized()
                    && isPlain(model, segment)
                    && segment.timestamp() == Timestamp.OLDER
                    && segment.isAck()
                    && segment.length() == 0
                    && segment.seq() - model.rcvNxt() <= 0
                    && segment.ack() - model.sndUna() <= 0;
        }

        @Override
        ArrivalVerdict instead(ConnectionModel model, ArrivingSegment segment, ArrivalVerdict rfc) {
            return rfc.answering(Answer.NONE);
        }
    },

    /// RFC 7323 §5.3 notes the timestamp before the acknowledgement is looked at. A segment whose acknowledgement
    /// is out of range may be forged, and its timestamp could make every later segment look old.
    TIMESTAMP_BESIDE_A_WRONG_ACK_IS_NOT_TAKEN {
        @Override
        boolean applies(ConnectionModel model, ArrivingSegment segment) {
            return model.hasTimestamps() && hasWindow(model);
        }

        @Override
        ArrivalVerdict instead(ConnectionModel model, ArrivingSegment segment, ArrivalVerdict rfc) {
            return rfc.drops().contains(DropReason.TCP_ACK_UNACCEPTABLE) ? rfc.leavingTimestamp() : rfc;
        }
    },

    /// FIN on a SYN is no attempt to connect (T-AC-11). Linux drops it, too.
    SYN_WITH_FIN_OPENS_NOTHING {
        @Override
        boolean applies(ConnectionModel model, ArrivingSegment segment) {
            return (model.state() == MatrixState.CLOSED || model.state() == MatrixState.SYN_HELD)
                    && segment.isSyn()
                    && segment.isFin()
                    && !segment.isRst()
                    && !segment.isAck();
        }

        @Override
        ArrivalVerdict instead(ConnectionModel model, ArrivingSegment segment, ArrivalVerdict rfc) {
            return ArrivalVerdict.unchanged(model, Answer.NONE, DropReason.TCP_FLAGS_INVALID);
        }
    },

    /// While a SYN is held nothing proves that a RST comes from the client but its number; one that is a SYN as
    /// well is nothing that a stack sends.
    RESET_WITH_SYN_DOES_NOT_END_A_HELD_SYN {
        @Override
        boolean applies(ConnectionModel model, ArrivingSegment segment) {
            return model.state() == MatrixState.SYN_HELD && segment.isRst() && segment.isSyn();
        }

        @Override
        ArrivalVerdict instead(ConnectionModel model, ArrivingSegment segment, ArrivalVerdict rfc) {
            return ArrivalVerdict.unchanged(model, Answer.NONE, DropReason.TCP_RESET_IGNORED);
        }
    },

    /// A SYN-ACK that was lost is best repaired by the SYN that the client repeats: sending it again is what Linux
    /// does, where the RFC's first step would send an ACK.
    REPEATED_SYN_GETS_THE_SYN_ACK {
        @Override
        boolean applies(ConnectionModel model, ArrivingSegment segment) {
            return isSynInHandshake(model, segment) && !segment.isAck() && segment.seq() == model.rcvNxt() - 1;
        }

        @Override
        ArrivalVerdict instead(ConnectionModel model, ArrivingSegment segment, ArrivalVerdict rfc) {
            return ArrivalVerdict.unchanged(model, Answer.SYN_ACK, DropReason.TCP_SYN_REPEATED);
        }
    },

    /// Going back to LISTEN would let a blind SYN end a handshake; RFC 5961 §4 protects every later state from just
    /// that, and the challenge serves here as well (T-HS-9).
    SYN_IN_SYN_RECEIVED_IS_CHALLENGED {
        @Override
        boolean applies(ConnectionModel model, ArrivingSegment segment) {
            return isSynInHandshake(model, segment) && !REPEATED_SYN_GETS_THE_SYN_ACK.applies(model, segment);
        }

        @Override
        ArrivalVerdict instead(ConnectionModel model, ArrivingSegment segment, ArrivalVerdict rfc) {
            return ArrivalVerdict.unchanged(model, Answer.ACK, DropReason.TCP_SYN_UNEXPECTED);
        }
    },

    /// A client whose data fills the window acknowledges with a number right behind it, while that data may be
    /// lost: its acknowledgements must be taken. As it may be a probe, it is answered.
    EMPTY_SEGMENT_AT_THE_RIGHT_EDGE_IS_TAKEN_AND_ANSWERED {
        @Override
        boolean applies(ConnectionModel model, ArrivingSegment segment) {
            return isPlain(model, segment)
                    && segment.length() == 0
                    && model.rcvWnd() > 0
                    && segment.seq() == model.rcvNxt() + model.rcvWnd();
        }

        @Override
        ArrivalVerdict instead(ConnectionModel model, ArrivingSegment segment, ArrivalVerdict rfc) {
            ArrivalVerdict inside = SegmentArrives.verdict(model.withWindow(model.rcvWnd() + 1), segment);
            return inside.answer() == Answer.NONE && segment.isAck() ? inside.answering(Answer.ACK) : inside;
        }
    },

    /// FIN takes no room in a buffer, and some clients send it into a closed window: as Linux does, it is taken
    /// where its text ends at the right edge, and in a window of zero.
    FIN_RIGHT_BEHIND_THE_WINDOW_IS_TAKEN {
        @Override
        boolean applies(ConnectionModel model, ArrivingSegment segment) {
            int end = segment.seq() + segment.payload();
            return isPlain(model, segment)
                    && segment.isFin()
                    && !model.state().isInputEnded()
                    && end == model.rcvNxt() + model.rcvWnd()
                    && (model.rcvWnd() == 0 ? segment.payload() == 0 : model.isAcceptable(segment));
        }

        @Override
        ArrivalVerdict instead(ConnectionModel model, ArrivingSegment segment, ArrivalVerdict rfc) {
            return SegmentArrives.verdict(model.withWindow(model.rcvWnd() + 1), segment);
        }
    },

    /// RFC 9293 ignores text behind the FIN. Saying once more what was received costs little, and tells a client
    /// that is wrong about its own FIN.
    TEXT_BEHIND_THE_FIN_IS_ANSWERED {
        @Override
        boolean applies(ConnectionModel model, ArrivingSegment segment) {
            return isPlain(model, segment)
                    && segment.isAck()
                    && segment.payload() > 0
                    && model.state().isInputEnded()
                    && model.isAcceptable(segment);
        }

        @Override
        ArrivalVerdict instead(ConnectionModel model, ArrivingSegment segment, ArrivalVerdict rfc) {
            return rfc.answer() == Answer.NONE && rfc.after() != MatrixState.CLOSED ? rfc.answering(Answer.ACK) : rfc;
        }
    },

    /// What stays of a connection in TIME-WAIT is small, and knows neither window nor SND.UNA. It serves a client
    /// that lost our last ACK: FIN is acknowledged wherever it is, and so are text and keep-alives. Other empty
    /// segments ask for nothing, and RST is ignored (RFC 1337).
    TIME_WAIT_KNOWS_NO_WINDOW {
        @Override
        boolean applies(ConnectionModel model, ArrivingSegment segment) {
            return model.state() == MatrixState.TIME_WAIT && (!segment.isSyn() || segment.isRst());
        }

        @Override
        ArrivalVerdict instead(ConnectionModel model, ArrivingSegment segment, ArrivalVerdict rfc) {
            if (segment.isRst()) {
                return ArrivalVerdict.unchanged(model, Answer.NONE, DropReason.TCP_RESET_IGNORED);
            }
            if (model.hasTimestamps() && segment.timestamp() == Timestamp.OLDER) {
                return ArrivalVerdict.unchanged(model, Answer.ACK, DropReason.TCP_PAWS);
            }
            if (segment.isFin()) {
                return ArrivalVerdict.unchanged(model, Answer.ACK);
            }
            if (segment.payload() > 0) {
                return ArrivalVerdict.unchanged(model, Answer.ACK, DropReason.TCP_DATA_AFTER_CLOSE);
            }
            if (segment.seq() == model.rcvNxt()) {
                return ArrivalVerdict.unchanged(model, Answer.NONE);
            }
            Answer answer = segment.seq() == model.rcvNxt() - 1 ? Answer.ACK : Answer.NONE;
            return ArrivalVerdict.unchanged(model, answer, DropReason.TCP_OUT_OF_WINDOW);
        }
    },

    /// A SYN that is no old duplicate, by its number (RFC 9293 MAY-2) or by its timestamp (RFC 6191 §2), begins a
    /// new connection: a client behind a proxy reuses its ports quickly.
    NEWER_SYN_ENDS_TIME_WAIT {
        @Override
        boolean applies(ConnectionModel model, ArrivingSegment segment) {
            if (model.state() != MatrixState.TIME_WAIT || segment.flags() != SentPacket.SYN) {
                return false;
            }
            boolean isHigher = segment.seq() - model.rcvNxt() > 0;
            boolean isStamped = model.hasTimestamps() && segment.timestamp() != Timestamp.ABSENT;
            return !isStamped
                    ? isHigher
                    : switch (segment.timestamp()) {
                        case OLDER, ABSENT -> false;
                        case EQUAL -> isHigher;
                        case NEWER -> true;
                    };
        }

        @Override
        ArrivalVerdict instead(ConnectionModel model, ArrivingSegment segment, ArrivalVerdict rfc) {
            return ArrivalVerdict.unchanged(model, Answer.OPEN_REQUEST).moving(MatrixState.SYN_HELD);
        }
    };

    /// The verdict of [SegmentArrives], changed by every choice that is about this segment, in their order.
    ///
    /// @param changing receives the choices that change it
    static ArrivalVerdict verdict(ConnectionModel model, ArrivingSegment segment, Set<DesignChoice> changing) {
        ArrivingSegment read = segment;
        ArrivalVerdict verdict = SegmentArrives.verdict(model, segment);
        for (DesignChoice choice : values()) {
            if (choice.applies(model, read)) {
                ArrivalVerdict before = verdict;
                verdict = choice.instead(model, read, before);
                if (!verdict.equals(before)) {
                    changing.add(choice);
                }
                if (choice == MISSING_TIMESTAMP_IS_FORGIVEN) {
                    read = read.with(Timestamp.EQUAL);
                }
            }
        }
        return verdict;
    }

    /// Whether the choice is about this segment.
    abstract boolean applies(ConnectionModel model, ArrivingSegment segment);

    /// What becomes of it instead.
    abstract ArrivalVerdict instead(ConnectionModel model, ArrivingSegment segment, ArrivalVerdict rfc);

    private static boolean isSynInHandshake(ConnectionModel model, ArrivingSegment segment) {
        return model.state() == MatrixState.SYN_RECEIVED && segment.isSyn() && !segment.isRst();
    }

    /// Neither RST nor SYN, and there is a window.
    private static boolean isPlain(ConnectionModel model, ArrivingSegment segment) {
        return hasWindow(model) && model.state() != MatrixState.TIME_WAIT && !segment.isRst() && !segment.isSyn();
    }

    private static boolean hasWindow(ConnectionModel model) {
        return model.state().isSynchronized() || model.state() == MatrixState.SYN_RECEIVED;
    }
}
