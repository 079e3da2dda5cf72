// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.dns;

import io.socks5tunnel.stack.FlowKey;

/// Names that ask for the name of an address: `4.3.2.1.in-addr.arpa` (RFC 1035 §3.5), and 32 digits under
/// `ip6.arpa` (RFC 3596 §2.5).
///
/// @param high upper half of the address, in the form of flow keys
/// @param low lower half of the address
record ReverseName(long high, long low) {
    /// What is none of these names, and the name of no host's address.
    static final ReverseName NONE = new ReverseName(0, 0);

    private static final String IPV4_SUFFIX = ".in-addr.arpa";
    private static final String IPV6_SUFFIX = ".ip6.arpa";
    private static final int IPV6_DIGITS = 32;

    /// Reads a name in lower case.
    static ReverseName of(String name) {
        if (name.endsWith(IPV4_SUFFIX)) {
            return ipv4(name.substring(0, name.length() - IPV4_SUFFIX.length()));
        }
        if (name.endsWith(IPV6_SUFFIX)) {
            return ipv6(name.substring(0, name.length() - IPV6_SUFFIX.length()));
        }
        return NONE;
    }

    /// Whether the name is none of these.
    boolean isNone() {
        return this.equals(NONE);
    }

    private static ReverseName ipv4(String labels) {
        String[] parts = labels.split("\\.", -1);
        if (parts.length != Integer.BYTES) {
            return NONE;
        }
        long address = 0;
        for (int i = 0; i < parts.length; i++) {
            int part = decimal(parts[i]);
            if (part < 0) {
                return NONE;
            }
            address |= (long) part << 8 * i;
        }
        return new ReverseName(0, FlowKey.mappedIpv4((int) address));
    }

    private static ReverseName ipv6(String labels) {
        if (labels.length() != 2 * IPV6_DIGITS - 1) {
            return NONE;
        }
        long high = 0;
        long low = 0;
        for (int i = 0; i < IPV6_DIGITS; i++) {
            int digit = Character.digit(labels.charAt(2 * i), 16);
            boolean isSeparated = i == 0 || labels.charAt(2 * i - 1) == '.';
            if (digit < 0 || !isSeparated) {
                return NONE;
            }
            // the first digit of the name is the last one of the address
            if (i < IPV6_DIGITS / 2) {
                low |= (long) digit << 4 * i;
            } else {
                high |= (long) digit << 4 * (i - IPV6_DIGITS / 2);
            }
        }
        return new ReverseName(high, low);
    }

    /// A number from 0 to 255 without a zero in front, or -1.
    private static int decimal(String text) {
        if (text.isEmpty() || text.length() > 3 || (text.length() > 1 && text.charAt(0) == '0')) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value <= 255 ? value : -1;
    }
}
