// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.stack.FlowKey;
import java.nio.ByteBuffer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class SocksDatagramPropertyTest {
    @Property
    void anAddressIsReadAsItWasWritten(
            @ForAll long high, @ForAll long low, @ForAll @IntRange(max = 65_535) int port, @ForAll boolean isIpv4) {
        long writtenHigh = isIpv4 ? 0 : high | 1L << 63;
        long writtenLow = isIpv4 ? FlowKey.mappedIpv4((int) low) : low;
        ByteBuffer bytes = ByteBuffer.allocate(64);
        int length = SocksDatagram.putAddress(bytes, 7, writtenHigh, writtenLow, port);

        assertThat(length).isEqualTo(isIpv4 ? 7 : 19);
        assertThat(SocksDatagram.addressBytes(bytes, 7, 7 + length)).isEqualTo(length);
        assertThat(SocksDatagram.addressBytes(bytes, 7, 7 + length - 1)).isZero();
        assertThat(SocksDatagram.high(bytes, 7)).isEqualTo(writtenHigh);
        assertThat(SocksDatagram.low(bytes, 7)).isEqualTo(writtenLow);
        assertThat(SocksDatagram.port(bytes, 7, length)).isEqualTo(port);
        assertThat(SocksDatagram.isName(bytes, 7)).isFalse();
    }

    @Property
    void anyBytesHaveALengthThatStaysInside(
            @ForAll @Size(max = 300) byte[] bytes, @ForAll @IntRange(max = 300) int at) {
        int start = Math.min(at, bytes.length);
        int length = SocksDatagram.addressBytes(ByteBuffer.wrap(bytes), start, bytes.length);

        assertThat(length).isBetween(0, bytes.length - start);
    }

    @Property
    void aNameIsAsLongAsItSays(@ForAll @IntRange(max = 255) int nameBytes) {
        ByteBuffer bytes = ByteBuffer.allocate(300).put(0, (byte) 3).put(1, (byte) nameBytes);

        assertThat(SocksDatagram.addressBytes(bytes, 0, 300)).isEqualTo(1 + 1 + nameBytes + 2);
        assertThat(SocksDatagram.addressBytes(bytes, 0, 1 + 1 + nameBytes + 1)).isZero();
    }

    @Property
    void aStreamPrefixHoldsBothLengths(
            @ForAll @IntRange(max = 65_535) int dataBytes, @ForAll @IntRange(min = 10, max = 255) int headerBytes) {
        ByteBuffer bytes = ByteBuffer.allocate(8);
        SocksDatagram.putStreamPrefix(bytes, 2, dataBytes, headerBytes);

        assertThat(Short.toUnsignedInt(bytes.getShort(2))).isEqualTo(dataBytes);
        assertThat(Byte.toUnsignedInt(bytes.get(4))).isEqualTo(headerBytes);
    }
}
