// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/// hev's UDP-in-TCP (command 05) of an [EmbeddedSocksServer]: datagrams travel both ways in the client's TCP
/// connection.
///
/// ```
///  +-------------+---------------+------+------+------+------+
///  | DATA LENGTH | HEADER LENGTH | ATYP | ADDR | PORT | DATA |
///  +-------------+---------------+------+------+------+------+
///  |      2      |       1       |  1   | var. |  2   |      |
///  +-------------+---------------+------+------+------+------+
/// ```
///
/// The header length counts itself and everything before DATA. Answers that the client does not read in time are
/// dropped whole, as datagrams are. Confined to its loop's thread.
final class SocksUdpInTcp implements SocksRelay {
    private static final int MIN_HEADER_LENGTH = 5;

    private final SocksServerLoop loop;
    private final SelectionKey clientKey;
    private final SocketChannel client;
    private final SocksDatagramExit exit;
    private final SocksServerConnection owner;
    /// What came from the client and is no whole datagram yet, ready to be filled further.
    private final ByteBuffer input;
    /// Whole answers on their way to the client, ready to be filled further.
    private final ByteBuffer output;

    SocksUdpInTcp(SocksServerLoop loop, SelectionKey clientKey, SocksServerConnection owner) throws IOException {
        this.loop = loop;
        this.clientKey = clientKey;
        this.owner = owner;
        client = (SocketChannel) clientKey.channel();
        exit = new SocksDatagramExit(loop, this::onAnswer);
        input = loop.take();
        output = loop.take();
    }

    /// Begins with what the client had sent ahead, and takes it out of `early`.
    void start(ByteBuffer early) throws IOException {
        input.put(early);
        sendDatagrams();
    }

    @Override
    public boolean onReady(SelectionKey key) throws IOException {
        if (key.isWritable()) {
            flush();
        }
        if (key.isReadable()) {
            if (client.read(input) < 0) {
                return true;
            }
            sendDatagrams();
        }
        return false;
    }

    @Override
    public void release() {
        exit.close();
        loop.give(input);
        loop.give(output);
    }

    private void sendDatagrams() throws IOException {
        input.flip();
        while (input.remaining() >= 3) {
            int at = input.position();
            int dataLength = Short.toUnsignedInt(input.getShort(at));
            int headerLength = Byte.toUnsignedInt(input.get(at + 2));
            if (headerLength < MIN_HEADER_LENGTH) {
                throw new IOException("impossible header length " + headerLength);
            }
            if (input.remaining() < headerLength + dataLength) {
                break;
            }
            if (SocksDestination.encodedLength(input, at + 3, input.limit()) != headerLength - 3) {
                throw new IOException("the header length does not fit the address");
            }
            int limit = input.limit();
            input.position(at + 3);
            SocksDestination destination = SocksDestination.read(input);
            int end = at + headerLength + dataLength;
            exit.send(destination, input.limit(end));
            input.limit(limit).position(end);
        }
        input.compact();
    }

    private void onAnswer(InetSocketAddress source, ByteBuffer buffer) {
        int headerLength = source.getAddress().getAddress().length == 4 ? 10 : 22;
        int dataLength = buffer.remaining();
        if (output.remaining() < headerLength + dataLength) {
            return;
        }
        output.putShort((short) dataLength).put((byte) headerLength);
        SocksDestination.write(output, source);
        output.put(buffer);
        try {
            flush();
        } catch (IOException e) {
            owner.abort();
        }
    }

    private void flush() throws IOException {
        output.flip();
        client.write(output);
        int wanted = SelectionKey.OP_READ | (output.hasRemaining() ? SelectionKey.OP_WRITE : 0);
        output.compact();
        if (clientKey.interestOps() != wanted) {
            clientKey.interestOps(wanted);
        }
    }
}
