// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import io.socks5tunnel.api.spi.ChecksumState;
import io.socks5tunnel.api.spi.GsoType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What network cards and kernels do between a stack and a wire: finish checksums, cut super-segments, and put
/// segments that arrive together into one again. Written independently of the product's own code for it.
final class Offload {
    private static final int MAX_MERGED_BYTES = 65_535;

    private Offload() {}

    /// The packets that go on the wire for `packet`, with complete checksums.
    static List<SimPacket> cut(SimPacket packet) {
        if (!packet.isSuperSegment()) {
            return List.of(packet.checksum() == ChecksumState.PARTIAL ? finishChecksum(packet) : packet);
        }
        ParsedPacket whole = ParsedPacket.parse(packet).requireSound();
        List<SimPacket> segments = new ArrayList<>();
        int headerLength = whole.payloadOffset();
        for (int at = 0; at < whole.payloadLength(); at += packet.gsoSizeBytes()) {
            int length = Math.min(packet.gsoSizeBytes(), whole.payloadLength() - at);
            boolean isLast = at + length == whole.payloadLength();
            byte[] bytes = Arrays.copyOf(packet.bytes(), headerLength + length);
            System.arraycopy(packet.bytes(), headerLength + at, bytes, headerLength, length);
            ByteBuffer out = ByteBuffer.wrap(bytes);
            int transport = transportOffset(bytes);
            if (whole.isTcp()) {
                out.putInt(transport + 4, whole.seq() + at);
                int onlyLast = isLast ? 0 : TcpFlag.FIN.bit() | TcpFlag.PSH.bit();
                int notFirst = at > 0 ? TcpFlag.CWR.bit() : 0;
                bytes[transport + 13] &= (byte) ~(onlyLast | notFirst);
            } else {
                out.putShort(transport + 4, (short) (bytes.length - transport));
            }
            if (whole.version() == 4) {
                out.putShort(4, (short) (whole.identification() + at / packet.gsoSizeBytes()));
            }
            setLengths(bytes);
            segments.add(finishChecksum(SimPacket.of(bytes)));
        }
        return segments;
    }

    /// Puts `next` behind `first`, if Linux' rules of generic receive offload allow it: one flow, plain ACKs, the
    /// same acknowledgement, window and options, adjacent bytes, and no segment behind a shorter one.
    ///
    /// @return null if they must stay apart
    static @Nullable SimPacket merge(SimPacket first, SimPacket next) {
        ParsedPacket one = ParsedPacket.parse(first);
        ParsedPacket two = ParsedPacket.parse(next);
        if (!isMergeable(one) || !isMergeable(two) || next.isSuperSegment() || one.has(TcpFlag.PSH)) {
            return null;
        }
        int size = first.isSuperSegment() ? first.gsoSizeBytes() : one.payloadLength();
        boolean isFull = one.payloadLength() % size == 0;
        if (!isFull || two.payloadLength() > size || first.length() + two.payloadLength() > MAX_MERGED_BYTES) {
            return null;
        }
        if (two.seq() != one.seq() + one.payloadLength() || !haveEqualHeaders(first.bytes(), next.bytes(), one, two)) {
            return null;
        }
        byte[] bytes = Arrays.copyOf(first.bytes(), first.length() + two.payloadLength());
        System.arraycopy(next.bytes(), two.payloadOffset(), bytes, first.length(), two.payloadLength());
        int transport = transportOffset(bytes);
        bytes[transport + 13] |= (byte) (two.flags() & TcpFlag.PSH.bit());
        setLengths(bytes);
        int sum = NaiveChecksum.pseudoHeader(
                        one.source().getAddress(),
                        one.destination().getAddress(),
                        IpProtocol.TCP,
                        bytes.length - transport)
                .folded();
        ByteBuffer.wrap(bytes).putShort(transport + 16, (short) sum);
        GsoType type = one.version() == 4 ? GsoType.TCP_V4 : GsoType.TCP_V6;
        return new SimPacket(bytes, ChecksumState.PARTIAL, type, size);
    }

    private static boolean isMergeable(ParsedPacket packet) {
        int others = packet.flags() & ~(TcpFlag.ACK.bit() | TcpFlag.PSH.bit());
        return packet.isTcp()
                && packet.faults().isEmpty()
                && others == 0
                && packet.has(TcpFlag.ACK)
                && packet.payloadLength() > 0;
    }

    private static boolean haveEqualHeaders(byte[] first, byte[] next, ParsedPacket one, ParsedPacket two) {
        int transport = transportOffset(first);
        if (one.payloadOffset() != two.payloadOffset() || transport != transportOffset(next)) {
            return false;
        }
        // everything but lengths, identification and checksums of IP, and sequence number, flags and checksum of
        // TCP
        boolean isSameIp = one.version() == two.version()
                && one.source().equals(two.source())
                && one.destination().equals(two.destination())
                && one.ttl() == two.ttl();
        boolean isSamePorts = Arrays.equals(first, transport, transport + 4, next, transport, transport + 4);
        boolean isSameAckAndWindow = one.ack() == two.ack() && one.window() == two.window();
        boolean areSameOptions =
                Arrays.equals(first, transport + 20, one.payloadOffset(), next, transport + 20, two.payloadOffset());
        return isSameIp && isSamePorts && isSameAckAndWindow && areSameOptions;
    }

    private static SimPacket finishChecksum(SimPacket packet) {
        byte[] bytes = packet.bytes().clone();
        int transport = transportOffset(bytes);
        boolean isIpv4 = bytes[0] >> 4 == 4;
        int protocol = Byte.toUnsignedInt(bytes[isIpv4 ? 9 : 6]);
        int field = transport + (protocol == IpProtocol.TCP ? 16 : 6);
        int addresses = isIpv4 ? 12 : 8;
        int addressLength = isIpv4 ? 4 : 16;
        byte[] source = Arrays.copyOfRange(bytes, addresses, addresses + addressLength);
        byte[] destination = Arrays.copyOfRange(bytes, addresses + addressLength, addresses + 2 * addressLength);
        ByteBuffer out = ByteBuffer.wrap(bytes).putShort(field, (short) 0);
        int checksum = NaiveChecksum.pseudoHeader(source, destination, protocol, bytes.length - transport)
                .add(bytes, transport, bytes.length - transport)
                .checksum();
        out.putShort(field, (short) (checksum == 0 && protocol == IpProtocol.UDP ? 0xffff : checksum));
        return SimPacket.of(bytes);
    }

    private static int transportOffset(byte[] bytes) {
        return bytes[0] >> 4 == 4 ? (bytes[0] & 0xf) * 4 : 40;
    }

    private static void setLengths(byte[] bytes) {
        ByteBuffer out = ByteBuffer.wrap(bytes);
        if (bytes[0] >> 4 == 4) {
            out.putShort(2, (short) bytes.length).putShort(10, (short) 0);
            out.putShort(10, (short)
                    new NaiveChecksum().add(bytes, 0, transportOffset(bytes)).checksum());
        } else {
            out.putShort(4, (short) (bytes.length - 40));
        }
    }
}
