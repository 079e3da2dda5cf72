// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

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
    /// What came from the client and is no whole datagram yet, readable; null while there is nothing.
    private @Nullable ByteBuffer input;
    /// Whole answers on their way to the client, readable; null while there are none.
    private @Nullable ByteBuffer output;

    SocksUdpInTcp(SocksServerLoop loop, SelectionKey clientKey, SocksServerConnection owner) throws IOException {
        this.loop = loop;
        this.clientKey = clientKey;
        this.owner = owner;
        client = (SocketChannel) clientKey.channel();
        exit = new SocksDatagramExit(loop, this::onAnswer);
    }

    /// Begins with what the client had sent ahead, and takes it out of `early`.
    void start(ByteBuffer early) throws IOException {
        sendDatagrams(loop.take().put(early));
    }

    @Override
    public boolean onReady(SelectionKey key) throws IOException {
        if (key.isWritable()) {
            flush(writable(output));
        }
        if (key.isReadable()) {
            ByteBuffer buffer = writable(input);
            input = null;
            boolean isEnded = client.read(buffer) < 0;
            sendDatagrams(buffer);
            return isEnded;
        }
        return false;
    }

    @Override
    public void release() {
        exit.close();
        if (input != null) {
            loop.give(input);
            input = null;
        }
        if (output != null) {
            loop.give(output);
            output = null;
        }
    }

    /// @param buffer to be filled further; given away
    private void sendDatagrams(ByteBuffer buffer) throws IOException {
        buffer.flip();
        try {
            while (buffer.remaining() >= 3) {
                int at = buffer.position();
                int dataLength = Short.toUnsignedInt(buffer.getShort(at));
                int headerLength = Byte.toUnsignedInt(buffer.get(at + 2));
                if (headerLength < MIN_HEADER_LENGTH) {
                    throw new IOException("impossible header length " + headerLength);
                }
                if (buffer.remaining() < headerLength + dataLength) {
                    break;
                }
                if (SocksDestination.encodedLength(buffer, at + 3, buffer.limit()) != headerLength - 3) {
                    throw new IOException("the header length does not fit the address");
                }
                int limit = buffer.limit();
                buffer.position(at + 3);
                SocksDestination destination = SocksDestination.read(buffer);
                int end = at + headerLength + dataLength;
                exit.send(destination, buffer.limit(end));
                buffer.limit(limit).position(end);
            }
        } finally {
            input = kept(buffer);
        }
    }

    private void onAnswer(InetSocketAddress source, ByteBuffer datagram) {
        int headerLength = source.getAddress().getAddress().length == 4 ? 10 : 22;
        int dataLength = datagram.remaining();
        ByteBuffer buffer = writable(output);
        output = null;
        if (buffer.remaining() >= headerLength + dataLength) {
            buffer.putShort((short) dataLength).put((byte) headerLength);
            SocksDestination.write(buffer, source);
            buffer.put(datagram);
        }
        try {
            flush(buffer);
        } catch (IOException e) {
            owner.abort();
        }
    }

    /// @param buffer to be filled further; given away
    private void flush(ByteBuffer buffer) throws IOException {
        output = null;
        buffer.flip();
        try {
            client.write(buffer);
        } finally {
            output = kept(buffer);
        }
        int wanted = SelectionKey.OP_READ | (output == null ? 0 : SelectionKey.OP_WRITE);
        if (clientKey.interestOps() != wanted) {
            clientKey.interestOps(wanted);
        }
    }

    /// A large buffer that begins with `rest`, whose buffer is given back, and can be filled further.
    private ByteBuffer writable(@Nullable ByteBuffer rest) {
        if (rest == null) {
            return loop.take();
        }
        if (rest.capacity() == SocksServerLoop.BUFFER_BYTES) {
            return rest.compact();
        }
        ByteBuffer large = loop.take().put(rest);
        loop.give(rest);
        return large;
    }

    /// What remains, in a buffer as small as possible: thousands of clients may rest.
    private @Nullable ByteBuffer kept(ByteBuffer buffer) {
        if (buffer.hasRemaining()) {
            return loop.shrink(buffer);
        }
        loop.give(buffer);
        return null;
    }
}
