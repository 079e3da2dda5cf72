// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.Socks5Settings.Credentials;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The client's side of a SOCKS5 handshake (RFC 1928, RFC 1929), without any input or output: it says what to send
/// and how many bytes to receive, and is told what happened.
///
/// ```
///   client                                server
///   05 01 method                    ->
///                                   <-    05 method
///   01 len user len password        ->                     only with method 02
///                                   <-    01 status
///   05 command 00 ATYP address port ->
///                                   <-    05 REP 00 ATYP address port
/// ```
///
/// In pipeline mode the client's three messages go out at once. Exactly one method is offered: 00 without
/// credentials, 02 with; a server that answers 00 to an offer of 02 is content without them.
///
/// It never takes a byte behind the reply: what a server sends right after it is the stream's. Confined to one
/// shard.
final class SocksHandshake {
    private static final byte VERSION = 5;
    private static final byte AUTHENTICATION_VERSION = 1;
    private static final int NO_AUTHENTICATION = 0;
    private static final int USERNAME_PASSWORD = 2;
    private static final int SHORT_REPLY_BYTES = 2;

    /// Up to the first byte of the address, which is the length if it is a name.
    private static final int REPLY_HEAD_BYTES = 5;

    private final SocksCommand command;

    /// Null until a flow wants the connection, if it is made ahead of one.
    private @Nullable SocksTarget target;

    private final Optional<Credentials> credentials;
    private final boolean pipeline;
    private ByteBuffer incoming = ByteBuffer.allocate(REPLY_HEAD_BYTES);
    private State state = State.METHOD;
    private int boundType;
    private byte boundHead;
    private Step step;

    /// A handshake for a stream, before its first byte.
    SocksHandshake(SocksTarget target, Optional<Credentials> credentials, boolean pipeline) {
        this(SocksCommand.CONNECT, target, credentials, pipeline);
    }

    /// A handshake before its first byte.
    ///
    /// @param target null to come no further than [Step.Authenticated] before [#request]
    SocksHandshake(
            SocksCommand command, @Nullable SocksTarget target, Optional<Credentials> credentials, boolean pipeline) {
        this.command = command;
        this.target = target;
        this.credentials = credentials;
        this.pipeline = pipeline;
        step = new Step.Send(opening());
    }

    /// Goes on after [Step.Authenticated].
    void request(SocksTarget newTarget) {
        target = newTarget;
        state = State.REPLY_HEAD;
        step = new Step.Send(encoded(newTarget));
    }

    /// What must happen next. The same object until it has happened.
    Step step() {
        if (step instanceof Step.Send(ByteBuffer bytes) && !bytes.hasRemaining()) {
            awaitAnswer();
        }
        return step;
    }

    /// Takes bytes of the server: as many as the present [Step.Receive] wants, or fewer. The rest stays in `from`.
    void received(ByteBuffer from) {
        while (from.hasRemaining() && step() instanceof Step.Receive) {
            incoming.put(from.get());
            if (state == State.REPLY_HEAD && incoming.position() == SHORT_REPLY_BYTES && isRefused()) {
                return;
            }
            if (incoming.hasRemaining()) {
                step = new Step.Receive(incoming.remaining());
            } else {
                onMessage();
            }
        }
    }

    /// What must happen next.
    sealed interface Step {
        /// Send what remains in `bytes`, and move its position by what was sent.
        record Send(ByteBuffer bytes) implements Step {}

        /// Receive up to `count` bytes. What comes behind them is not for the handshake.
        record Receive(int count) implements Step {}

        /// Nothing, until [#request] says what the server is to be asked for.
        record Authenticated() implements Step {}

        /// Nothing: the server has done what it was asked for.
        ///
        /// @param bound where it relays datagrams; for a stream it means nothing
        record Connected(SocksTarget bound) implements Step {}

        /// Nothing: it came to nothing.
        record Failed(DialFailure failure) implements Step {}
    }

    private enum State {
        METHOD,
        AUTHENTICATION,
        REPLY_HEAD,
        REPLY_REST
    }

    private void onMessage() {
        incoming.flip();
        switch (state) {
            case METHOD -> onMethod(incoming.get(0), Byte.toUnsignedInt(incoming.get(1)));
            case AUTHENTICATION -> onAuthentication(incoming.get(0), Byte.toUnsignedInt(incoming.get(1)));
            case REPLY_HEAD -> onReplyHead();
            case REPLY_REST -> step = new Step.Connected(bound());
        }
    }

    private void onMethod(byte version, int method) {
        if (version != VERSION) {
            fail(new DialFailure.WrongVersion(Byte.toUnsignedInt(version)));
        } else if (method == NO_AUTHENTICATION) {
            sendRequest();
        } else if (method == USERNAME_PASSWORD && credentials.isPresent()) {
            state = State.AUTHENTICATION;
            sendUnlessSent(authentication(credentials.get()));
        } else {
            fail(new DialFailure.MethodRefused(method));
        }
    }

    private void onAuthentication(byte version, int status) {
        if (version != AUTHENTICATION_VERSION) {
            fail(new DialFailure.WrongVersion(Byte.toUnsignedInt(version)));
        } else if (status != 0) {
            fail(new DialFailure.AuthenticationRefused(status));
        } else {
            sendRequest();
        }
    }

    private void sendRequest() {
        if (target == null) {
            step = new Step.Authenticated();
            return;
        }
        state = State.REPLY_HEAD;
        sendUnlessSent(encoded(target));
    }

    /// Servers that refuse do not always send the rest of the reply, so two bytes are enough.
    private boolean isRefused() {
        int version = Byte.toUnsignedInt(incoming.get(0));
        int code = Byte.toUnsignedInt(incoming.get(1));
        if (version != VERSION) {
            fail(new DialFailure.WrongVersion(version));
        } else if (SocksReply.of(code) != SocksReply.SUCCEEDED) {
            fail(new DialFailure.RequestRefused(code));
        } else {
            return false;
        }
        return true;
    }

    private void onReplyHead() {
        int type = Byte.toUnsignedInt(incoming.get(3));
        int firstAddressByte = Byte.toUnsignedInt(incoming.get(4));
        boundHead = (byte) firstAddressByte;
        boundType = type;
        switch (type) {
            case SocksTarget.ATYP_IPV4 -> awaitRest(4 - 1);
            case SocksTarget.ATYP_IPV6 -> awaitRest(16 - 1);
            case SocksTarget.ATYP_NAME -> awaitRest(firstAddressByte);
            default -> fail(new DialFailure.UnknownAddressType(type));
        }
    }

    /// What is no name stands for "the server itself", as zeros do: for a stream it does not matter, and must not
    /// fail it.
    private SocksTarget bound() {
        byte[] rest = new byte[incoming.limit() - Short.BYTES];
        incoming.get(0, rest);
        int port = Short.toUnsignedInt(incoming.getShort(rest.length));
        if (boundType != SocksTarget.ATYP_NAME) {
            byte[] address = new byte[1 + rest.length];
            address[0] = boundHead;
            System.arraycopy(rest, 0, address, 1, rest.length);
            return SocksTarget.literal(address, port);
        }
        return isName(rest)
                ? new SocksTarget.Name(new String(rest, StandardCharsets.US_ASCII), port)
                : new SocksTarget.Literal(new InetSocketAddress(SocksTarget.ANY_IPV4, port));
    }

    private static boolean isName(byte[] bytes) {
        for (byte letter : bytes) {
            if (letter <= ' ' || letter == 0x7f) {
                return false;
            }
        }
        return bytes.length > 0;
    }

    private void awaitRest(int addressBytes) {
        state = State.REPLY_REST;
        await(addressBytes + Short.BYTES);
    }

    private void sendUnlessSent(ByteBuffer message) {
        if (pipeline) {
            awaitAnswer();
        } else {
            step = new Step.Send(message);
        }
    }

    private void awaitAnswer() {
        await(state == State.REPLY_HEAD ? REPLY_HEAD_BYTES : SHORT_REPLY_BYTES);
    }

    private void await(int bytes) {
        incoming = bytes <= incoming.capacity() ? incoming.clear().limit(bytes) : ByteBuffer.allocate(bytes);
        step = new Step.Receive(bytes);
    }

    private void fail(DialFailure failure) {
        step = new Step.Failed(failure);
    }

    private ByteBuffer opening() {
        if (!pipeline) {
            return greeting();
        }
        ByteBuffer all = ByteBuffer.allocate(1024).put(greeting());
        credentials.ifPresent(present -> all.put(authentication(present)));
        if (target != null) {
            all.put(encoded(target));
        }
        return all.flip();
    }

    private ByteBuffer greeting() {
        int method = credentials.isPresent() ? USERNAME_PASSWORD : NO_AUTHENTICATION;
        return ByteBuffer.wrap(new byte[] {VERSION, 1, (byte) method});
    }

    private ByteBuffer encoded(SocksTarget wanted) {
        ByteBuffer request = ByteBuffer.allocate(3 + SocksTarget.MAX_ENCODED_BYTES);
        request.put(VERSION).put(command.code()).put((byte) 0);
        wanted.encode(request);
        return request.flip();
    }

    private static ByteBuffer authentication(Credentials credentials) {
        byte[] username = credentials.username().getBytes(StandardCharsets.UTF_8);
        byte[] password = credentials.password().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(3 + username.length + password.length)
                .put(AUTHENTICATION_VERSION)
                .put((byte) username.length)
                .put(username)
                .put((byte) password.length)
                .put(password)
                .flip();
    }
}
