// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.tun.linux.nativecalls.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CutLimitTest {
    private final CutLimit limit = new CutLimit(65_507);

    @ParameterizedTest
    @ValueSource(ints = {Errno.EMSGSIZE, Errno.EINVAL})
    void twoRefusalsInARowMakeThePiecesShorter(int errno) {
        assertThat(limit.allowsAnother(errno, 1400)).isTrue();
        assertThat(limit.bytes()).isEqualTo(65_507);

        assertThat(limit.allowsAnother(errno, 1400)).isTrue();
        assertThat(limit.bytes()).isEqualTo(1399);
    }

    @Test
    void aRefusalThatWasAboutSomethingElseTeachesNothing() {
        for (int i = 0; i < 3; i++) {
            assertThat(limit.allowsAnother(Errno.EMSGSIZE, 1400)).isTrue();
            limit.hasSent();
        }

        assertThat(limit.bytes()).isEqualTo(65_507);
    }

    @Test
    void refusalsOfDifferentLengthsAreNotTwoInARow() {
        limit.allowsAnother(Errno.EMSGSIZE, 1400);
        limit.allowsAnother(Errno.EMSGSIZE, 1200);

        assertThat(limit.bytes()).isEqualTo(65_507);
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EIO, Errno.EOPNOTSUPP})
    void aWayOutThatCannotCutIsAskedForNoMore(int errno) {
        assertThat(limit.allowsAnother(errno, 1400)).isTrue();
        assertThat(limit.bytes()).isZero();
    }

    @Test
    void whatWasNotToBeCutIsNotTriedAgain() {
        assertThat(limit.allowsAnother(Errno.EMSGSIZE, 0)).isFalse();
        assertThat(limit.allowsAnother(Errno.EAGAIN, 1400)).isFalse();
        assertThat(limit.bytes()).isEqualTo(65_507);
    }

    @Test
    void kernelsThatDoItWronglyAreNotAsked() {
        assertThat(CutLimit.initialBytes(KernelRelease.parse("6.18.0"))).isEqualTo(65_507);
        assertThat(CutLimit.initialBytes(KernelRelease.parse("4.17.0"))).isZero();
        assertThat(CutLimit.initialBytes(KernelRelease.parse("7.1.2"))).isZero();
    }
}
