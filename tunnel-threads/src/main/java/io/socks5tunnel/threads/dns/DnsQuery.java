// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.dns;

import java.nio.ByteBuffer;

/// One query as it was received: parsed fields and where its question lies.
///
/// There is one per shard; it is valid until the next [#read], and as long as the bytes are. It owns nothing and
/// never throws, whatever the bytes are. Confined to one shard.
public final class DnsQuery {
    private static final int QUESTIONS = 0;
    private static final int ANSWERS = 1;
    private static final int AUTHORITY = 2;
    private static final int ADDITIONAL = 3;
    private static final int QUESTION_FIXED_BYTES = 4;
    private static final int RECORD_FIXED_BYTES = 10;
    private static final int LENGTH_FIELD_OFFSET = 8;
    private static final int CLASS_FIELD_OFFSET = 2;
    private static final int VERSION_FIELD_OFFSET = 5;
    private static final int EDNS_FLAGS_FIELD_OFFSET = 6;
    private static final int DNSSEC_OK = 0x8000;
    private static final int MIN_UDP_BYTES = 512;

    private ByteBuffer bytes = ByteBuffer.allocate(0);
    private int start;
    private int questionBytes;
    private int type;
    private int recordClass;
    private boolean hasEdns;
    private int ednsVersion;
    private boolean isDnssecOk;
    private int udpPayloadBytes;

    /// A view of nothing.
    public DnsQuery() {}

    /// What a message is.
    public enum Form {
        /// A query with one question.
        QUESTION,
        /// A query with an operation other than asking.
        OTHER_OPERATION,
        /// A query with EDNS of a later version.
        OTHER_EDNS,
        /// A query, but malformed: it is told so.
        MALFORMED,
        /// No query at all: too short to have an id, or itself a response, which answering could make go on for
        /// ever.
        NO_QUERY
    }

    /// Shows a message.
    ///
    /// @param message holds it at `[at, at + length)`; network order
    public Form read(ByteBuffer message, int at, int length) {
        bytes = message;
        start = at;
        questionBytes = 0;
        hasEdns = false;
        isDnssecOk = false;
        ednsVersion = 0;
        udpPayloadBytes = MIN_UDP_BYTES;
        if (length < DnsHeader.BYTES || DnsHeader.isResponse(message, at)) {
            return Form.NO_QUERY;
        }
        if ((DnsHeader.flags(message, at) & DnsHeader.OPCODE) != 0) {
            return Form.OTHER_OPERATION;
        }
        int end = at + length;
        if (DnsHeader.count(message, at, QUESTIONS) != 1 || !readQuestion(end)) {
            return Form.MALFORMED;
        }
        if (!readRecords(end)) {
            hasEdns = false;
            return Form.MALFORMED;
        }
        return ednsVersion == 0 ? Form.QUESTION : Form.OTHER_EDNS;
    }

    /// The id, 0 to 65535.
    public int id() {
        return DnsHeader.id(bytes, start);
    }

    /// The bytes that the query lies in.
    ByteBuffer bytes() {
        return bytes;
    }

    int flags() {
        return DnsHeader.flags(bytes, start);
    }

    /// Where the question begins in [#bytes].
    int questionOffset() {
        return start + DnsHeader.BYTES;
    }

    /// Name, type and class together, bytes; 0 if they could not be read.
    public int questionBytes() {
        return questionBytes;
    }

    /// The type asked for, 0 to 65535.
    int type() {
        return type;
    }

    /// The class asked for, 0 to 65535.
    int recordClass() {
        return recordClass;
    }

    /// The name asked for, see [DomainName#text]. Allocates.
    String name() {
        return DomainName.text(bytes, questionOffset());
    }

    /// Whether there is an OPT record, so that there has to be one in the answer.
    boolean hasEdns() {
        return hasEdns;
    }

    /// The DO bit, which answers repeat (RFC 3225 §3).
    boolean isDnssecOk() {
        return isDnssecOk;
    }

    /// The largest answer that the client takes over UDP, bytes, at least 512 (RFC 6891 §6.2.3).
    public int udpPayloadBytes() {
        return udpPayloadBytes;
    }

    private boolean readQuestion(int end) {
        int name = DomainName.length(bytes, questionOffset(), end);
        int fixedAt = questionOffset() + name;
        if (name == DomainName.MALFORMED || fixedAt + QUESTION_FIXED_BYTES > end) {
            return false;
        }
        type = Short.toUnsignedInt(bytes.getShort(fixedAt));
        recordClass = Short.toUnsignedInt(bytes.getShort(fixedAt + CLASS_FIELD_OFFSET));
        questionBytes = name + QUESTION_FIXED_BYTES;
        return true;
    }

    /// Reads over all records and finds OPT among the additional ones. What lies behind the last record is no
    /// concern.
    private boolean readRecords(int end) {
        int before = DnsHeader.count(bytes, start, ANSWERS) + DnsHeader.count(bytes, start, AUTHORITY);
        int all = before + DnsHeader.count(bytes, start, ADDITIONAL);
        int at = questionOffset() + questionBytes;
        for (int i = 0; i < all; i++) {
            int name = DomainName.storedLength(bytes, at, end);
            int fixedAt = at + name;
            if (name == DomainName.MALFORMED || fixedAt + RECORD_FIXED_BYTES > end) {
                return false;
            }
            int dataAt = fixedAt + RECORD_FIXED_BYTES;
            int next = dataAt + Short.toUnsignedInt(bytes.getShort(fixedAt + LENGTH_FIELD_OFFSET));
            if (next > end) {
                return false;
            }
            boolean isEdns = i >= before && Short.toUnsignedInt(bytes.getShort(fixedAt)) == RecordType.OPT;
            if (isEdns && !readEdns(name, fixedAt)) {
                return false;
            }
            at = next;
        }
        return true;
    }

    /// One OPT record at most, and its owner is the root (RFC 6891 §6.1.1, §6.1.2).
    private boolean readEdns(int nameBytes, int fixedAt) {
        if (hasEdns || nameBytes != 1) {
            return false;
        }
        hasEdns = true;
        udpPayloadBytes = Math.max(MIN_UDP_BYTES, Short.toUnsignedInt(bytes.getShort(fixedAt + CLASS_FIELD_OFFSET)));
        ednsVersion = bytes.get(fixedAt + VERSION_FIELD_OFFSET);
        isDnssecOk = (bytes.getShort(fixedAt + EDNS_FLAGS_FIELD_OFFSET) & DNSSEC_OK) != 0;
        return true;
    }
}
