// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import io.socks5tunnel.api.DropReason;
import java.util.EnumSet;
import java.util.Set;

/// What must become of a segment.
///
/// @param after the state behind it
/// @param rcvNxt RCV.NXT behind it
/// @param sndUna SND.UNA behind it
/// @param rightEdge SND.UNA + SND.WND behind it
/// @param held whether text or FIN was kept because something before it is missing
/// @param isTimestampTaken whether TSval became TS.Recent (RFC 7323 §4.3)
/// @param drops the reasons one of which must be counted; none may be if it is empty
record ArrivalVerdict(
        Answer answer,
        MatrixState after,
        int rcvNxt,
        int sndUna,
        int rightEdge,
        boolean held,
        boolean isTimestampTaken,
        Set<DropReason> drops) {
    /// What is sent.
    enum Answer {
        NONE,
        /// `<SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>`, at once.
        ACK,
        /// The same, within the half second of RFC 9293 MUST-40.
        ACK_SOON,
        /// The RFC does not say whether there is an acknowledgement; nothing else may be sent.
        NONE_OR_ACK,
        /// `<SEQ=SEG.ACK><CTL=RST>`.
        RESET,
        /// `<SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>`.
        RESET_WITH_ACK,
        /// The SYN-ACK again.
        SYN_ACK,
        /// Nothing is sent; the owner is asked whether it wants the connection.
        OPEN_REQUEST
    }

    /// The segment changes nothing.
    static ArrivalVerdict unchanged(ConnectionModel model, Answer answer, DropReason... reasons) {
        Set<DropReason> drops = EnumSet.noneOf(DropReason.class);
        drops.addAll(Set.of(reasons));
        return new ArrivalVerdict(
                answer,
                model.state(),
                model.rcvNxt(),
                model.sndUna(),
                model.sndUna() + model.sndWnd(),
                false,
                false,
                drops);
    }

    ArrivalVerdict moving(MatrixState to) {
        return new ArrivalVerdict(answer, to, rcvNxt, sndUna, rightEdge, held, isTimestampTaken, drops);
    }

    ArrivalVerdict answering(Answer other) {
        return new ArrivalVerdict(other, after, rcvNxt, sndUna, rightEdge, held, isTimestampTaken, drops);
    }

    ArrivalVerdict dropping(DropReason... reasons) {
        return new ArrivalVerdict(answer, after, rcvNxt, sndUna, rightEdge, held, isTimestampTaken, Set.of(reasons));
    }

    ArrivalVerdict leavingTimestamp() {
        return new ArrivalVerdict(answer, after, rcvNxt, sndUna, rightEdge, held, false, drops);
    }

    ArrivalVerdict takingTimestamp() {
        return new ArrivalVerdict(answer, after, rcvNxt, sndUna, rightEdge, held, true, drops);
    }
}
