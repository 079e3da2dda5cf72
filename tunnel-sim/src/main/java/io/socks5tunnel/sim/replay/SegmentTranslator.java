// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import io.socks5tunnel.sim.IpProtocol;
import io.socks5tunnel.sim.SimPacket;
import io.socks5tunnel.sim.TcpFlag;
import io.socks5tunnel.sim.TcpOptions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Turns a client's captured segment into one that the living stack understands: acknowledgement number, SACK edges
/// and the timestamp's echo are moved to the numbers that the stack chose, everything else stays as it was.
///
/// Sequence numbers of the client need no translation: the stack takes whatever initial number the client chooses.
final class SegmentTranslator {
    private static final int SEQ_AT = 4;
    private static final int ACK_AT = 8;
    private static final int FLAGS_AT = 13;
    private static final int CHECKSUM_AT = 16;
    private static final int FIXED_HEADER_BYTES = 20;
    private static final int END_OF_OPTIONS = 0;
    private static final int NO_OPERATION = 1;
    private static final int WINDOW_SCALE = 3;
    private static final int SACK_PERMITTED = 4;
    private static final int SACK = 5;
    private static final int TIMESTAMPS = 8;

    private final int mtuBytes;
    private final boolean isVerbatim;

    /// The numbers by which the stack and the captured server differ.
    ///
    /// @param ackShift added to acknowledgement numbers and SACK edges
    /// @param echo what TSecr becomes, if `hasEcho`
    /// @param hasEcho whether the stack has sent a timestamp yet
    /// @param hasSack whether SACK blocks make sense; they are taken out otherwise
    /// @param acceptedOptions what the captured server answered the SYN with; options of a SYN that are not in it
    ///     are taken out. Null leaves a SYN as it is
    record Shift(
            int ackShift,
            int echo,
            boolean hasEcho,
            boolean hasSack,
            @Nullable TcpOptions acceptedOptions) {}

    /// @param isVerbatim wrong checksums stay wrong: they are changed by as much as the translated fields were
    SegmentTranslator(int mtuBytes, boolean isVerbatim) {
        this.mtuBytes = mtuBytes;
        this.isVerbatim = isVerbatim;
    }

    /// The packets that are to be sent for a captured TCP segment: one, or several where it is larger than the MTU.
    List<SimPacket> translate(ReplayPacket packet, Shift shift) {
        byte[] bytes = Arrays.copyOf(packet.bytes(), packet.parsed().length());
        int tcp = packet.transportOffset();
        translateHeader(packet, shift, bytes, tcp);
        if (isVerbatim) {
            adjustChecksum(packet.bytes(), bytes, tcp, packet.parsed().payloadOffset());
        } else {
            IpHeaders.setLength(bytes);
            IpHeaders.setTransportChecksum(bytes, tcp, tcp + CHECKSUM_AT, IpProtocol.TCP);
        }
        return bytes.length <= mtuBytes ? List.of(SimPacket.of(bytes)) : cut(bytes, packet);
    }

    /// An acknowledgement number where the captured one was `ack`, moved without rewriting a packet.
    static int translateAck(int ack, Shift shift) {
        return ack + shift.ackShift();
    }

    private static void translateHeader(ReplayPacket packet, Shift shift, byte[] bytes, int tcp) {
        ByteBuffer out = ByteBuffer.wrap(bytes);
        boolean hasAck = packet.has(TcpFlag.ACK);
        if (hasAck) {
            out.putInt(tcp + ACK_AT, translateAck(packet.parsed().ack(), shift));
        }
        int end = packet.parsed().payloadOffset();
        int at = tcp + FIXED_HEADER_BYTES;
        while (at < end && bytes[at] != END_OF_OPTIONS) {
            int kind = Byte.toUnsignedInt(bytes[at]);
            int length = kind == NO_OPERATION ? 1 : at + 1 < end ? Byte.toUnsignedInt(bytes[at + 1]) : 0;
            if (length == 0 || at + length > end || kind != NO_OPERATION && length < 2) {
                return;
            }
            if (packet.isOpening()) {
                strikeOut(kind, length, at, bytes, shift);
            } else {
                translateOption(kind, length, at, out, shift, hasAck);
            }
            at += length;
        }
    }

    private static void translateOption(int kind, int length, int at, ByteBuffer out, Shift shift, boolean hasAck) {
        if (kind == TIMESTAMPS && length == 10 && hasAck && shift.hasEcho()) {
            out.putInt(at + 6, shift.echo());
        } else if (kind == SACK && !shift.hasSack()) {
            strikeOut(out, at, length);
        } else if (kind == SACK) {
            for (int edge = at + 2; edge + 4 <= at + length; edge += 4) {
                out.putInt(edge, out.getInt(edge) + shift.ackShift());
            }
        }
    }

    /// Takes an option out of a SYN that the captured server did not take part in, so that the living connection
    /// has the options that the captured one had.
    private static void strikeOut(int kind, int length, int at, byte[] bytes, Shift shift) {
        TcpOptions accepted = shift.acceptedOptions();
        if (accepted == null) {
            return;
        }
        boolean isRefused = switch (kind) {
            case WINDOW_SCALE -> accepted.windowScale() == TcpOptions.ABSENT;
            case SACK_PERMITTED -> !accepted.sackPermitted();
            case TIMESTAMPS -> !accepted.hasTimestamps();
            default -> false;
        };
        if (isRefused) {
            strikeOut(ByteBuffer.wrap(bytes), at, length);
        }
    }

    private static void strikeOut(ByteBuffer out, int at, int length) {
        for (int i = 0; i < length; i++) {
            out.put(at + i, (byte) NO_OPERATION);
        }
    }

    /// RFC 1624 §3: HC' = ~(~HC + ~m + m'), over the header without its checksum.
    private static void adjustChecksum(byte[] before, byte[] after, int tcp, int end) {
        ByteBuffer from = ByteBuffer.wrap(before);
        ByteBuffer to = ByteBuffer.wrap(after);
        long sum = ~from.getShort(tcp + CHECKSUM_AT) & 0xffff;
        for (int at = tcp; at + 2 <= end; at += 2) {
            if (at != tcp + CHECKSUM_AT) {
                sum += (~from.getShort(at) & 0xffff) + Short.toUnsignedInt(to.getShort(at));
            }
        }
        while (sum > 0xffff) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        to.putShort(tcp + CHECKSUM_AT, (short) ~sum);
    }

    /// Cuts a segment that some offload had put together, as the hardware would have.
    private List<SimPacket> cut(byte[] bytes, ReplayPacket packet) {
        int tcp = packet.transportOffset();
        int headerLength = packet.parsed().payloadOffset();
        int most = mtuBytes - headerLength;
        List<SimPacket> parts = new ArrayList<>();
        if (most < 1) {
            return List.of(SimPacket.of(bytes));
        }
        for (int at = headerLength; at < bytes.length; at += most) {
            int length = Math.min(most, bytes.length - at);
            byte[] part = Arrays.copyOf(bytes, headerLength + length);
            System.arraycopy(bytes, at, part, headerLength, length);
            ByteBuffer.wrap(part).putInt(tcp + SEQ_AT, packet.parsed().seq() + at - headerLength);
            if (at + length < bytes.length) {
                part[tcp + FLAGS_AT] &= (byte) ~(TcpFlag.FIN.bit() | TcpFlag.PSH.bit());
            }
            if (at > headerLength) {
                part[tcp + FLAGS_AT] &= (byte) ~(TcpFlag.SYN.bit() | TcpFlag.CWR.bit());
            }
            IpHeaders.setLength(part);
            IpHeaders.setTransportChecksum(part, tcp, tcp + CHECKSUM_AT, IpProtocol.TCP);
            parts.add(SimPacket.of(part));
        }
        return parts;
    }
}
