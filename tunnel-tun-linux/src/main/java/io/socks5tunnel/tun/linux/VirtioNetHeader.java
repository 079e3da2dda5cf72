// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import io.socks5tunnel.api.spi.ChecksumState;
import io.socks5tunnel.api.spi.GsoType;
import io.socks5tunnel.api.spi.OutboundPacket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The header in front of every packet of a TUN that was opened with `IFF_VNET_HDR`, in the host's byte order.
///
/// ```
///  0        1          2          4          6            8              10
/// +--------+----------+----------+----------+------------+--------------+
/// | flags  | gso_type | hdr_len  | gso_size | csum_start | csum_offset  |
/// +--------+----------+----------+----------+------------+--------------+
/// ```
///
/// Positions are absolute in a slab's buffer, which is big endian. `hdr_len` is never read: the kernel fills in the
/// length of its linear part there, not that of the headers.
final class VirtioNetHeader {
    /// Bytes of the layout drawn above, the smallest the kernel offers.
    static final int LENGTH = 10;

    private static final int FLAGS_OFFSET = 0;
    private static final int GSO_TYPE_OFFSET = 1;
    private static final int HEADER_LENGTH_OFFSET = 2;
    private static final int GSO_SIZE_OFFSET = 4;
    private static final int CHECKSUM_START_OFFSET = 6;
    private static final int CHECKSUM_OFFSET_OFFSET = 8;

    private static final int NEEDS_CHECKSUM = 1;
    private static final int DATA_VALID = 2;

    private static final int GSO_NONE = 0;
    private static final int GSO_TCP_V4 = 1;
    private static final int GSO_TCP_V6 = 4;
    private static final int GSO_UDP_L4 = 5;
    private static final int GSO_ECN = 0x80;

    private static final int TCP_DATA_OFFSET = 12;
    private static final int UDP_HEADER_LENGTH = 8;
    private static final boolean HOST_IS_LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private VirtioNetHeader() {}

    /// What the header at `at` says about the packet's checksum.
    static ChecksumState checksum(ByteBuffer bytes, int at) {
        int flags = bytes.get(at + FLAGS_OFFSET);
        if ((flags & NEEDS_CHECKSUM) != 0) {
            return ChecksumState.PARTIAL;
        }
        return (flags & DATA_VALID) != 0 ? ChecksumState.VALID : ChecksumState.UNVERIFIED;
    }

    /// Whether [#gsoType] knows the type at `at`. The kernel gives no other than it was asked for.
    static boolean isGsoTypeKnown(ByteBuffer bytes, int at) {
        return switch (bytes.get(at + GSO_TYPE_OFFSET) & ~GSO_ECN & 0xff) {
            case GSO_NONE, GSO_TCP_V4, GSO_TCP_V6, GSO_UDP_L4 -> true;
            default -> false;
        };
    }

    /// The kind of super-segment. The ECN bit is left out: it repeats what CWR in the TCP header says.
    static GsoType gsoType(ByteBuffer bytes, int at) {
        return switch (bytes.get(at + GSO_TYPE_OFFSET) & ~GSO_ECN & 0xff) {
            case GSO_TCP_V4 -> GsoType.TCP_V4;
            case GSO_TCP_V6 -> GsoType.TCP_V6;
            case GSO_UDP_L4 -> GsoType.UDP_L4;
            default -> GsoType.NONE;
        };
    }

    /// Payload per segment, bytes, 0 to 65535.
    static int gsoSizeBytes(ByteBuffer bytes, int at) {
        return fromHost16(bytes.getShort(at + GSO_SIZE_OFFSET));
    }

    /// Writes the header of `packet` into its headroom.
    ///
    /// @param headerBytes how long headers are on this queue, 10 to [OutboundPacket#HEADROOM_BYTES]; the rest
    ///     after the layout above is 0
    static void write(OutboundPacket packet, int headerBytes) {
        ByteBuffer bytes = packet.headerSlab().bytes();
        int at = packet.headerOffset() - headerBytes;
        boolean partial = packet.hasPartialChecksum();
        GsoType type = packet.gsoType();
        bytes.put(at + FLAGS_OFFSET, (byte) (partial ? NEEDS_CHECKSUM : 0));
        bytes.put(at + GSO_TYPE_OFFSET, number(type));
        bytes.putShort(at + HEADER_LENGTH_OFFSET, toHost16(type == GsoType.NONE ? 0 : headersLength(packet)));
        bytes.putShort(at + GSO_SIZE_OFFSET, toHost16(packet.gsoSizeBytes()));
        bytes.putShort(at + CHECKSUM_START_OFFSET, toHost16(partial ? packet.checksumStart() : 0));
        bytes.putShort(at + CHECKSUM_OFFSET_OFFSET, toHost16(partial ? packet.checksumOffset() : 0));
        for (int i = at + LENGTH; i < packet.headerOffset(); i++) {
            bytes.put(i, (byte) 0);
        }
    }

    /// IP and transport header together: the transport header begins where summing does.
    private static int headersLength(OutboundPacket packet) {
        int transport = packet.checksumStart();
        if (packet.gsoType() == GsoType.UDP_L4) {
            return transport + UDP_HEADER_LENGTH;
        }
        int words = packet.headerSlab().bytes().get(packet.headerOffset() + transport + TCP_DATA_OFFSET) >> 4 & 0xf;
        return transport + words * 4;
    }

    private static byte number(GsoType type) {
        return (byte)
                switch (type) {
                    case NONE -> GSO_NONE;
                    case TCP_V4 -> GSO_TCP_V4;
                    case TCP_V6 -> GSO_TCP_V6;
                    case UDP_L4 -> GSO_UDP_L4;
                };
    }

    private static short toHost16(int value) {
        return HOST_IS_LITTLE_ENDIAN ? Short.reverseBytes((short) value) : (short) value;
    }

    private static int fromHost16(short stored) {
        return (HOST_IS_LITTLE_ENDIAN ? Short.reverseBytes(stored) : stored) & 0xffff;
    }
}
