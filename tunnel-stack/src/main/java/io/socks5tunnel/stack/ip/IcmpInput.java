// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.ip;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.spi.ChecksumState;
import io.socks5tunnel.stack.wire.IcmpHeader;
import io.socks5tunnel.stack.wire.InternetChecksum;
import io.socks5tunnel.stack.wire.IpProtocol;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Takes ICMP and ICMPv6 messages in: answers echo requests in the place of whatever they were sent to (RFC 1122
/// §3.2.2.6, RFC 4443 §4.2), and reads the errors that come back about what this stack has sent. Confined to one
/// shard.
public final class IcmpInput {
    private final IpOutput output;
    private final boolean isEchoAnswered;
    private final QuotedSegment quoted = new QuotedSegment();

    /// Answers through `output`.
    public IcmpInput(IpOutput output, boolean isEchoAnswered) {
        this.output = output;
        this.isEchoAnswered = isEchoAnswered;
    }

    /// Checks the message in `datagram` and answers it if it is an echo request.
    ///
    /// @return null if it was answered, or is an error that [#quoted] tells of; otherwise why it is dropped
    public @Nullable DropReason take(Datagram datagram) {
        quoted.clear();
        if (datagram.payloadLength() < IcmpHeader.LENGTH) {
            return DropReason.ICMP_MALFORMED;
        }
        if (datagram.packet().checksum() == ChecksumState.UNVERIFIED && !isChecksumRight(datagram)) {
            return DropReason.ICMP_CHECKSUM;
        }
        ByteBuffer bytes = datagram.bytes();
        int type = IcmpHeader.type(bytes, datagram.payloadOffset());
        if (type == (datagram.isIpv4() ? IcmpHeader.ECHO_REQUEST : IcmpHeader.ECHO_REQUEST_V6)) {
            return answer(datagram);
        }
        if (!IcmpHeader.isError(type, datagram.isIpv4())) {
            return DropReason.ICMP_IGNORED;
        }
        return quoted.read(datagram);
    }

    /// What the message taken last says about a TCP segment of this stack's; empty if it says nothing.
    public QuotedSegment quoted() {
        return quoted;
    }

    private @Nullable DropReason answer(Datagram request) {
        int at = request.payloadOffset();
        ByteBuffer bytes = request.bytes();
        if (!isEchoAnswered || IcmpHeader.code(bytes, at) != 0) {
            return DropReason.ICMP_IGNORED;
        }
        int dataAt = at + IcmpHeader.LENGTH;
        int dataLength = request.payloadLength() - IcmpHeader.LENGTH;
        // The answer comes from whatever was asked.
        long askedHigh = request.destinationHigh();
        long askedLow = request.destinationLow();
        output.begin(askedHigh, askedLow, request.sourceHigh(), request.sourceLow());
        if (dataLength > output.maxPayloadBytes()) {
            return DropReason.ICMP_MALFORMED;
        }
        int rest = IcmpHeader.rest(bytes, at);
        output.carrying(request.protocol(), rest >>> 16);
        int type = request.isIpv4() ? IcmpHeader.ECHO_REPLY : IcmpHeader.ECHO_REPLY_V6;
        long sum = IcmpHeader.word(type, 0, 0, rest);
        sum = (sum >>> 32) + (sum & 0xffff_ffffL) + InternetChecksum.sum(bytes, dataAt, dataLength);
        if (!request.isIpv4()) {
            sum += InternetChecksum.pseudoHeader(
                    askedHigh,
                    askedLow,
                    request.sourceHigh(),
                    request.sourceLow(),
                    IpProtocol.ICMP_V6,
                    request.payloadLength());
        }
        long header = IcmpHeader.word(type, 0, InternetChecksum.finish(sum), rest);
        output.send(header, 0, request.packet().slab(), dataAt, dataLength);
        return null;
    }

    /// ICMP sums the message alone, ICMPv6 the pseudo-header too (RFC 4443 §2.3).
    private static boolean isChecksumRight(Datagram datagram) {
        int length = datagram.payloadLength();
        return datagram.isIpv4()
                ? InternetChecksum.finish(InternetChecksum.sum(datagram.bytes(), datagram.payloadOffset(), length)) == 0
                : datagram.isChecksumRight(length);
    }
}
