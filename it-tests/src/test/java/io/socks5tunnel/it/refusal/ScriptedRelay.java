// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.refusal;

import io.socks5tunnel.it.refusal.Conversation.Ending;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/// The relay for datagrams of a [ScriptedProxy], which belongs to one connection: a UDP socket on all addresses.
final class ScriptedRelay implements AutoCloseable {
    private static final int LARGEST = 65_535;

    /// Datagrams that no client may ever see anything of: too short for their header, or with a wrong one.
    private static final List<byte[]> GARBAGE = List.of(
            new byte[0],
            hex("00"),
            hex("0000"),
            hex("000000"),
            hex("00000001"),
            hex("00010001c612010204d268656c6c6f"),
            hex("00000101c612010204d268656c6c6f"),
            hex("00000000c612010204d268656c6c6f"),
            hex("00000009c612010204d268656c6c6f"),
            hex("000000ffc612010204d268656c6c6f"),
            hex("00000001c61300"),
            hex("00000004c612010204d268656c6c6f"),
            hex("00000003ff68656c6c6f04d2"),
            hex("0000000300"),
            hex("0000000300000768656c6c6f"),
            "HTTP/1.0 400 Bad Request\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));

    private final DatagramSocket socket;
    private final int port;

    private ScriptedRelay(DatagramSocket socket) {
        this.socket = socket;
        port = socket.getLocalPort();
    }

    /// Opens the relay, which is at work until it is closed.
    ///
    /// @param connection closed by [Ending#VANISH]
    static ScriptedRelay open(Ending ending, Socket connection) throws IOException {
        ScriptedRelay relay = new ScriptedRelay(new DatagramSocket());
        if (ending == Ending.NO_RELAY) {
            relay.close();
        } else {
            Thread.ofVirtual().start(() -> relay.serve(ending, connection));
        }
        return relay;
    }

    /// Where it listens, or, with [Ending#NO_RELAY], nobody does.
    int port() {
        return port;
    }

    @Override
    public void close() {
        socket.close();
    }

    private void serve(Ending ending, Socket connection) {
        try {
            byte[] buffer = new byte[LARGEST];
            while (true) {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                answer(ending, connection, packet);
            }
        } catch (IOException _) {
            // the connection has ended, and the relay with it
        }
    }

    private void answer(Ending ending, Socket connection, DatagramPacket packet) throws IOException {
        switch (ending) {
            case ECHO -> socket.send(packet);
            case ECHO_AFTER_GARBAGE -> {
                for (byte[] wrong : GARBAGE) {
                    socket.send(new DatagramPacket(wrong, wrong.length, packet.getSocketAddress()));
                }
                byte[] cut = Arrays.copyOf(packet.getData(), 7);
                socket.send(new DatagramPacket(cut, cut.length, packet.getSocketAddress()));
                socket.send(packet);
            }
            case VANISH -> {
                socket.close();
                connection.close();
            }
            case SILENCE, CLOSE, RESET, DEAFNESS, GARBAGE, NO_RELAY -> {}
        }
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}
