// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.dns;

/// The bits of an IPv4 address that its netmask leaves to hosts, moved together to a number, and back. A netmask
/// may have gaps. Immutable.
///
/// [Integer#compress] is not used: the compiler of JDK 25 expects a wrong range of it, and leaves out checks that
/// its result needs (it looks like JDK-8350896).
final class HostBits {
    private final int mask;
    private final boolean hasGaps;

    HostBits(int netmask) {
        mask = ~netmask;
        hasGaps = (mask & mask + 1) != 0;
    }

    /// The number with all bits set, which is a broadcast address.
    int last() {
        return (int) ((1L << Integer.bitCount(mask)) - 1);
    }

    /// The number of an address, whatever the network.
    int numberOf(int address) {
        if (!hasGaps) {
            return address & mask;
        }
        int number = 0;
        int to = 1;
        for (int left = mask; left != 0; left &= left - 1) {
            number |= (address & Integer.lowestOneBit(left)) == 0 ? 0 : to;
            to <<= 1;
        }
        return number;
    }

    /// The bits of an address that say a number; those of the network are zero.
    int bitsOf(int number) {
        if (!hasGaps) {
            return number & mask;
        }
        int bits = 0;
        int rest = number;
        for (int left = mask; left != 0; left &= left - 1) {
            bits |= (rest & 1) == 0 ? 0 : Integer.lowestOneBit(left);
            rest >>>= 1;
        }
        return bits;
    }
}
