// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

/// The control bits of a TCP header (RFC 9293 §3.1, RFC 9768 for AE), with the letters that logs use.
public enum TcpFlag {
    /// No more data from the sender.
    FIN('F', 0x01),
    /// Synchronise sequence numbers.
    SYN('S', 0x02),
    /// Reset the connection.
    RST('R', 0x04),
    /// Push.
    PSH('P', 0x08),
    /// The acknowledgement field counts.
    ACK('A', 0x10),
    /// The urgent pointer counts.
    URG('U', 0x20),
    /// ECN echo.
    ECE('E', 0x40),
    /// Congestion window reduced.
    CWR('C', 0x80),
    /// Accurate ECN.
    AE('N', 0x100);

    private final char letter;
    private final int bit;

    TcpFlag(char letter, int bit) {
        this.letter = letter;
        this.bit = bit;
    }

    /// Its bit in the 9-bit flags value, AE the highest.
    public int bit() {
        return bit;
    }

    /// Whether it is set in `flags`.
    public boolean isIn(int flags) {
        return (flags & bit) != 0;
    }

    /// Turns letters, such as `SA`, into bits; a dot counts for nothing.
    ///
    /// @throws IllegalArgumentException for a letter that no flag has
    public static int parse(String letters) {
        int flags = 0;
        for (int i = 0; i < letters.length(); i++) {
            flags |= bitOf(letters.charAt(i));
        }
        return flags;
    }

    /// The letters of the bits in `flags`, in the order of the bits, so SYN-ACK is `SA`; a dot if there is none.
    public static String format(int flags) {
        StringBuilder text = new StringBuilder();
        for (TcpFlag flag : values()) {
            if (flag.isIn(flags)) {
                text.append(flag.letter);
            }
        }
        return text.isEmpty() ? "." : text.toString();
    }

    private static int bitOf(char letter) {
        for (TcpFlag flag : values()) {
            if (flag.letter == letter) {
                return flag.bit;
            }
        }
        if (letter == '.') {
            return 0;
        }
        throw new IllegalArgumentException("no TCP flag has the letter " + letter);
    }
}
