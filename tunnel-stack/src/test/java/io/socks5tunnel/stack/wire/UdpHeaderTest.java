// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.wire;

import static io.socks5tunnel.stack.fixture.PacketBytes.hex;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class UdpHeaderTest {
    private static final int AT = 1;

    @Test
    void everyFieldIsUnsignedAndInItsPlace() {
        ByteBuffer bytes = ByteBuffer.allocate(AT + 8).put(AT, hex("fffe 8035 fffd 8001"));

        assertThat(UdpHeader.sourcePort(bytes, AT)).isEqualTo(0xfffe);
        assertThat(UdpHeader.destinationPort(bytes, AT)).isEqualTo(0x8035);
        assertThat(UdpHeader.length(bytes, AT)).isEqualTo(0xfffd);
        assertThat(UdpHeader.checksum(bytes, AT)).isEqualTo(0x8001);
    }

    @Test
    void everyByteIsWritten() {
        ByteBuffer bytes = ByteBuffer.allocate(AT + 8).put(AT, hex("ff".repeat(8)));

        UdpHeader.write(bytes, AT, 0xfffe, 0x8035, 0xfffd);
        assertThat(bytes.getLong(AT)).isEqualTo(0xfffe_8035_fffd_0000L);

        UdpHeader.checksum(bytes, AT, 0x8001);
        assertThat(bytes.getLong(AT)).isEqualTo(0xfffe_8035_fffd_8001L);
    }
}
