// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import io.socks5tunnel.api.Socks5Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One client of an [EmbeddedSocksServer], from its greeting on (RFC 1928 §3 to §6, RFC 1929).
///
/// The client may send everything at once, early payload included, or byte by byte. Confined to its loop's thread.
final class SocksServerConnection implements SocksServerLoop.Handler {
    private static final int VERSION = 5;
    private static final int NO_AUTHENTICATION = 0;
    private static final int USERNAME_PASSWORD = 2;
    private static final int NO_ACCEPTABLE_METHOD = 0xff;
    private static final int CREDENTIALS_VERSION = 1;
    private static final int CONNECT = 1;
    private static final int UDP_ASSOCIATE = 3;
    private static final int UDP_IN_TCP = 5;
    private static final InetSocketAddress NO_ADDRESS = new InetSocketAddress(anyIpv4(), 0);

    private enum Phase {
        METHODS,
        CREDENTIALS,
        REQUEST,
        CONNECTING,
        RELAYING,
        REFUSED,
        CLOSED
    }

    private final SocksServerLoop loop;
    private final SocketChannel client;
    private Phase phase = Phase.METHODS;
    private @Nullable SelectionKey clientKey;
    /// What the client sent and nobody has used yet, ready to be filled further; null once the relay owns it.
    private @Nullable ByteBuffer input;

    private boolean isInputEnded;
    private @Nullable SocketChannel destination;
    /// What runs after the handshake.
    private @Nullable SocksRelay relay;

    SocksServerConnection(SocksServerLoop loop, SocketChannel client) {
        this.loop = loop;
        this.client = client;
    }

    void start() {
        try {
            if (loop.isClosing()) {
                abort();
                return;
            }
            input = loop.takeSmall();
            clientKey = loop.watch(client, SelectionKey.OP_READ, this);
        } catch (IOException e) {
            abort();
        }
    }

    @Override
    public void onReady(SelectionKey key) {
        try {
            switch (phase) {
                case METHODS, CREDENTIALS, REQUEST -> {
                    readInput();
                    advance();
                }
                case CONNECTING -> {
                    if (key.equals(clientKey)) {
                        readInput();
                    } else {
                        finishConnect(key);
                    }
                }
                case RELAYING -> {
                    if (relay != null && relay.onReady(key)) {
                        close();
                    }
                }
                case REFUSED -> discardInput();
                case CLOSED -> key.cancel();
            }
        } catch (IOException e) {
            abort();
        }
    }

    /// Ends everything of this client with RST. Harmless when repeated.
    void abort() {
        resetOnClose(client);
        if (destination != null) {
            resetOnClose(destination);
        }
        close();
    }

    static void resetOnClose(SocketChannel channel) {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException e) {
            // a socket that refuses is closed already, or about to be
            return;
        }
    }

    private void close() {
        if (phase == Phase.CLOSED) {
            return;
        }
        phase = Phase.CLOSED;
        EmbeddedSocksServer.closeQuietly(client);
        if (destination != null) {
            EmbeddedSocksServer.closeQuietly(destination);
        }
        if (relay != null) {
            relay.release();
        }
        releaseInput();
        loop.connectionEnded();
    }

    private void releaseInput() {
        if (input != null) {
            loop.give(input);
            input = null;
        }
    }

    private void readInput() throws IOException {
        ByteBuffer buffer = inputBuffer();
        int count = client.read(buffer);
        isInputEnded |= count < 0;
        if (phase != Phase.CONNECTING && isInputEnded) {
            close();
        } else if (isInputEnded || !buffer.hasRemaining()) {
            clientKey().interestOps(0);
        }
    }

    /// Handles as many whole messages as are there.
    private void advance() throws IOException {
        Phase before;
        do {
            before = phase;
            ByteBuffer buffer = input;
            if (buffer == null) {
                return;
            }
            buffer.flip();
            switch (phase) {
                case METHODS -> onMethods(buffer);
                case CREDENTIALS -> onCredentials(buffer);
                case REQUEST -> onRequest(buffer);
                case CONNECTING, RELAYING, REFUSED, CLOSED -> {}
            }
            if (input != null) {
                buffer.compact();
            }
        } while (phase != before);
    }

    private void onMethods(ByteBuffer in) throws IOException {
        if (in.remaining() < 1) {
            return;
        }
        if (in.get(0) != VERSION) {
            close();
            return;
        }
        if (in.remaining() < 2 || in.remaining() < 2 + Byte.toUnsignedInt(in.get(1))) {
            return;
        }
        in.get();
        int wanted = loop.options().credentials().isPresent() ? USERNAME_PASSWORD : NO_AUTHENTICATION;
        boolean isOffered = false;
        for (int left = Byte.toUnsignedInt(in.get()); left > 0; left--) {
            isOffered |= in.get() == wanted;
        }
        if (!isOffered) {
            reply(new byte[] {VERSION, (byte) NO_ACCEPTABLE_METHOD});
            endRefused();
            return;
        }
        reply(new byte[] {VERSION, (byte) wanted});
        phase = wanted == USERNAME_PASSWORD ? Phase.CREDENTIALS : Phase.REQUEST;
    }

    private void onCredentials(ByteBuffer in) throws IOException {
        if (in.remaining() < 2) {
            return;
        }
        int nameLength = Byte.toUnsignedInt(in.get(1));
        if (in.remaining() < 3 + nameLength
                || in.remaining() < 3 + nameLength + Byte.toUnsignedInt(in.get(2 + nameLength))) {
            return;
        }
        boolean isGood = in.get() == CREDENTIALS_VERSION;
        Socks5Settings.Credentials shown = new Socks5Settings.Credentials(readText(in), readText(in));
        isGood &= shown.equals(loop.options().credentials().orElseThrow());
        reply(new byte[] {CREDENTIALS_VERSION, (byte) (isGood ? 0 : 1)});
        if (isGood) {
            phase = Phase.REQUEST;
        } else {
            endRefused();
        }
    }

    private void onRequest(ByteBuffer in) throws IOException {
        if (in.remaining() < 4) {
            return;
        }
        int addressLength = SocksDestination.encodedLength(in, 3, in.limit());
        if (in.get(0) != VERSION || addressLength < 0) {
            refuse(addressLength < 0 ? SocksReply.ADDRESS_TYPE_NOT_SUPPORTED : SocksReply.GENERAL_FAILURE);
            return;
        }
        if (addressLength == 0 || in.remaining() < 3 + addressLength) {
            return;
        }
        int command = in.get(1);
        in.position(3);
        SocksDestination asked = SocksDestination.read(in);
        switch (command) {
            case CONNECT -> dial(asked);
            case UDP_ASSOCIATE -> associate();
            case UDP_IN_TCP -> openDatagramStream(in);
            default -> refuse(SocksReply.COMMAND_NOT_SUPPORTED);
        }
    }

    private void dial(SocksDestination asked) {
        phase = Phase.CONNECTING;
        if (asked.address() != null) {
            connect(loop.options().translation().apply(new InetSocketAddress(asked.address(), asked.port())));
            return;
        }
        // a look-up blocks, so it has a thread of its own
        Thread.ofVirtual().start(() -> {
            try {
                InetSocketAddress found = asked.resolve();
                loop.execute(() -> connect(found));
            } catch (IOException e) {
                loop.execute(() -> refuse(SocksReply.of(e)));
            }
        });
    }

    private void connect(InetSocketAddress address) {
        if (phase != Phase.CONNECTING) {
            return;
        }
        try {
            SocketChannel channel = SocketChannel.open();
            destination = channel;
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            if (channel.connect(address)) {
                startRelay(loop.watch(channel, SelectionKey.OP_READ, this));
                return;
            }
            loop.watch(channel, SelectionKey.OP_CONNECT, this);
            loop.afterConnectTimeout(() -> {
                if (phase == Phase.CONNECTING && channel.equals(destination)) {
                    refuse(SocksReply.HOST_UNREACHABLE);
                }
            });
        } catch (IOException e) {
            refuse(SocksReply.of(e));
        }
    }

    private void finishConnect(SelectionKey key) {
        try {
            if (((SocketChannel) key.channel()).finishConnect()) {
                startRelay(key);
            }
        } catch (IOException e) {
            refuse(SocksReply.of(e));
        }
    }

    private void startRelay(SelectionKey destinationKey) throws IOException {
        SocketChannel channel = (SocketChannel) destinationKey.channel();
        reply(SocksReply.SUCCEEDED, (InetSocketAddress) channel.getLocalAddress());
        ByteBuffer early = inputBuffer();
        input = null;
        phase = Phase.RELAYING;
        SocksStreamRelay streams = new SocksStreamRelay(loop, clientKey(), destinationKey);
        relay = streams;
        if (streams.start(early.flip(), isInputEnded)) {
            close();
        }
    }

    private void associate() throws IOException {
        SocksUdpRelay datagrams = new SocksUdpRelay(loop, clientKey());
        relay = datagrams;
        phase = Phase.RELAYING;
        reply(SocksReply.SUCCEEDED, datagrams.address());
    }

    private void openDatagramStream(ByteBuffer in) throws IOException {
        SocksUdpInTcp datagrams = new SocksUdpInTcp(loop, clientKey(), this);
        relay = datagrams;
        phase = Phase.RELAYING;
        reply(SocksReply.SUCCEEDED, NO_ADDRESS);
        datagrams.start(in);
    }

    private void refuse(SocksReply reason) {
        if (phase == Phase.CLOSED) {
            return;
        }
        try {
            reply(reason, NO_ADDRESS);
            if (destination != null) {
                EmbeddedSocksServer.closeQuietly(destination);
            }
            endRefused();
        } catch (IOException e) {
            abort();
        }
    }

    /// Sends FIN and waits for the client's: closing at once would turn into RST when the client has sent ahead,
    /// and the RST would overtake the reply.
    private void endRefused() throws IOException {
        client.shutdownOutput();
        phase = Phase.REFUSED;
        if (isInputEnded) {
            close();
            return;
        }
        clientKey().interestOps(SelectionKey.OP_READ);
    }

    private void discardInput() throws IOException {
        if (client.read(inputBuffer().clear()) < 0) {
            close();
        }
    }

    private void reply(SocksReply reply, InetSocketAddress bound) throws IOException {
        ByteBuffer message = ByteBuffer.allocate(3 + SocksDestination.MAX_BYTES);
        message.put((byte) VERSION).put((byte) reply.code()).put((byte) 0);
        SocksDestination.write(message, bound);
        write(message.flip());
    }

    private void reply(byte[] message) throws IOException {
        write(ByteBuffer.wrap(message));
    }

    private void write(ByteBuffer message) throws IOException {
        client.write(message);
        if (message.hasRemaining()) {
            throw new IOException("the client does not read its replies");
        }
    }

    private ByteBuffer inputBuffer() {
        if (input == null) {
            throw new IllegalStateException("the relay has taken over");
        }
        return input;
    }

    private SelectionKey clientKey() {
        if (clientKey == null) {
            throw new IllegalStateException("not started");
        }
        return clientKey;
    }

    private static String readText(ByteBuffer in) {
        byte[] raw = new byte[Byte.toUnsignedInt(in.get())];
        in.get(raw);
        return new String(raw, StandardCharsets.UTF_8);
    }

    private static InetAddress anyIpv4() {
        return new InetSocketAddress("0.0.0.0", 0).getAddress();
    }
}
