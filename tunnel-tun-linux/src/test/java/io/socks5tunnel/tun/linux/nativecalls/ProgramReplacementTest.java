// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.nativecalls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgramReplacementTest {
    @Test
    void wordsOfACommandLineKeepEveryByte() {
        byte[] commandLine = "java\0-Da=b c\0\0\u00ff\u00fe.yml\0".getBytes(StandardCharsets.ISO_8859_1);

        assertThat(ProgramReplacement.words(commandLine))
                .extracting(word -> new String(word, StandardCharsets.ISO_8859_1))
                .containsExactly("java", "-Da=b c", "", "\u00ff\u00fe.yml");
    }
}
