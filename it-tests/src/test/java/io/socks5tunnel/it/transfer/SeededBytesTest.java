// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SeededBytesTest {
    private static final int BYTES = 4096;

    @Test
    void aPieceIsTheSameWhereverReadingBegan() {
        byte[] whole = new byte[BYTES];
        byte[] half = new byte[BYTES / 2];
        SeededBytes.fill(whole, 7, 0);
        SeededBytes.fill(half, 7, BYTES / 2);

        assertThat(half).isEqualTo(Arrays.copyOfRange(whole, BYTES / 2, BYTES));
    }

    @Test
    void noPieceLooksLikeAnother() {
        Set<String> hashes = new HashSet<>();
        for (int seed = 0; seed < 100; seed++) {
            for (int length = 1; length <= 100; length += 33) {
                hashes.add(SeededBytes.sha256(seed, length * 1000L));
            }
        }

        assertThat(hashes).hasSize(400);
    }

    @Test
    void theReportTellsSuccessFromFailure() {
        TransferReport report = TransferReport.parse("""
                CONNECTION 0 OK 12 hash 5
                CONNECTION 1 FAILED 13 Connection refused
                SUMMARY 1 OK, 1 FAILED, 14 ms
                """);

        assertThat(report.failures()).containsExactly("Connection refused");
        assertThat(report.connections()).hasSize(2);
        assertThat(report.millis()).isEqualTo(14);
    }
}
