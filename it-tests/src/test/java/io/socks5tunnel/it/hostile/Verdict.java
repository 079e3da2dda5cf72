// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.hostile;

/// What a client has to see of a fault.
///
/// @param seen as a [Seen] says it
/// @param icmp the message that the TUN device brought to each attempt, empty for none
/// @param fromMillis not earlier than that after the beginning, 0 for "at once"
record Verdict(String seen, String icmp, int fromMillis) {
    /// The tunnel's `connect-timeout`: long enough for a server that sends a byte a second to get a second one in.
    static final int CONNECT_TIMEOUT_MILLIS = 1_500;

    /// The tunnel's `tcp-read-write-timeout`.
    static final int IDLE_MILLIS = 3_000;

    private static final String HOST = "host-unreachable";
    private static final String PORT = "port-unreachable";

    /// RST to a connect.
    static final Verdict REFUSED = new Verdict("ECONNREFUSED", "", 0);

    /// The host is unreachable, at once.
    static final Verdict UNREACHABLE = new Verdict("EHOSTUNREACH", HOST, 0);

    /// The same, when the connect time-out has passed.
    static final Verdict TIMED_OUT = new Verdict("EHOSTUNREACH", HOST, CONNECT_TIMEOUT_MILLIS);

    /// Everything as it should be.
    static final Verdict SERVED = new Verdict("ECHO,END", "", 0);

    /// A connection that comes to be, and is reset for its idleness.
    static final Verdict RESET_FOR_IDLENESS = new Verdict("NOTHING,ECONNRESET", "", IDLE_MILLIS);

    /// The port is unreachable, for a datagram.
    static final Verdict NO_PORT = new Verdict("ECONNREFUSED", PORT, 0);

    /// The host is unreachable, for a datagram.
    static final Verdict NO_HOST = new Verdict("UNREACHABLE", HOST, 0);

    /// The same, when the connect time-out has passed.
    static final Verdict NO_HOST_IN_TIME = new Verdict("UNREACHABLE", HOST, CONNECT_TIMEOUT_MILLIS);

    /// A datagram that comes back unchanged, once.
    static final Verdict ANSWERED = new Verdict("ANSWERED", "", 0);

    /// The same, and another before it.
    static final Verdict TOLD_TWICE = new Verdict("TWICE", "", 0);

    /// A datagram that is lost without a word.
    static final Verdict LOST = new Verdict("NOTHING", "", 0);

    /// Something else that is seen of a stream.
    static Verdict of(String seen) {
        return new Verdict(seen, "", 0);
    }

    /// Whether it takes a time-out until it is seen.
    boolean isSlow() {
        return fromMillis > 0;
    }
}
