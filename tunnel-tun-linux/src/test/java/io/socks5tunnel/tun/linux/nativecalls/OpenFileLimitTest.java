// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.nativecalls;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OpenFileLimitTest {
    @Test
    void isWhatItWasRaisedTo() throws Exception {
        long before = OpenFileLimit.current();

        // Both limits become the lower one: never below what this process has, and allowed without any right.
        OpenFileLimit.raise(before);

        assertThat(OpenFileLimit.current()).isEqualTo(before).isPositive();
    }
}
