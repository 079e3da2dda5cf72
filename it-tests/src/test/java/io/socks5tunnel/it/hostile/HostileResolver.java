// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.hostile;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// A DNS server that serves well or badly, as the first letters of the name have it: `four` has an IPv4 address,
/// `six` has an IPv6 address and no other, `none` does not exist, and `hang` is never answered.
///
/// Runs as a process of its own: `HostileResolver LISTEN IPV4 IPV6`.
final class HostileResolver {
    private static final int PORT = 53;
    private static final int HEADER_BYTES = 12;
    private static final int QUESTION_FIXED_BYTES = 4;
    private static final int TYPE_A = 1;
    private static final int TYPE_AAAA = 28;
    private static final int TTL_SECONDS = 1;

    private HostileResolver() {}

    /// Serves until it is killed.
    static void main(String[] arguments) throws IOException {
        byte[] four = InetAddress.ofLiteral(arguments[1]).getAddress();
        byte[] six = InetAddress.ofLiteral(arguments[2]).getAddress();
        try (DatagramSocket socket = new DatagramSocket(PORT, InetAddress.ofLiteral(arguments[0]))) {
            System.out.println("ready");
            while (true) {
                DatagramPacket packet = new DatagramPacket(new byte[512], 512);
                socket.receive(packet);
                byte[] answer = answer(packet.getData(), four, six);
                if (answer != null) {
                    socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            }
        }
    }

    private static byte @Nullable [] answer(byte[] query, byte[] four, byte[] six) {
        int end = HEADER_BYTES;
        while (query[end] != 0) {
            end += 1 + query[end];
        }
        end += 1 + QUESTION_FIXED_BYTES;
        int type = query[end - QUESTION_FIXED_BYTES + 1];
        String name =
                new String(query, HEADER_BYTES + 1, query[HEADER_BYTES], java.nio.charset.StandardCharsets.US_ASCII);
        return switch (name) {
            case "hang" -> null;
            case "four" -> reply(query, end, type == TYPE_A ? four : new byte[0]);
            case "six" -> reply(query, end, type == TYPE_AAAA ? six : new byte[0]);
            default -> {
                byte[] none = reply(query, end, new byte[0]);
                none[3] |= 3;
                yield none;
            }
        };
    }

    private static byte[] reply(byte[] query, int end, byte[] address) {
        ByteBuffer reply =
                ByteBuffer.allocate(end + 2 * Short.BYTES * 3 + address.length).put(query, 0, end);
        reply.putShort(2, (short) 0x8180).putShort(6, (short) 0).putInt(8, 0);
        if (address.length > 0) {
            reply.putShort(6, (short) 1);
            reply.putShort((short) 0xc00c).put(query, end - QUESTION_FIXED_BYTES, QUESTION_FIXED_BYTES);
            reply.putInt(TTL_SECONDS).putShort((short) address.length).put(address);
        }
        byte[] bytes = new byte[reply.position()];
        reply.get(0, bytes);
        return bytes;
    }
}
