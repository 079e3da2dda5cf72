// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.udp;

import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.stack.ClientSource;
import io.socks5tunnel.stack.PacketSink;
import io.socks5tunnel.stack.ip.IpOutput;
import io.socks5tunnel.stack.wire.InternetChecksum;
import io.socks5tunnel.stack.wire.IpProtocol;
import io.socks5tunnel.stack.wire.Ipv4Header;
import io.socks5tunnel.stack.wire.UdpHeader;

/// Sends UDP datagrams to clients. Confined to one shard.
public final class UdpOutput {
    private static final int ALL_ONES = 0xffff;

    private final PacketSink sink;
    private final IpOutput output;

    /// Sends through `output`, whose packets `sink` takes.
    public UdpOutput(PacketSink sink, IpOutput output) {
        this.sink = sink;
        this.output = output;
    }

    /// Sends one datagram.
    ///
    /// @param fromHigh upper half of the address it comes from, in the form of flow keys
    /// @param fromPort 0 to 65535
    /// @param slab holds the payload at `[offset, offset + length)`; it is not kept
    /// @return false if it was not sent: the families differ, it is too long, or the device lost it
    public boolean send(ClientSource to, long fromHigh, long fromLow, int fromPort, Slab slab, int offset, int length) {
        if (!begin(to, fromHigh, fromLow, fromPort, length)) {
            return false;
        }
        int udpLength = UdpHeader.LENGTH + length;
        long pseudoHeader =
                InternetChecksum.pseudoHeader(fromHigh, fromLow, to.high(), to.low(), IpProtocol.UDP, udpLength);
        boolean isOffloaded = output.isWhole(length) && sink.capabilities().partialChecksum();
        int checksum;
        if (isOffloaded) {
            checksum = InternetChecksum.fold(pseudoHeader);
        } else {
            long sum = pseudoHeader + fromPort + to.port() + udpLength;
            checksum = InternetChecksum.finish(sum + InternetChecksum.sum(slab.bytes(), offset, length));
            // RFC 768: 0 would say that there is no checksum.
            checksum = checksum == 0 ? ALL_ONES : checksum;
        }
        long header = UdpHeader.word(fromPort, to.port(), udpLength, checksum);
        return output.send(header, isOffloaded ? UdpHeader.CHECKSUM : 0, slab, offset, length);
    }

    /// How many datagrams of `length` bytes each may be given to [#sendTogether], 1 if none.
    public int datagramsTogether(ClientSource to, int length) {
        return sink.capabilities().udpSegmentation() ? output.piecesTogether(to.isIpv4(), length) : 1;
    }

    /// Sends several datagrams of one source in one packet; [#datagramsTogether] says how many it may hold.
    ///
    /// @param fromHigh upper half of the address they come from, in the form of flow keys
    /// @param fromPort 0 to 65535
    /// @param payloads the payloads in a row; the slabs are not kept
    /// @param datagramBytes of each, from 1; the last may have less
    /// @return false if none was sent: the families differ, or the device lost the packet
    public boolean sendTogether(
            ClientSource to, long fromHigh, long fromLow, int fromPort, GatherList payloads, int datagramBytes) {
        int length = payloads.totalBytes();
        if (!begin(to, fromHigh, fromLow, fromPort, length)) {
            return false;
        }
        int udpLength = UdpHeader.LENGTH + length;
        int checksum = InternetChecksum.fold(
                InternetChecksum.pseudoHeader(fromHigh, fromLow, to.high(), to.low(), IpProtocol.UDP, udpLength));
        long header = UdpHeader.word(fromPort, to.port(), udpLength, checksum);
        return output.sendTogether(header, UdpHeader.CHECKSUM, payloads, datagramBytes);
    }

    private boolean begin(ClientSource to, long fromHigh, long fromLow, int fromPort, int length) {
        if (to.isIpv4() != (fromHigh == 0 && fromLow >>> 32 == Ipv4Header.mapped(0) >>> 32)) {
            return false;
        }
        output.begin(fromHigh, fromLow, to.high(), to.low());
        if (length > output.maxPayloadBytes()) {
            return false;
        }
        output.carrying(IpProtocol.UDP, fromPort << 16 | to.port());
        return true;
    }
}
