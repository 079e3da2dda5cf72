// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

/// The Internet checksum as RFC 1071 §1 describes it, 16 bits at a time and without any cleverness, so that it can
/// be trusted to judge faster ones.
public final class NaiveChecksum {
    private long sum;

    /// The sum of nothing.
    public NaiveChecksum() {}

    /// Adds bytes; the first of them is the high half of a 16-bit number.
    public NaiveChecksum add(byte[] bytes, int offset, int length) {
        for (int i = 0; i < length; i++) {
            int octet = Byte.toUnsignedInt(bytes[offset + i]);
            sum += i % 2 == 0 ? octet << 8 : octet;
        }
        return this;
    }

    /// Adds all of `bytes`.
    public NaiveChecksum add(byte[] bytes) {
        return add(bytes, 0, bytes.length);
    }

    /// Adds a 16-bit number.
    public NaiveChecksum add(int number) {
        sum += number & 0xffff;
        return this;
    }

    /// The pseudo-header: the same sum for IPv4 (RFC 9293 §3.1) and IPv6 (RFC 8200 §8.1), since zeros add nothing.
    public static NaiveChecksum pseudoHeader(byte[] source, byte[] destination, int protocol, int length) {
        return new NaiveChecksum()
                .add(source)
                .add(destination)
                .add(protocol)
                .add(length >>> 16)
                .add(length);
    }

    /// The ones' complement sum, 0 to 0xffff.
    public int folded() {
        long folded = sum;
        while (folded > 0xffff) {
            folded = (folded & 0xffff) + (folded >>> 16);
        }
        return (int) folded;
    }

    /// What goes into the checksum field.
    public int checksum() {
        return ~folded() & 0xffff;
    }
}
