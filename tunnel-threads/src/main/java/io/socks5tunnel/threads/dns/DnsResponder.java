// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads.dns;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Answers the queries that come to mapdns' own address.
///
/// | question | answer |
/// | --- | --- |
/// | A, or AAAA where names have IPv6 addresses | the mapped address, new if need be |
/// | PTR of a mapped address | its name |
/// | PTR of another address; an address of what is no host name | NXDOMAIN |
/// | other types: HTTPS, SVCB, TXT, ANY … | NOERROR without a record, so that nobody waits |
/// | other classes than IN, transfers | REFUSED |
/// | operations other than a query | NOTIMP |
/// | malformed, or not exactly one question (RFC 9619) | FORMERR |
/// | shorter than a header, or a response | none |
///
/// Confined to one shard.
public final class DnsResponder {
    /// Room that every answer fits into, bytes.
    public static final int MAX_REPLY_BYTES = ReplyWriter.MAX_BYTES;

    /// What to say for a limit where there is none.
    public static final int NO_LIMIT = Integer.MAX_VALUE;

    private static final String LOCALHOST = "localhost";
    private static final String INVALID = "invalid";

    private final MapDns names;
    private final DnsQuery query = new DnsQuery();
    private final ReplyWriter reply = new ReplyWriter();
    private long answered;
    private long malformed;

    /// Answers from these names.
    public DnsResponder(MapDns names) {
        this.names = names;
    }

    /// Answers a query that came by UDP: within the size that the client takes.
    ///
    /// @param message holds the query at `[at, at + length)`
    /// @param into takes the reply from `offset` on, up to [#MAX_REPLY_BYTES]
    /// @return bytes of the reply, 0 if there is none
    public int answerDatagram(ByteBuffer message, int at, int length, ByteBuffer into, int offset, long nowNanos) {
        DnsQuery.Form form = query.read(message, at, length);
        return answer(form, into, offset, query.udpPayloadBytes(), nowNanos);
    }

    /// Answers a query that came by TCP; see [#answerDatagram].
    public int answerMessage(ByteBuffer message, int at, int length, ByteBuffer into, int offset, long nowNanos) {
        return answer(query.read(message, at, length), into, offset, NO_LIMIT, nowNanos);
    }

    /// Queries answered so far, errors included.
    public long answered() {
        return answered;
    }

    /// Messages so far that were malformed, whether they got an answer or not.
    public long malformed() {
        return malformed;
    }

    private int answer(DnsQuery.Form form, ByteBuffer into, int offset, int limitBytes, long nowNanos) {
        if (form == DnsQuery.Form.NO_QUERY) {
            malformed++;
            return 0;
        }
        reply.begin(query, into, offset);
        ResponseCode code = switch (form) {
            case QUESTION -> answerQuestion(nowNanos);
            case OTHER_OPERATION -> ResponseCode.NOT_IMPLEMENTED;
            case OTHER_EDNS -> ResponseCode.BAD_VERSION;
            case MALFORMED, NO_QUERY -> {
                malformed++;
                yield ResponseCode.FORMAT_ERROR;
            }
        };
        answered++;
        return reply.end(query, code, limitBytes);
    }

    private ResponseCode answerQuestion(long nowNanos) {
        if (query.recordClass() != RecordType.CLASS_IN || RecordType.isMeta(query.type())) {
            return ResponseCode.REFUSED;
        }
        return switch (query.type()) {
            case RecordType.A -> answerAddress(true, nowNanos);
            case RecordType.AAAA -> answerAddress(false, nowNanos);
            case RecordType.PTR -> answerPointer(nowNanos);
            default -> ResponseCode.NO_ERROR;
        };
    }

    private ResponseCode answerAddress(boolean isIpv4, long nowNanos) {
        String name = query.name();
        if (!isMappable(name)) {
            return ResponseCode.NAME_ERROR;
        }
        if (!isIpv4 && !names.network().hasIpv6()) {
            return ResponseCode.NO_ERROR;
        }
        int slot = names.table().slotOf(name, nowNanos);
        if (slot == NameTable.NO_SLOT) {
            return ResponseCode.SERVER_FAILURE;
        }
        if (isIpv4) {
            reply.address(names.network().ipv4(slot));
        } else {
            reply.address(names.network().ipv6High(), names.network().ipv6Low(slot));
        }
        return ResponseCode.NO_ERROR;
    }

    private ResponseCode answerPointer(long nowNanos) {
        ReverseName asked = ReverseName.of(query.name());
        if (asked.isNone()) {
            return ResponseCode.NAME_ERROR;
        }
        @Nullable String name = names.nameOf(asked.high(), asked.low(), nowNanos);
        if (name == null) {
            return ResponseCode.NAME_ERROR;
        }
        reply.pointer(name);
        return ResponseCode.NO_ERROR;
    }

    /// Names of this machine and names that never exist are no business of the SOCKS server (RFC 6761 §6.3, §6.4).
    private static boolean isMappable(String name) {
        return DomainName.isHostName(name) && !isUnder(name, LOCALHOST) && !isUnder(name, INVALID);
    }

    private static boolean isUnder(String name, String domain) {
        return name.endsWith(domain)
                && (name.length() == domain.length() || name.charAt(name.length() - domain.length() - 1) == '.');
    }
}
