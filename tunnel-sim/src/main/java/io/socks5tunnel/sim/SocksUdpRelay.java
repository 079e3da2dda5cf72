// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/// A UDP ASSOCIATE of an [EmbeddedSocksServer] (RFC 1928 §7): lives as long as the client's TCP connection.
///
/// ```
///  +------+------+------+----------+----------+------+
///  | RSV  | FRAG | ATYP | DST.ADDR | DST.PORT | DATA |
///  +------+------+------+----------+----------+------+
///  |  2   |  1   |  1   |   var.   |    2     |      |
///  +------+------+------+----------+----------+------+
/// ```
///
/// Datagrams are taken from the client's address only, and answers go to the port that it used last. Fragments
/// (FRAG other than 0) are dropped, as the RFC allows. Confined to its loop's thread.
final class SocksUdpRelay implements SocksRelay {
    private final SocksServerLoop loop;
    private final SocketChannel client;
    private final InetAddress clientAddress;
    private final DatagramChannel socket;
    private final SocksDatagramExit exit;
    private final ByteBuffer discarded = ByteBuffer.allocate(512);
    /// Where answers go; null until the client has sent something.
    private @Nullable InetSocketAddress clientSocket;

    SocksUdpRelay(SocksServerLoop loop, SelectionKey clientKey) throws IOException {
        this.loop = loop;
        client = (SocketChannel) clientKey.channel();
        clientAddress = ((InetSocketAddress) client.getRemoteAddress()).getAddress();
        socket = SocksDatagramExit.openSocket();
        try {
            socket.bind(new InetSocketAddress(((InetSocketAddress) client.getLocalAddress()).getAddress(), 0));
            exit = new SocksDatagramExit(loop, this::onAnswer);
            loop.watch(socket, SelectionKey.OP_READ, this::onDatagrams);
        } catch (IOException e) {
            EmbeddedSocksServer.closeQuietly(socket);
            throw e;
        }
    }

    /// Where the client sends its datagrams.
    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) socket.getLocalAddress();
    }

    @Override
    public boolean onReady(SelectionKey key) throws IOException {
        return client.read(discarded.clear()) < 0;
    }

    @Override
    public void release() {
        EmbeddedSocksServer.closeQuietly(socket);
        exit.close();
    }

    private void onDatagrams(SelectionKey key) throws IOException {
        ByteBuffer buffer = loop.datagram();
        for (int i = 0; i < SocksDatagramExit.BATCH; i++) {
            InetSocketAddress source = (InetSocketAddress) socket.receive(buffer.clear());
            if (source == null) {
                return;
            }
            buffer.flip();
            int length = buffer.limit() < 4 ? 0 : SocksDestination.encodedLength(buffer, 3, buffer.limit());
            if (!source.getAddress().equals(clientAddress) || length <= 0 || 3 + length > buffer.limit()) {
                continue;
            }
            boolean isWhole = buffer.getShort(0) == 0 && buffer.get(2) == 0;
            if (isWhole) {
                clientSocket = source;
                buffer.position(3);
                exit.send(SocksDestination.read(buffer), buffer);
            }
        }
    }

    private void onAnswer(InetSocketAddress source, ByteBuffer buffer) {
        if (clientSocket == null) {
            return;
        }
        int headerLength = source.getAddress().getAddress().length == 4 ? 10 : 22;
        int start = buffer.position() - headerLength;
        buffer.position(start);
        buffer.putShort((short) 0).put((byte) 0);
        SocksDestination.write(buffer, source);
        try {
            socket.send(buffer.position(start), clientSocket);
        } catch (IOException e) {
            // too large for the way back, or the client is gone, which its TCP connection will tell
            return;
        }
    }
}
