// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.stack.tcp;

import io.socks5tunnel.stack.fixture.PacketBytes;

/// One segment from the client; numbers are relative to the first byte behind each SYN.
final class ClientSegment {
    private final TcpWorld world;
    private int seq;
    private int ack;
    private boolean hasAck = true;
    private int flags;
    private int window = 65535;
    private int urgentPointer;
    private byte[] payload = {};
    private String extraOptions = "";
    private boolean isTimestampLeftOut;
    private Integer tsVal;
    private int gsoSize;

    ClientSegment(TcpWorld world) {
        this.world = world;
    }

    ClientSegment seq(int relative) {
        seq = relative;
        return this;
    }

    ClientSegment ack(int relative) {
        ack = relative;
        return this;
    }

    ClientSegment noAck() {
        hasAck = false;
        return this;
    }

    ClientSegment flags(int newFlags) {
        flags = newFlags;
        return this;
    }

    ClientSegment fin() {
        flags |= SentPacket.FIN;
        return this;
    }

    ClientSegment rst() {
        flags |= SentPacket.RST;
        return this;
    }

    /// The field as sent, unscaled.
    ClientSegment window(int field) {
        window = field;
        return this;
    }

    /// URG, with a pointer to anywhere.
    ClientSegment urgent(int pointer) {
        flags |= SentPacket.URG;
        urgentPointer = pointer;
        return this;
    }

    ClientSegment payload(byte[] bytes) {
        payload = bytes;
        return this;
    }

    ClientSegment superSegment(int mss) {
        gsoSize = mss;
        return this;
    }

    ClientSegment withoutTimestamp() {
        isTimestampLeftOut = true;
        return this;
    }

    ClientSegment tsVal(int value) {
        tsVal = value;
        return this;
    }

    /// Selective acknowledgement of relative server bytes.
    ClientSegment sack(int... edges) {
        StringBuilder hex = new StringBuilder("0101");
        hex.append(String.format("05%02x", 2 + 4 * edges.length));
        for (int edge : edges) {
            hex.append(String.format("%08x", world.serverIsn + 1 + edge));
        }
        extraOptions += hex;
        return this;
    }

    ClientSegment options(String hex) {
        extraOptions += hex;
        return this;
    }

    byte[] bytes() {
        PacketBytes packet = world.isIpv4 ? PacketBytes.ipv4() : PacketBytes.ipv6();
        String options = extraOptions;
        boolean isSyn = (flags & SentPacket.SYN) != 0;
        if (isSyn) {
            options += world.clientMss >= 0 ? String.format("0204%04x", world.clientMss) : "";
            options += world.isScaling ? String.format("010303%02x", world.clientScale) : "";
            options += world.isSack ? "01010402" : "";
        }
        if (world.isTimestamps && !isTimestampLeftOut) {
            int value = tsVal != null ? tsVal : world.clientTs;
            options += String.format("0101080a%08x%08x", value, isSyn ? 0 : world.lastTsVal);
        }
        return packet.ports(world.clientPort, 443)
                .seq(world.clientIsn + 1 + seq)
                .ack(hasAck ? world.serverIsn + 1 + ack : 0)
                .flags(flags | (hasAck ? SentPacket.ACK : 0))
                .window(window)
                .urgentPointer(urgentPointer)
                .options(options)
                .payload(payload)
                .bytes();
    }

    /// What the device says of its segments' size, or 0 for an ordinary packet.
    int gsoSize() {
        return gsoSize;
    }
}
