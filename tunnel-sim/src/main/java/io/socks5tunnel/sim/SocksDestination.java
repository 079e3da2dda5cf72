// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The ATYP, ADDR and PORT fields of SOCKS5 messages (RFC 1928 §5).
///
/// ```
///  +------+----------------------------+------+
///  | ATYP | ADDR                       | PORT |
///  +------+----------------------------+------+
///  |  1   | 4, 16, or 1 + name length  |  2   |
///  +------+----------------------------+------+
/// ```
///
/// @param address the literal address, null if it was a name
/// @param name the name, empty if it was a literal address
/// @param port 0 to 65535
public record SocksDestination(@Nullable InetAddress address, String name, int port) {
    /// ATYP of an IPv4 address.
    public static final int IPV4 = 1;
    /// ATYP of a name.
    public static final int NAME = 3;
    /// ATYP of an IPv6 address.
    public static final int IPV6 = 4;

    /// The most bytes that the three fields take.
    public static final int MAX_BYTES = 1 + 1 + 255 + 2;

    /// How many bytes the fields that begin at `at` take, 0 if too few of them are there to tell, -1 if ATYP is
    /// unknown.
    ///
    /// @param end where the readable bytes end
    public static int encodedLength(ByteBuffer buffer, int at, int end) {
        if (at >= end) {
            return 0;
        }
        return switch (buffer.get(at)) {
            case IPV4 -> 7;
            case IPV6 -> 19;
            case NAME -> at + 1 < end ? 4 + Byte.toUnsignedInt(buffer.get(at + 1)) : 0;
            default -> -1;
        };
    }

    /// Reads the three fields at the buffer's position and moves past them; they must be there in full.
    public static SocksDestination read(ByteBuffer buffer) {
        int type = buffer.get();
        byte[] raw = new byte[type == IPV4 ? 4 : type == IPV6 ? 16 : Byte.toUnsignedInt(buffer.get())];
        buffer.get(raw);
        int port = Short.toUnsignedInt(buffer.getShort());
        return type == NAME
                ? new SocksDestination(null, new String(raw, StandardCharsets.UTF_8), port)
                : new SocksDestination(addressOf(raw), "", port);
    }

    /// Writes the three fields of a literal address at the buffer's position.
    public static void write(ByteBuffer buffer, InetSocketAddress address) {
        byte[] raw = address.getAddress().getAddress();
        buffer.put((byte) (raw.length == 4 ? IPV4 : IPV6));
        buffer.put(raw);
        buffer.putShort((short) address.getPort());
    }

    /// Writes the three fields of this destination at the buffer's position.
    void write(ByteBuffer buffer) {
        if (address != null) {
            write(buffer, new InetSocketAddress(address, port));
            return;
        }
        byte[] raw = name.getBytes(StandardCharsets.UTF_8);
        buffer.put((byte) NAME);
        buffer.put((byte) raw.length);
        buffer.put(raw);
        buffer.putShort((short) port);
    }

    /// Where to connect to; looks the name up if there is one, which may block.
    InetSocketAddress resolve() throws UnknownHostException {
        return new InetSocketAddress(address == null ? InetAddress.getByName(name) : address, port);
    }

    private static InetAddress addressOf(byte[] raw) {
        try {
            return InetAddress.getByAddress(raw);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 and 16 bytes are always an address", e);
        }
    }
}
