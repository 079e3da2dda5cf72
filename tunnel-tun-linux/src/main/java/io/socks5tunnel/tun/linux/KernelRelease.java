// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The number of a Linux kernel, `6.18.44` of `6.18.44-generic`, for the few defects that no call can find out.
///
/// @param major 0 if the number was not understood
record KernelRelease(int major, int minor, int patch) {
    private static final Pattern NUMBER = Pattern.compile("(\\d{1,6})\\.(\\d{1,6})(?:\\.(\\d{1,6}))?.*");

    /// Of the kernel that runs.
    static KernelRelease running() {
        return parse(System.getProperty("os.version"));
    }

    static KernelRelease parse(String release) {
        Matcher matcher = NUMBER.matcher(release);
        if (!matcher.matches()) {
            return new KernelRelease(0, 0, 0);
        }
        String patch = matcher.group(3);
        return new KernelRelease(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                patch == null ? 0 : Integer.parseInt(patch));
    }

    /// Whether it knows `UDP_SEGMENT`, since 4.18. An older one does not refuse it but sends the message whole, as one
    /// datagram.
    boolean cutsMessages() {
        return major > 4 || major == 4 && minor >= 18;
    }

    /// Whether it cuts UDP super-segments wrongly on their way to some devices, so that they arrive damaged: from
    /// 7.0 to 7.1.4. The same code serves a TUN and a socket.
    boolean manglesSuperDatagrams() {
        return major == 7 && (minor == 0 || minor == 1 && patch < 5);
    }
}
