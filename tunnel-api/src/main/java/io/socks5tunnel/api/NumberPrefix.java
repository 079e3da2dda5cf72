// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

/// The number that a text begins with, found as C's `strtoul` finds it.
///
/// @param value the number; what is too large for it is [Long#MAX_VALUE], and with a minus [Long#MIN_VALUE]
/// @param hasDigits whether there was a number at all
/// @param end index behind the last digit
record NumberPrefix(long value, boolean hasDigits, int end) {
    private static final String SPACE = " \t\n\u000B\f\r";

    static NumberPrefix of(String text, boolean isAnyBase) {
        int at = 0;
        while (at < text.length() && SPACE.indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        boolean isNegative = text.startsWith("-", at);
        if (isNegative || text.startsWith("+", at)) {
            at++;
        }
        if (isAnyBase && text.regionMatches(true, at, "0x", 0, 2) && digit(text, at + 2, 16) >= 0) {
            return digits(text, at + 2, 16, isNegative);
        }
        return digits(text, at, isAnyBase && text.startsWith("0", at) ? 8 : 10, isNegative);
    }

    /// Whether nothing but space follows the number.
    boolean isWhole(String text) {
        return text.substring(end).isBlank();
    }

    private static NumberPrefix digits(String text, int start, int radix, boolean isNegative) {
        long value = 0;
        boolean isTooLarge = false;
        int at = start;
        for (int digit = digit(text, at, radix); digit >= 0; digit = digit(text, at, radix)) {
            isTooLarge |= value > (Long.MAX_VALUE - digit) / radix;
            value = isTooLarge ? Long.MAX_VALUE : value * radix + digit;
            at++;
        }
        if (isNegative) {
            value = isTooLarge ? Long.MIN_VALUE : -value;
        }
        return new NumberPrefix(value, at > start, at);
    }

    /// The digit at an index, or -1. ASCII only, where [Character#digit(char, int)] knows the digits of all
    /// scripts.
    private static int digit(String text, int at, int radix) {
        boolean isAscii = at < text.length() && text.charAt(at) < 0x80;
        return isAscii ? Character.digit(text.charAt(at), radix) : -1;
    }
}
