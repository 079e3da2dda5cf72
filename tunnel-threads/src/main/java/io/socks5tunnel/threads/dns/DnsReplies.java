// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.dns;

import java.nio.ByteBuffer;

/// Responses that are made out of other messages: of what they answer, no more than header and question is kept.
public final class DnsReplies {
    private static final int QUESTIONS = 0;
    private static final int QUESTION_FIXED_BYTES = 4;

    private DnsReplies() {}

    /// Cuts a response to its question in place, with TC set, so that the client asks again over TCP
    /// (RFC 2181 §9).
    ///
    /// @param length of the response, at least [DnsHeader#BYTES]
    /// @return bytes of what is left
    public static int truncate(ByteBuffer bytes, int at, int length) {
        return keepQuestion(bytes, at, length, DnsHeader.flags(bytes, at) | DnsHeader.TRUNCATED);
    }

    /// Turns a query in place into the response that nobody could be asked (SERVFAIL).
    ///
    /// @param length of the query, at least [DnsHeader#BYTES]
    /// @return bytes of the response
    public static int fail(ByteBuffer bytes, int at, int length) {
        int repeated = DnsHeader.OPCODE | DnsHeader.RECURSION_DESIRED | DnsHeader.CHECKING_DISABLED;
        int flags = DnsHeader.RESPONSE
                | DnsHeader.RECURSION_AVAILABLE
                | ResponseCode.SERVER_FAILURE.lowBits()
                | DnsHeader.flags(bytes, at) & repeated;
        return keepQuestion(bytes, at, length, flags);
    }

    private static int keepQuestion(ByteBuffer bytes, int at, int length, int flags) {
        int end = at + length;
        int name = DomainName.length(bytes, at + DnsHeader.BYTES, end);
        int questionEnd = at + DnsHeader.BYTES + name + QUESTION_FIXED_BYTES;
        boolean hasQuestion =
                DnsHeader.count(bytes, at, QUESTIONS) == 1 && name != DomainName.MALFORMED && questionEnd <= end;
        DnsHeader.write(bytes, at, DnsHeader.id(bytes, at), flags, hasQuestion ? 1 : 0, 0, 0);
        return hasQuestion ? questionEnd - at : DnsHeader.BYTES;
    }
}
