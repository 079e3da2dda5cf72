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

    @ParameterizedTest
    @CsvSource({
        "3.10.0-1160.el7, false",
        "4.15.0-213-generic, false",
        "4.17.19, false",
        "4.18.0-553.el8, true",
        "5.4.0, true",
        "6.18.44-fc, true",
        "unknown, false"
    })
    void itKnowsWhichOnesCutMessages(String release, boolean isCutting) {
        assertThat(KernelRelease.parse(release).cutsMessages()).isEqualTo(isCutting);
    }

    @Test
    void ofThisMachineIsUnderstood() {
        assertThat(KernelRelease.running().major()).isPositive();
    }
}
