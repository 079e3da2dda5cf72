// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.capture;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// Takes the IP packet out of a captured frame, through VLAN tags (802.1Q, QinQ), PPPoE and PPP.
///
/// Knows what the IP header says about its length and nothing else of IP: a packet that lies is handed on, and so
/// is one whose first bits are no version.
public final class LinkLayer {
    private static final int IPV4 = 0x0800;
    private static final int ARP = 0x0806;
    private static final int REVERSE_ARP = 0x8035;
    private static final int IPV6 = 0x86dd;
    private static final int VLAN = 0x8100;
    private static final int SERVICE_VLAN = 0x88a8;
    private static final int OLD_QINQ = 0x9100;
    private static final int OLD_QINQ_TOO = 0x9200;
    private static final int PPPOE_DISCOVERY = 0x8863;
    private static final int PPPOE_SESSION = 0x8864;
    /// Smaller values in the place of a type are the length of an 802.3 frame.
    private static final int MIN_ETHER_TYPE = 0x0600;

    private static final int PPP_IPV4 = 0x0021;
    private static final int PPP_IPV6 = 0x0057;
    /// Address and control bytes of HDLC-like framing, RFC 1662 §3.1.
    private static final int PPP_ADDRESS_AND_CONTROL = 0xff03;

    /// LLC's sub-network access protocol with the code that says that an Ethernet type follows, RFC 1042.
    private static final int SNAP = 0xaaaa_0300;

    private static final int FAMILY_IPV4 = 2;

    private LinkLayer() {}

    /// What IP packet the frame has. Never throws, whatever the bytes are.
    public static StrippedFrame strip(CapturedPacket packet) {
        LinkType type = LinkType.of(packet.linkType());
        if (type == null) {
            return new SkippedFrame(SkipReason.UNKNOWN_LINK_TYPE);
        }
        return switch (type) {
            case RAW, RAW_12, RAW_14, IPV4, IPV6 -> ip(packet, 0);
            case ETHERNET -> afterType(packet, 12);
            case NULL, LOOP -> loopback(packet);
            case LINUX_SLL -> cooked(packet, 14, 16);
            case LINUX_SLL2 -> cooked(packet, 0, 20);
            case PPP, PPP_HDLC -> ppp(packet, 0);
            case PPP_ETHER -> ppp(packet, 6);
        };
    }

    /// The Ethernet type stands at `at`, what it announces right behind it, perhaps after more tags.
    private static StrippedFrame afterType(CapturedPacket packet, int at) {
        ByteBuffer bytes = ByteBuffer.wrap(packet.bytes());
        int typeAt = at;
        while (typeAt + 2 <= bytes.limit()) {
            int type = Short.toUnsignedInt(bytes.getShort(typeAt));
            if (!isTag(type)) {
                return payload(packet, type, typeAt + 2);
            }
            typeAt += 4;
        }
        return new SkippedFrame(SkipReason.NO_IP_HEADER);
    }

    /// "Cooked" frames name the protocol at one place of a header and carry it behind the header.
    private static StrippedFrame cooked(CapturedPacket packet, int protocolAt, int headerBytes) {
        ByteBuffer bytes = ByteBuffer.wrap(packet.bytes());
        if (bytes.limit() < headerBytes) {
            return new SkippedFrame(SkipReason.NO_IP_HEADER);
        }
        int type = Short.toUnsignedInt(bytes.getShort(protocolAt));
        return isTag(type) ? afterType(packet, headerBytes + 2) : payload(packet, type, headerBytes);
    }

    private static StrippedFrame payload(CapturedPacket packet, int type, int at) {
        return switch (type) {
            case IPV4, IPV6 -> ip(packet, at);
            case ARP, REVERSE_ARP -> new SkippedFrame(SkipReason.ARP);
            case PPPOE_SESSION -> ppp(packet, at + 6);
            case PPPOE_DISCOVERY -> new SkippedFrame(SkipReason.PPPOE_DISCOVERY);
            default -> type < MIN_ETHER_TYPE ? llc(packet, at) : new SkippedFrame(SkipReason.OTHER_PROTOCOL);
        };
    }

    private static StrippedFrame llc(CapturedPacket packet, int at) {
        ByteBuffer bytes = ByteBuffer.wrap(packet.bytes());
        boolean isSnap = at + 8 <= bytes.limit() && bytes.getInt(at) == SNAP && bytes.getShort(at + 4) == 0;
        int type = isSnap ? Short.toUnsignedInt(bytes.getShort(at + 6)) : 0;
        return type == IPV4 || type == IPV6 ? ip(packet, at + 8) : new SkippedFrame(SkipReason.LLC);
    }

    private static StrippedFrame ppp(CapturedPacket packet, int at) {
        ByteBuffer bytes = ByteBuffer.wrap(packet.bytes());
        int protocolAt = at;
        if (at + 2 <= bytes.limit() && Short.toUnsignedInt(bytes.getShort(at)) == PPP_ADDRESS_AND_CONTROL) {
            protocolAt += 2;
        }
        if (protocolAt >= bytes.limit()) {
            return new SkippedFrame(SkipReason.NO_IP_HEADER);
        }
        int protocol = Byte.toUnsignedInt(bytes.get(protocolAt));
        int payloadAt = protocolAt + 1;
        // a first byte that is odd is the whole number, compressed: RFC 1661 §6.5
        if ((protocol & 1) == 0) {
            if (payloadAt >= bytes.limit()) {
                return new SkippedFrame(SkipReason.NO_IP_HEADER);
            }
            protocol = protocol << 8 | Byte.toUnsignedInt(bytes.get(payloadAt));
            payloadAt++;
        }
        return protocol == PPP_IPV4 || protocol == PPP_IPV6
                ? ip(packet, payloadAt)
                : new SkippedFrame(SkipReason.PPP_CONTROL);
    }

    /// The family is in the order of the capturing host, which nobody wrote down: a number too great for a family
    /// is one in the other order.
    private static StrippedFrame loopback(CapturedPacket packet) {
        ByteBuffer bytes = ByteBuffer.wrap(packet.bytes());
        if (bytes.limit() < 4) {
            return new SkippedFrame(SkipReason.NO_IP_HEADER);
        }
        int number = bytes.getInt(0);
        int family = number >>> 16 == 0 ? number : Integer.reverseBytes(number);
        return family == FAMILY_IPV4 || isIpv6Family(family)
                ? ip(packet, 4)
                : new SkippedFrame(SkipReason.OTHER_PROTOCOL);
    }

    private static StrippedFrame ip(CapturedPacket packet, int at) {
        byte[] frame = packet.bytes();
        int available = frame.length - at;
        if (available <= 0) {
            return new SkippedFrame(SkipReason.NO_IP_HEADER);
        }
        int onWire = Math.max(packet.originalLength() - at, available);
        // beyond the stated length there is padding; a packet that states more than there was is left to the stack
        int length = Math.min(statedLength(frame, at, onWire), onWire);
        int kept = Math.min(length, available);
        return new IpPacket(Arrays.copyOfRange(frame, at, at + kept), length - kept, available - kept);
    }

    /// The length that the IP header states, or `otherwise` if it states none that could be true.
    private static int statedLength(byte[] frame, int at, int otherwise) {
        int available = frame.length - at;
        int version = Byte.toUnsignedInt(frame[at]) >>> 4;
        if (version == 4 && available >= 4) {
            int total = unsignedShort(frame, at + 2);
            // 0 is what segmentation offload leaves there for super-segments that do not fit the field
            return total >= 20 ? total : otherwise;
        }
        if (version == 6 && available >= 7) {
            int payload = unsignedShort(frame, at + 4);
            boolean isJumbogram = payload == 0 && frame[at + 6] == 0;
            return isJumbogram ? otherwise : 40 + payload;
        }
        return otherwise;
    }

    private static boolean isTag(int type) {
        return type == VLAN || type == SERVICE_VLAN || type == OLD_QINQ || type == OLD_QINQ_TOO;
    }

    /// `AF_INET6` of Linux, Windows, NetBSD and OpenBSD, Solaris, FreeBSD, macOS.
    private static boolean isIpv6Family(int family) {
        return switch (family) {
            case 10, 23, 24, 26, 28, 30 -> true;
            default -> false;
        };
    }

    private static int unsignedShort(byte[] bytes, int at) {
        return Byte.toUnsignedInt(bytes[at]) << 8 | Byte.toUnsignedInt(bytes[at + 1]);
    }
}
