// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import org.junit.jupiter.api.Test;

class EndlessContentTest {
    private static final int LENGTH = 2_500_000;
    private static final long POSITION = 777_777;

    private final EndlessContent content = new EndlessContent(1);

    private byte[] sent() throws Exception {
        var out = new ByteArrayOutputStream();
        content.send(Channels.newChannel(out), POSITION, LENGTH);
        return out.toByteArray();
    }

    private long receive(byte[] bytes, int announced) throws Exception {
        var in = Channels.newChannel(new ByteArrayInputStream(bytes));
        return content.receive(
                in, POSITION, announced, ByteBuffer.allocateDirect(4096).limit(0));
    }

    @Test
    void whatWasSentIsEqual() throws Exception {
        assertThat(sent()).hasSize(LENGTH);
        assertThat(receive(sent(), LENGTH)).isEqualTo(-1);
    }

    @Test
    void aChangedByteIsFound() throws Exception {
        var bytes = sent();
        bytes[2_222_222] ^= 1;

        assertThat(receive(bytes, LENGTH)).isEqualTo(POSITION + 2_222_222);
    }

    @Test
    void aMovedMebibyteIsFound() throws Exception {
        var bytes = sent();
        System.arraycopy(bytes, 0, bytes, 1 << 20, 1000);

        assertThat(receive(bytes, LENGTH)).isBetween(POSITION + (1 << 20), POSITION + (1 << 20) + 16);
    }

    @Test
    void anEarlyEndIsFound() throws Exception {
        var bytes = sent();

        assertThatThrownBy(() -> receive(bytes, LENGTH + 1))
                .isInstanceOf(EOFException.class)
                .hasMessage("ended after 2500000 of 2500001 bytes");
    }

    @Test
    void whatComesBehindTheEndIsFound() throws Exception {
        assertThat(receive(sent(), LENGTH - 5)).isEqualTo(POSITION + LENGTH - 5);
    }

    @Test
    void anotherSeedIsAnotherStream() throws Exception {
        var other = new EndlessContent(2);

        assertThat(other.mismatch(POSITION, ByteBuffer.wrap(sent()))).isBetween(POSITION, POSITION + 8);
    }
}
