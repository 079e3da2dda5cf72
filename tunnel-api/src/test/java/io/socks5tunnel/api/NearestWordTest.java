// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestWordTest {
    private static final List<String> KNOWN = List.of("name", "mtu", "ipv4", "ipv6", "post-up-script", "tcp-fastopen");

    @ParameterizedTest
    @CsvSource({"nane, name", "MTU, mtu", "ip4, ipv4", "postup-scrpt, post-up-script", "tcpFastOpen, tcp-fastopen"})
    void isFoundForTypingMistakes(String written, String meant) {
        assertThat(NearestWord.of(written, KNOWN)).hasValue(meant);
    }

    @ParameterizedTest
    @CsvSource({"gateway", "x", "''", "script"})
    void isNotGuessedFromAfar(String written) {
        assertThat(NearestWord.of(written, KNOWN)).isEmpty();
    }

    @Test
    void endlessWordIsNotCompared() {
        assertThat(NearestWord.of("m".repeat(100_000), KNOWN)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"kitten, sitting, 3", "'', abc, 3", "abc, abc, 0", "flaw, lawn, 2"})
    void editsAreCounted(String from, String to, int edits) {
        assertThat(NearestWord.edits(from, to)).isEqualTo(edits);
    }
}
