// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.wire;

import static io.socks5tunnel.stack.fixture.PacketBytes.hex;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class IcmpHeaderTest {
    private static final int AT = 1;

    @Test
    void everyFieldIsUnsignedAndInItsPlace() {
        ByteBuffer bytes = ByteBuffer.allocate(AT + 8).put(AT, hex("80fe fffd 12345678"));

        assertThat(IcmpHeader.type(bytes, AT)).isEqualTo(128);
        assertThat(IcmpHeader.code(bytes, AT)).isEqualTo(254);
        assertThat(IcmpHeader.checksum(bytes, AT)).isEqualTo(0xfffd);
        assertThat(IcmpHeader.rest(bytes, AT)).isEqualTo(0x1234_5678);
    }

    @Test
    void everyByteIsWritten() {
        ByteBuffer bytes = ByteBuffer.allocate(AT + 8).put(AT, hex("ff".repeat(8)));

        IcmpHeader.write(bytes, AT, 128, 254, 0x1234_5678);
        assertThat(bytes.getLong(AT)).isEqualTo(0x80fe_0000_1234_5678L);

        IcmpHeader.checksum(bytes, AT, 0xfffd);
        assertThat(bytes.getLong(AT)).isEqualTo(0x80fe_fffd_1234_5678L);
    }
}
