// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Tells addresses from other text, without asking any name service.
final class AddressText {
    private AddressText() {}

    /// Whether this is what `inet_pton` takes: four decimal numbers up to 255, none with a zero in front.
    static boolean isIpv4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return false;
        }
        for (String part : parts) {
            if (!isByte(part)) {
                return false;
            }
        }
        return true;
    }

    /// The bits of an IPv4 address in network order, of a text for which [#isIpv4(String)] holds.
    static int ipv4Bits(String text) {
        int bits = 0;
        for (String part : text.split("\\.", -1)) {
            bits = bits << 8 | Integer.parseInt(part);
        }
        return bits;
    }

    /// Whether this is an IPv6 address, without brackets, prefix length or zone.
    static boolean isIpv6(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean isPart = c == ':' || c == '.' || (c < 0x80 && Character.digit(c, 16) >= 0);
            if (!isPart) {
                return false;
            }
        }
        try {
            return text.indexOf(':') >= 0 && Inet6Address.ofLiteral(text).getAddress().length > 0;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /// Whether an IPv6 address, for which [#isIpv6(String)] holds, can be the first of a /96 of unicast addresses
    /// that are not IPv4's in another form.
    static boolean isIpv6Network(String text) {
        ByteBuffer bytes = ByteBuffer.wrap(Inet6Address.ofLiteral(text).getAddress());
        boolean isMulticast = bytes.get(0) == (byte) 0xff;
        return bytes.capacity() == 16 && bytes.getLong(0) != 0 && bytes.getInt(12) == 0 && !isMulticast;
    }

    /// Why a text can neither be an address nor a host name, or an empty string. Names are looked up much later,
    /// for every flow anew, so only what no resolver could find is refused.
    static String problemOfHost(String text) {
        if (text.getBytes(StandardCharsets.UTF_8).length > 255) {
            return "is longer than 255 bytes";
        }
        if (text.indexOf(':') >= 0) {
            return isIpv6(withoutZone(text))
                    ? ""
                    : "is no address (a port has a key of its own, and IPv6 takes no brackets)";
        }
        if (text.chars().anyMatch(c -> c <= ' ' || c == 0x7F || "/@[]%\\".indexOf(c) >= 0)) {
            return "is neither an address nor a host name";
        }
        boolean isNumeric = text.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
        return isNumeric && !isOldIpv4(text) ? "is no IPv4 address" : "";
    }

    /// Whether this is one of the short and octal forms that resolvers still take, such as 127.1.
    private static boolean isOldIpv4(String text) {
        try {
            return Inet4Address.ofPosixLiteral(text).getAddress().length > 0;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static String withoutZone(String text) {
        int zone = text.indexOf('%');
        boolean hasZone = zone >= 0 && zone < text.length() - 1;
        return hasZone ? text.substring(0, zone) : text;
    }

    private static boolean isByte(String part) {
        if (part.isEmpty() || part.length() > 3 || (part.length() > 1 && part.charAt(0) == '0')) {
            return false;
        }
        int value = 0;
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            if (c < '0' || c > '9') {
                return false;
            }
            value = value * 10 + (c - '0');
        }
        return value <= 255;
    }
}
