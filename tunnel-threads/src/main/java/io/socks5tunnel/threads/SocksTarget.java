// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Where a SOCKS server is asked to connect to (RFC 1928 §5).
sealed interface SocksTarget {
    /// ATYP of an IPv4 address.
    int ATYP_IPV4 = 1;

    /// ATYP of a name.
    int ATYP_NAME = 3;

    /// ATYP of an IPv6 address.
    int ATYP_IPV6 = 4;

    /// `0.0.0.0`.
    InetAddress ANY_IPV4 = InetAddress.ofLiteral("0.0.0.0");

    /// `::`.
    InetAddress ANY_IPV6 = InetAddress.ofLiteral("::");

    /// The longest [encoding][#encode], bytes.
    int MAX_ENCODED_BYTES = 1 + 1 + 255 + 2;

    /// Writes ATYP, address and port.
    void encode(ByteBuffer into);

    /// The address in text, or the name.
    String host();

    /// 0 to 65535.
    int port();

    /// Address and port zero, of the family of `server`.
    static SocksTarget unspecified(InetAddress server) {
        return new Literal(new InetSocketAddress(server instanceof Inet4Address ? ANY_IPV4 : ANY_IPV6, 0));
    }

    /// The target of 4 or 16 bytes of address.
    static SocksTarget literal(byte[] address, int port) {
        try {
            return new Literal(new InetSocketAddress(InetAddress.getByAddress(address), port));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 and 16 bytes are always an address", e);
        }
    }

    /// An IPv4 or IPv6 address and a port.
    record Literal(InetSocketAddress address) implements SocksTarget {
        @Override
        public void encode(ByteBuffer into) {
            InetAddress ip = address.getAddress();
            into.put((byte) (ip instanceof Inet4Address ? ATYP_IPV4 : ATYP_IPV6))
                    .put(ip.getAddress())
                    .putShort((short) address.getPort());
        }

        @Override
        public String host() {
            return address.getAddress().getHostAddress();
        }

        @Override
        public int port() {
            return address.getPort();
        }

        @Override
        public String toString() {
            return "[" + address.getAddress().getHostAddress() + "]:" + address.getPort();
        }
    }

    /// A name that the server resolves, 1 to 255 bytes in UTF-8, and a port.
    record Name(String host, int port) implements SocksTarget {
        public Name {
            int length = host.getBytes(StandardCharsets.UTF_8).length;
            if (length < 1 || length > 255) {
                throw new IllegalArgumentException("a SOCKS name has 1 to 255 bytes, this one " + length);
            }
        }

        @Override
        public void encode(ByteBuffer into) {
            byte[] name = host.getBytes(StandardCharsets.UTF_8);
            into.put((byte) ATYP_NAME).put((byte) name.length).put(name).putShort((short) port);
        }

        @Override
        public String toString() {
            return "[" + host + "]:" + port;
        }
    }
}
