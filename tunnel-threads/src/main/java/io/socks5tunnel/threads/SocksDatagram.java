// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.stack.FlowKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// The header of a datagram on its way to or from a SOCKS server: a prefix of three bytes, by the way it travels,
/// and an address. Both forms are equally long, so a header can be made before the way is known.
///
/// ```
///  UDP ASSOCIATE, RFC 1928 §7:        hev's UDP-in-TCP (command 05):
///  +-----+------+                     +-------------+---------------+
///  | RSV | FRAG |                     | DATA LENGTH | HEADER LENGTH |
///  +-----+------+                     +-------------+---------------+
///  |  2  |  1   |                     |      2      |       1       |
///  +-----+------+                     +-------------+---------------+
///
///  both go on with:
///  +------+------+------+
///  | ATYP | ADDR | PORT |   then the data
///  +------+------+------+
///  |  1   | var. |  2   |
///  +------+------+------+
/// ```
///
/// The header length counts prefix and address; a name of n bytes has an ADDR of 1 + n.
final class SocksDatagram {
    /// Bytes before the address.
    static final int PREFIX_BYTES = 3;

    /// Bytes of the longest header.
    static final int MAX_HEADER_BYTES = PREFIX_BYTES + SocksTarget.MAX_ENCODED_BYTES;

    /// The shortest header length that a receiver of UDP-in-TCP accepts.
    static final int MIN_STREAM_HEADER_BYTES = 5;

    private static final int IPV4_BYTES = 1 + 4 + 2;
    private static final int IPV6_BYTES = 1 + 16 + 2;

    private SocksDatagram() {}

    /// Writes the prefix of UDP ASSOCIATE.
    static void putAssociatePrefix(ByteBuffer into, int at) {
        into.putShort(at, (short) 0);
        into.put(at + 2, (byte) 0);
    }

    /// Writes the prefix of UDP-in-TCP.
    ///
    /// @param dataBytes 0 to 65535
    /// @param headerBytes 10 to 255
    static void putStreamPrefix(ByteBuffer into, int at, int dataBytes, int headerBytes) {
        into.putShort(at, (short) dataBytes);
        into.put(at + 2, (byte) headerBytes);
    }

    /// Writes ATYP, address and port. The address has the form of flow keys.
    ///
    /// @return bytes written
    static int putAddress(ByteBuffer into, int at, long high, long low, int port) {
        if (isIpv4(high, low)) {
            into.put(at, (byte) SocksTarget.ATYP_IPV4);
            into.putInt(at + 1, (int) low);
            into.putShort(at + 5, (short) port);
            return IPV4_BYTES;
        }
        into.put(at, (byte) SocksTarget.ATYP_IPV6);
        into.putLong(at + 1, high);
        into.putLong(at + 9, low);
        into.putShort(at + 17, (short) port);
        return IPV6_BYTES;
    }

    /// Writes ATYP, a name of 1 to 255 bytes in ASCII, and port.
    ///
    /// @return bytes written
    static int putName(ByteBuffer into, int at, String name, int port) {
        into.put(at, (byte) SocksTarget.ATYP_NAME);
        into.put(at + 1, (byte) name.length());
        for (int i = 0; i < name.length(); i++) {
            into.put(at + 2 + i, (byte) name.charAt(i));
        }
        into.putShort(at + 2 + name.length(), (short) port);
        return 2 + name.length() + 2;
    }

    /// How long the address at `at` is with ATYP and port, or 0 if it is of an unknown type or goes past `end`.
    static int addressBytes(ByteBuffer from, int at, int end) {
        if (at + 2 > end) {
            return 0;
        }
        int bytes = switch (from.get(at)) {
            case SocksTarget.ATYP_IPV4 -> IPV4_BYTES;
            case SocksTarget.ATYP_IPV6 -> IPV6_BYTES;
            case SocksTarget.ATYP_NAME -> 1 + 1 + Byte.toUnsignedInt(from.get(at + 1)) + 2;
            default -> 0;
        };
        return at + bytes <= end ? bytes : 0;
    }

    /// Whether the address at `at` is a name.
    static boolean isName(ByteBuffer from, int at) {
        return from.get(at) == SocksTarget.ATYP_NAME;
    }

    /// The name at `at`. Allocates.
    static String name(ByteBuffer from, int at) {
        byte[] name = new byte[Byte.toUnsignedInt(from.get(at + 1))];
        from.get(at + 2, name);
        return new String(name, StandardCharsets.ISO_8859_1);
    }

    /// Upper half of the address at `at`, which is no name.
    static long high(ByteBuffer from, int at) {
        return from.get(at) == SocksTarget.ATYP_IPV4 ? 0 : from.getLong(at + 1);
    }

    /// Lower half of the address at `at`, which is no name.
    static long low(ByteBuffer from, int at) {
        return from.get(at) == SocksTarget.ATYP_IPV4 ? FlowKey.mappedIpv4(from.getInt(at + 1)) : from.getLong(at + 9);
    }

    /// The port of the address at `at`, which is `addressBytes` long.
    static int port(ByteBuffer from, int at, int addressBytes) {
        return Short.toUnsignedInt(from.getShort(at + addressBytes - 2));
    }

    /// Whether an address in the form of flow keys is IPv4.
    static boolean isIpv4(long high, long low) {
        return high == 0 && low >>> 32 == 0xffff;
    }
}
