// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.wire;

import static io.socks5tunnel.stack.fixture.PacketBytes.hex;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
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

    @Test
    void allEightBytesMakeOneNumber() {
        assertThat(IcmpHeader.word(0x80, 0xfe, 0xfffd, 0x8234_5678)).isEqualTo(0x80fe_fffd_8234_5678L);
        assertThat(IcmpHeader.word(3, 4, 0, 1500)).isEqualTo(0x0304_0000_0000_05dcL);
    }

    /// RFC 1122 §3.2.2 names them.
    @Test
    void fiveTypesOfIcmpTellOfErrors() {
        assertThat(types().filter(type -> IcmpHeader.isError(type, true))
                        .boxed()
                        .toList())
                .isEqualTo(List.of(3, 4, 5, 11, 12));
    }

    /// RFC 4443 §2.1: errors have the high bit clear.
    @Test
    void theLowerHalfOfTheTypesOfIcmpV6TellsOfErrors() {
        assertThat(types().filter(type -> IcmpHeader.isError(type, false))
                        .boxed()
                        .toList())
                .isEqualTo(IntStream.range(0, 128).boxed().toList());
    }

    private static IntStream types() {
        return IntStream.range(0, 256);
    }
}
