// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the kernel says this process may do.
///
/// @param isRoot whether its effective user is 0
/// @param hasCapabilities whether it has any that it may use
record ProcessRights(boolean isRoot, boolean hasCapabilities) {
    /// Real, effective, saved and file system's.
    private static final Pattern USERS = Pattern.compile("(?m)^Uid:\\s+\\d+\\s+(\\d+)");

    private static final Pattern PERMITTED = Pattern.compile("(?m)^CapPrm:\\s+([0-9a-f]+)");
    private static final int HEX = 16;

    /// Reads a file of the form of `/proc/self/status`.
    static ProcessRights read(Path status) throws IOException {
        String text = Files.readString(status);
        return new ProcessRights(number(USERS, 10, text, status) == 0, number(PERMITTED, HEX, text, status) != 0);
    }

    private static long number(Pattern line, int radix, String text, Path status) throws IOException {
        Matcher found = line.matcher(text);
        if (!found.find()) {
            throw new IOException(status + " has no line of the form " + line);
        }
        return Long.parseUnsignedLong(found.group(1), radix);
    }
}
