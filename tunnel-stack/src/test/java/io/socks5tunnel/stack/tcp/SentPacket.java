// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.GsoType;
import io.socks5tunnel.api.spi.OutboundPacket;
import io.socks5tunnel.stack.fixture.PacketBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;

/// One packet that the stack sent, taken apart without the stack's own header code. Throws if it is malformed.
@SuppressWarnings("ArrayRecordComponent")
record SentPacket(
        boolean isTcp,
        int flags,
        int seq,
        int ack,
        int window,
        int mss,
        int scale,
        boolean isSackPermitted,
        boolean hasTimestamps,
        int tsVal,
        int tsEcr,
        List<int[]> sackBlocks,
        byte[] payload,
        int gsoSize,
        byte[] bytes) {
    static final int FIN = 1;
    static final int SYN = 2;
    static final int RST = 4;
    static final int PSH = 8;
    static final int ACK = 16;
    static final int URG = 32;

    static SentPacket of(OutboundPacket packet, int mtu) {
        byte[] all = bytesOf(packet);
        boolean isIpv4 = all[0] >>> 4 == 4;
        int ipLength = isIpv4 ? 20 : 40;
        int declared = isIpv4 ? number(all, 2, 2) : 40 + number(all, 4, 2);
        check(declared == all.length, "length field " + declared + " of " + all.length);
        check(!isIpv4 || PacketBytes.naiveSum(Arrays.copyOf(all, 20)) == 0xffff, "IPv4 header checksum");
        int protocol = all[isIpv4 ? 9 : 6];
        if (protocol != 6) {
            check(packet.gsoType() == GsoType.NONE, "ICMP as super-segment");
            return new SentPacket(false, 0, 0, 0, 0, -1, -1, false, false, 0, 0, List.of(), new byte[0], 0, all);
        }
        checkSize(packet, all, ipLength, mtu);
        checkSum(packet, all, ipLength);
        check(!isIpv4 || (number(all, 6, 2) & 0x4000) != 0, "DF is not set");
        return tcp(packet, all, ipLength);
    }

    boolean isAck() {
        return (flags & ACK) != 0;
    }

    boolean isSyn() {
        return (flags & SYN) != 0;
    }

    boolean isFin() {
        return (flags & FIN) != 0;
    }

    boolean isRst() {
        return (flags & RST) != 0;
    }

    int length() {
        return payload.length;
    }

    /// SACK blocks counted from `base` on, as text.
    String sackBlocksFrom(int base) {
        StringJoiner text = new StringJoiner(" ");
        sackBlocks.forEach(block -> text.add((block[0] - base) + "-" + (block[1] - base)));
        return text.toString();
    }

    private static SentPacket tcp(OutboundPacket packet, byte[] all, int at) {
        int headerLength = (all[at + 12] & 0xf0) >> 2;
        int mss = -1;
        int scale = -1;
        boolean sackPermitted = false;
        boolean timestamps = false;
        int tsVal = 0;
        int tsEcr = 0;
        List<int[]> blocks = new ArrayList<>();
        int i = at + 20;
        while (i < at + headerLength && all[i] != 0) {
            if (all[i] == 1) {
                i++;
                continue;
            }
            int length = all[i + 1];
            check(length >= 2 && i + length <= at + headerLength, "option length " + length);
            switch (all[i]) {
                case 2 -> mss = number(all, i + 2, 2);
                case 3 -> scale = all[i + 2];
                case 4 -> sackPermitted = true;
                case 5 -> {
                    for (int b = i + 2; b < i + length; b += 8) {
                        blocks.add(new int[] {number(all, b, 4), number(all, b + 4, 4)});
                    }
                }
                case 8 -> {
                    timestamps = true;
                    tsVal = number(all, i + 2, 4);
                    tsEcr = number(all, i + 6, 4);
                }
                default -> check(false, "option " + all[i]);
            }
            i += length;
        }
        byte[] payload = Arrays.copyOfRange(all, at + headerLength, all.length);
        int flags = number(all, at + 12, 2) & 0x1ff;
        check(mss < 0 || (flags & SYN) != 0, "MSS option outside of a SYN");
        return new SentPacket(
                true,
                flags,
                number(all, at + 4, 4),
                number(all, at + 8, 4),
                number(all, at + 14, 2),
                mss,
                scale,
                sackPermitted,
                timestamps,
                tsVal,
                tsEcr,
                blocks,
                payload,
                packet.gsoSizeBytes(),
                all);
    }

    private static void checkSize(OutboundPacket packet, byte[] all, int ipLength, int mtu) {
        int headers = ipLength + ((all[ipLength + 12] & 0xf0) >> 2);
        if (packet.gsoType() == GsoType.NONE) {
            check(all.length <= mtu, all.length + " bytes in an MTU of " + mtu);
        } else {
            check(all.length <= 65535, "super-segment of " + all.length);
            check(packet.hasPartialChecksum(), "super-segment with a complete checksum");
            check(packet.gsoSizeBytes() > 0 && headers + packet.gsoSizeBytes() <= mtu, "GSO size above the MTU");
            check(all.length - headers > packet.gsoSizeBytes(), "super-segment of a single segment");
            check((packet.gsoType() == GsoType.TCP_V4) == (ipLength == 20), "GSO type of the other family");
        }
    }

    private static void checkSum(OutboundPacket packet, byte[] all, int ipLength) {
        if (!packet.hasPartialChecksum()) {
            check(PacketBytes.isTransportChecksumRight(all), "TCP checksum");
            return;
        }
        check(packet.checksumStart() == ipLength && packet.checksumOffset() == 16, "place of the checksum");
        // The field holds the folded pseudo-header sum: finishing it over the segment must give a right checksum.
        byte[] finished = all.clone();
        int sum = PacketBytes.naiveSum(Arrays.copyOfRange(all, ipLength, all.length));
        int checksum = ~sum & 0xffff;
        finished[ipLength + 16] = (byte) (checksum >>> 8);
        finished[ipLength + 17] = (byte) checksum;
        check(PacketBytes.isTransportChecksumRight(finished), "partial TCP checksum");
    }

    private static byte[] bytesOf(OutboundPacket packet) {
        byte[] all = new byte[packet.totalBytes()];
        packet.headerSlab().bytes().get(packet.headerOffset(), all, 0, packet.headerLength());
        int at = packet.headerLength();
        GatherList payload = packet.payload();
        for (int i = 0; i < payload.count(); i++) {
            payload.slab(i).bytes().get(payload.offset(i), all, at, payload.length(i));
            at += payload.length(i);
        }
        return all;
    }

    private static int number(byte[] bytes, int at, int length) {
        int value = 0;
        for (int i = 0; i < length; i++) {
            value = value << 8 | bytes[at + i] & 0xff;
        }
        return value;
    }

    private static void check(boolean isRight, String what) {
        if (!isRight) {
            throw new AssertionError("malformed packet: " + what);
        }
    }
}
