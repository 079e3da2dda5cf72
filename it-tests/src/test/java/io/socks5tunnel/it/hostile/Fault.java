// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.hostile;

/// One row of the table of faults.
///
/// @param step where the server misbehaves
/// @param failure how
/// @param scripts texts of [Conversation]s with `|` between them: what the server says to each connection by turns
/// @param rule by which the server's firewall treats the connection before, empty for none
/// @param verdict what the client has to see
/// @param bytes that the client sends once it is connected
/// @param tries how often a datagram is sent; 0 for a fault of a connection
record Fault(Step step, String failure, String scripts, String rule, Verdict verdict, int bytes, int tries) {
    private static final int FEW_BYTES = 1_000;

    /// A fault that a connection meets.
    static Fault ofStream(Step step, String failure, String script, Verdict verdict) {
        return new Fault(step, failure, script, "", verdict, FEW_BYTES, 0);
    }

    /// A fault that a datagram meets.
    static Fault ofDatagram(Step step, String failure, String script, Verdict verdict) {
        return new Fault(step, failure, script, "", verdict, 0, 1);
    }

    /// The same, but the server's firewall has this to say on SYNs.
    Fault behind(String newRule) {
        return new Fault(step, failure, scripts, newRule, verdict, bytes, tries);
    }

    /// The same with more bytes from the client.
    Fault sending(int newBytes) {
        return new Fault(step, failure, scripts, rule, verdict, newBytes, tries);
    }

    /// The same with a datagram that is sent again, on a connection that each source makes anew.
    Fault trying(int newTries) {
        return new Fault(step, failure, scripts, rule, verdict, bytes, newTries);
    }

    boolean isDatagram() {
        return tries > 0;
    }

    /// Whether one look at the clients can tell about both: they have to see the same, and whatever makes the fault
    /// does not stand in the way of the other.
    boolean canShareTimeWith(Fault other) {
        return verdict.isSlow()
                && verdict.equals(other.verdict)
                && rule.isEmpty()
                && other.rule.isEmpty()
                && bytes == other.bytes
                && tries == other.tries;
    }

    @Override
    public String toString() {
        return step.title() + ": " + failure;
    }
}
