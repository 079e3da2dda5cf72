// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/// Trimming against a list with one entry per sequence number.
@Tag("T-AC-3")
class SegmentViewPropertyTest {
    @Property
    void whatIsLeftIsTheMiddle(
            @ForAll int seq,
            @ForAll boolean syn,
            @ForAll boolean fin,
            @ForAll @IntRange(max = 20) int payload,
            @ForAll @IntRange(max = 25) int front,
            @ForAll @IntRange(max = 25) int back,
            @ForAll boolean frontFirst) {
        List<String> model = new ArrayList<>();
        if (syn) {
            model.add("SYN");
        }
        for (int i = 0; i < payload; i++) {
            model.add("byte " + i);
        }
        if (fin) {
            model.add("FIN");
        }
        int cutFront = Math.min(front, model.size());
        int cutBack = Math.min(back, model.size() - cutFront);
        SegmentView view = view(seq, syn, fin, payload);

        if (frontFirst) {
            view.trimFront(cutFront);
            view.trimBack(cutBack);
        } else {
            view.trimBack(cutBack);
            view.trimFront(cutFront);
        }

        List<String> left = model.subList(cutFront, model.size() - cutBack);
        assertThat(view.segmentLength()).isEqualTo(left.size());
        assertThat(view.seq()).isEqualTo(seq + cutFront);
        assertThat(view.isSyn()).isEqualTo(left.contains("SYN"));
        assertThat(view.isFin()).isEqualTo(left.contains("FIN"));
        List<String> bytes =
                left.stream().filter(name -> name.startsWith("byte")).toList();
        assertThat(view.payloadLength()).isEqualTo(bytes.size());
        if (!bytes.isEmpty()) {
            assertThat("byte " + (view.payloadOffset() - TcpHeader.MIN_LENGTH)).isEqualTo(bytes.getFirst());
        }
    }

    private static SegmentView view(int seq, boolean syn, boolean fin, int payload) {
        int length = TcpHeader.MIN_LENGTH + payload;
        ByteBuffer bytes = ByteBuffer.allocateDirect(length);
        TcpHeader.sequenceNumber(bytes, 0, seq);
        int flags = (syn ? TcpHeader.SYN : 0) | (fin ? TcpHeader.FIN : 0);
        TcpHeader.headerLengthAndFlags(bytes, 0, TcpHeader.MIN_LENGTH, flags);
        SegmentView view = new SegmentView();
        assertThat(view.readTcp(bytes, 0, length)).isNull();
        return view;
    }
}
