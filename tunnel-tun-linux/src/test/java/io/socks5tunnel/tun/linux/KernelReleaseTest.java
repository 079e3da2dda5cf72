// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelReleaseTest {
    @ParameterizedTest
    @CsvSource({
        "6.18.44-fc, false",
        "6.99, false",
        "7.0-rc1, true",
        "7.0.0, true",
        "7.0.99-generic, true",
        "7.1-rc4, true",
        "7.1.4, true",
        "7.1.5, false",
        "7.2.0, false",
        "8.0.1, false",
        "unknown, false",
        "'', false"
    })
    void itKnowsWhichOnesMangleSuperDatagrams(String release, boolean isMangling) {
        assertThat(KernelRelease.parse(release).manglesSuperDatagrams()).isEqualTo(isMangling);
    }

    @Test
    void ofThisMachineIsUnderstood() {
        assertThat(KernelRelease.running().major()).isPositive();
    }
}
