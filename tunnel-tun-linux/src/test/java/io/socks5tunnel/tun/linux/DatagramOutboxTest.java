// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.spi.DatagramBatch;
import io.socks5tunnel.api.spi.Slab;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DatagramOutboxTest {
    private static final int ANY = DatagramOutbox.MAX_MESSAGE_BYTES;
    private static final int HEADER = 10;

    private final Slab slab = new Slab();
    private final DatagramBatch batch = new DatagramBatch();

    /// How many datagrams there are in each message, from the first on.
    private List<Integer> messages(int maxPieceBytes, int... payloadBytes) {
        batch.clear();
        for (int bytes : payloadBytes) {
            batch.add(slab, 0, HEADER, slab, HEADER, bytes);
        }
        List<Integer> messages = new ArrayList<>();
        for (int at = 0; at < batch.count(); at += messages.getLast()) {
            messages.add(DatagramOutbox.piecesFrom(batch, at, maxPieceBytes));
        }
        return messages;
    }

    private static int[] times(int count, int bytes) {
        return IntStream.generate(() -> bytes).limit(count).toArray();
    }

    @Test
    void neighboursOfOneLengthAreOneMessage() {
        assertThat(messages(ANY, 5)).containsExactly(1);
        assertThat(messages(ANY, 5, 5, 5)).containsExactly(3);
        assertThat(messages(ANY, times(64, 64))).containsExactly(64);
        assertThat(messages(ANY, 5, 5, 6, 6, 5, 5)).containsExactly(2, 3, 1);
    }

    @Test
    void aShorterOneEndsIt() {
        assertThat(messages(ANY, 5, 5, 4, 5)).containsExactly(3, 1);
        assertThat(messages(ANY, 5, 4, 3, 2)).containsExactly(2, 2);
        assertThat(messages(ANY, 5, 0, 5)).containsExactly(2, 1);
    }

    @Test
    void itHoldsNoMoreThanUdpDoes() {
        // 8 of 8188 bytes are 65504
        assertThat(messages(ANY, times(16, 8178))).containsExactly(8, 8);
        assertThat(messages(ANY, times(16, 8179))).containsExactly(7, 7, 2);
        assertThat(messages(ANY, 60_000, 5_000)).containsExactly(1, 1);
        assertThat(messages(ANY, 32_743, 32_744)).containsExactly(1, 1);
        assertThat(messages(ANY, 32_743, 32_743)).containsExactly(2);
        assertThat(messages(ANY, 65_497, 1)).containsExactly(1, 1);
        assertThat(messages(ANY, 65_527, 1)).containsExactly(1, 1);
    }

    @Test
    void whatTheKernelDoesNotCutIsAlone() {
        assertThat(messages(1472, 1462, 1462, 1463, 1463)).containsExactly(2, 1, 1);
        assertThat(messages(0, 5, 5, 5)).containsExactly(1, 1, 1);
    }

    @Test
    void emptyOnesAreAlone() {
        batch.clear();
        batch.add(slab, 0, 0);
        batch.add(slab, 0, 0);
        assertThat(DatagramOutbox.piecesFrom(batch, 0, ANY)).isEqualTo(1);
        batch.clear();
        batch.add(slab, 0, 9);
        batch.add(slab, 0, 0);
        assertThat(DatagramOutbox.piecesFrom(batch, 0, ANY)).isEqualTo(1);
    }
}
