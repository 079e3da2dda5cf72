// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class TcpOptionsPropertyTest {
    private final SegmentView view = new SegmentView();

    @Property(tries = 5_000)
    @Tag("T-HD-5")
    void anyBytesAreReadWithoutHarmAndNotBeyondTheirEnd(@ForAll("likelyOptions") byte[] options) {
        view.clearOptions();
        // The buffer ends with the options: reading past them would throw.
        TcpOptions.parse(ByteBuffer.allocateDirect(options.length).put(0, options), 0, options.length, view);

        assertThat(view.sackCount()).isBetween(0, SegmentView.MAX_SACK_BLOCKS);
        assertThat(view.windowScaleShift()).isBetween(SegmentView.NONE, TcpOptions.MAX_WINDOW_SCALE_SHIFT);
        assertThat(view.maxSegmentSize()).isBetween(SegmentView.NONE, 65_535);
    }

    @Property
    void whatIsWrittenIsReadBack(
            @ForAll @IntRange(max = 65_535) int mss,
            @ForAll @IntRange(min = -1, max = 14) int shift,
            @ForAll boolean sackPermitted,
            @ForAll boolean timestamps,
            @ForAll int tsVal,
            @ForAll int tsEcr) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(40);
        int end = TcpOptions.writeSynAck(bytes, 0, mss, shift, sackPermitted);
        if (timestamps) {
            end = TcpOptions.writeTimestamps(bytes, end, tsVal, tsEcr);
        }

        view.clearOptions();
        TcpOptions.parse(bytes, 0, end, view);

        assertThat(end % 4).isZero();
        assertThat(view.maxSegmentSize()).isEqualTo(mss);
        assertThat(view.windowScaleShift()).isEqualTo(shift);
        assertThat(view.isSackPermitted()).isEqualTo(sackPermitted);
        assertThat(view.hasTimestamps()).isEqualTo(timestamps);
        assertThat(view.tsVal()).isEqualTo(timestamps ? tsVal : 0);
        assertThat(view.tsEcr()).isEqualTo(timestamps ? tsEcr : 0);
    }

    @Property
    @Tag("T-RX-7")
    void sackBlocksAreReadBack(
            @ForAll @Size(8) int[] edges, @ForAll boolean timestamps, @ForAll @IntRange(max = 4) int n) {
        int blocks = Math.min(n, TcpOptions.maxSackBlocks(timestamps));
        ByteBuffer bytes = ByteBuffer.allocateDirect(40);
        int at = timestamps ? TcpOptions.writeTimestamps(bytes, 0, 1, 2) : 0;
        int end = TcpOptions.writeSackBlocks(bytes, at, edges, blocks);

        view.clearOptions();
        TcpOptions.parse(bytes, 0, end, view);

        assertThat(view.sackCount()).isEqualTo(blocks);
        for (int i = 0; i < blocks; i++) {
            assertThat(view.sackLeft(i)).isEqualTo(edges[2 * i]);
            assertThat(view.sackRight(i)).isEqualTo(edges[2 * i + 1]);
        }
    }

    /// Bytes among which kinds and lengths that mean something are frequent.
    @Provide
    Arbitrary<byte[]> likelyOptions() {
        Arbitrary<Byte> any = Arbitraries.bytes();
        Arbitrary<Byte> small = Arbitraries.bytes().between((byte) 0, (byte) 34);
        return Arbitraries.frequencyOf(net.jqwik.api.Tuple.of(1, any), net.jqwik.api.Tuple.of(4, small))
                .array(byte[].class)
                .ofMaxSize(40);
    }
}
