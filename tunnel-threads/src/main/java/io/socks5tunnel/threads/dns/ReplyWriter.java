// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.dns;

import java.nio.ByteBuffer;

/// Writes the response to a query: the question as it came, capitals and all, at most one record, and an OPT record
/// if the query had one (RFC 6891 §6.1.1; unknown options are not repeated).
///
/// Confined to one shard.
final class ReplyWriter {
    /// The longest reply that is ever written: a question, an answer with the longest name, and OPT.
    static final int MAX_BYTES = DnsHeader.BYTES + DomainName.MAX_BYTES + 4 + 12 + DomainName.MAX_BYTES + 11;

    /// What this side takes over UDP: what goes through any network in one piece (RFC 9715 §3.1).
    static final int UDP_PAYLOAD_BYTES = 1232;

    /// Seconds that an answer may be kept. As the original does: a mapping may give way to another.
    static final int TTL_SECONDS = 1;

    private static final short POINTER_TO_QUESTION = (short) (0xc000 | DnsHeader.BYTES);
    private static final int ANSWER_HEAD_BYTES = 12;
    private static final int EDNS_BYTES = 11;
    private static final int DNSSEC_OK = 0x8000;

    private ByteBuffer into = ByteBuffer.allocate(0);
    private int start;
    private int at;
    private int answers;

    ReplyWriter() {}

    /// Begins a reply.
    ///
    /// @param target takes at least [#MAX_BYTES] from `offset` on
    void begin(DnsQuery query, ByteBuffer target, int offset) {
        into = target;
        start = offset;
        answers = 0;
        at = offset + DnsHeader.BYTES;
        into.put(at, query.bytes(), query.questionOffset(), query.questionBytes());
        at += query.questionBytes();
    }

    /// Adds an A record.
    void address(int ipv4) {
        answer(RecordType.A, Integer.BYTES);
        into.putInt(at, ipv4);
        at += Integer.BYTES;
    }

    /// Adds an AAAA record.
    void address(long high, long low) {
        answer(RecordType.AAAA, 2 * Long.BYTES);
        into.putLong(at, high).putLong(at + Long.BYTES, low);
        at += 2 * Long.BYTES;
    }

    /// Adds a PTR record.
    void pointer(String name) {
        answer(RecordType.PTR, name.length() + 2);
        at += DomainName.write(name, into, at);
    }

    /// Ends the reply. One that is longer than the client takes is cut to the question, with TC set, so that it
    /// asks again over TCP.
    ///
    /// @param limitBytes what the client takes
    /// @return bytes of the reply
    int end(DnsQuery query, ResponseCode code, int limitBytes) {
        int flags = DnsHeader.RESPONSE
                | DnsHeader.RECURSION_AVAILABLE
                | code.lowBits()
                | query.flags() & (DnsHeader.OPCODE | DnsHeader.RECURSION_DESIRED | DnsHeader.CHECKING_DISABLED);
        int edns = query.hasEdns() ? EDNS_BYTES : 0;
        if (at - start + edns > limitBytes) {
            flags |= DnsHeader.TRUNCATED;
            answers = 0;
            at = start + DnsHeader.BYTES + query.questionBytes();
        }
        if (query.hasEdns()) {
            writeEdns(code, query.isDnssecOk());
        }
        int questions = query.questionBytes() > 0 ? 1 : 0;
        DnsHeader.write(into, start, query.id(), flags, questions, answers, query.hasEdns() ? 1 : 0);
        return at - start;
    }

    private void answer(int type, int dataBytes) {
        into.putShort(at, POINTER_TO_QUESTION)
                .putShort(at + 2, (short) type)
                .putShort(at + 4, (short) RecordType.CLASS_IN)
                .putInt(at + 6, TTL_SECONDS)
                .putShort(at + 10, (short) dataBytes);
        at += ANSWER_HEAD_BYTES;
        answers++;
    }

    private void writeEdns(ResponseCode code, boolean isDnssecOk) {
        into.put(at, (byte) 0)
                .putShort(at + 1, (short) RecordType.OPT)
                .putShort(at + 3, (short) UDP_PAYLOAD_BYTES)
                .put(at + 5, (byte) code.highBits())
                .put(at + 6, (byte) 0)
                .putShort(at + 7, (short) (isDnssecOk ? DNSSEC_OK : 0))
                .putShort(at + 9, (short) 0);
        at += EDNS_BYTES;
    }
}
