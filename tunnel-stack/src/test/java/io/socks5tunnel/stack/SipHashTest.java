// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Against the vectors of the reference implementation: key 00 01 … 0f, message 00 01 02 …, of which the ones with
/// whole words concern us.
class SipHashTest {
    private static final long KEY_0 = 0x0706_0504_0302_0100L;
    private static final long KEY_1 = 0x0f0e_0d0c_0b0a_0908L;

    @ParameterizedTest
    @CsvSource({
        "0, 310e0edd47db6f72", "1, 6224939a79f5f593", "2, db9bc2577fcc2a3f", "3, 94af49f6c650adb8",
        "4, ce7cf2722f512771", "5, d0a704536ba93e0e", "6, 51a9cb9ecba312e6", "7, bd838d3aafbf8db7"
    })
    void strongAgreesWithTheReference(int words, String expected) {
        assertThat(hash(SipHash.strong(KEY_0, KEY_1), words)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "0, dcc40f055801acab", "1, 8e9a298d11959036", "2, 668b907d1add4fcc", "3, 8c9c3467b2ae64f4",
        "4, 0db6a7166c7b1581", "5, 3115e4993236d2c1", "6, 464c07dff843319f", "7, 756d3c24dbc0bcb4"
    })
    void fastAgreesWithTheReference(int words, String expected) {
        assertThat(hash(SipHash.fast(KEY_0, KEY_1), words)).isEqualTo(expected);
    }

    @Test
    void aMessageLeavesNothingBehindForTheNext() {
        SipHash hash = SipHash.strong(KEY_0, KEY_1);
        hash(hash, 7);
        hash.begin().add(99);

        assertThat(hash(hash, 0)).isEqualTo("310e0edd47db6f72");
    }

    @Test
    void bothHalvesOfTheKeyCount() {
        String hash = hash(SipHash.fast(1, 2), 1);
        assertThat(hash(SipHash.fast(1, 3), 1)).isNotEqualTo(hash);
        assertThat(hash(SipHash.fast(0, 2), 1)).isNotEqualTo(hash);
    }

    private static String hash(SipHash hash, int words) {
        hash.begin();
        for (int i = 0; i < words; i++) {
            hash.add(KEY_0 + i * 0x0808_0808_0808_0808L);
        }
        ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(hash.finish());
        return HexFormat.of().formatHex(bytes.array());
    }
}
