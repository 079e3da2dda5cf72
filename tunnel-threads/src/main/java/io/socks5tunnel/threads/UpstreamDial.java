// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.NameHandler;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.stack.FlowKey;
import io.socks5tunnel.threads.SocksHandshake.Step;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One way to a destination: look the SOCKS server up, connect to its addresses in order, shake hands.
///
/// It does as much as it can whenever it is asked to [#advance()], and wakes its owner when there may be more to
/// do. The time limit over all of it is the owner's. Confined to one shard.
///
/// One that is made ahead of its flow stops before the request and [waits][#isReady]. A server that closes it
/// before a byte of its reply has come may have closed it long before the request, so the dial then begins anew,
/// once.
final class UpstreamDial implements NameHandler, WarmPool.Warm {
    /// As much as any reply has, and something for the beginning of the stream.
    private static final int READ_BYTES = 512;

    private final Dialer dialer;
    private final SocksCommand command;
    private final WakerSlot owner;
    private final UpstreamLink link;

    /// Null until a flow wants the connection, if it is made ahead of one.
    private @Nullable SocksTarget destination;

    private Stage stage = Stage.NEW;
    private @Nullable List<InetAddress> candidates;
    private int nextCandidate;
    private SocksHandshake handshake;
    private boolean hasAnswered;
    private boolean wasWaiting;
    private String lastCause = "";
    private @Nullable FlowKey noted;

    /// @param destination ignored where the command has none; null to be told by [#handTo]
    UpstreamDial(Dialer dialer, SocksCommand command, @Nullable SocksTarget destination, Waker owner) {
        this.dialer = dialer;
        this.command = command;
        this.destination = destination;
        this.owner = new WakerSlot(owner);
        link = new UpstreamLink(this.owner);
        handshake = newHandshake(SocksTarget.ANY_IPV4);
    }

    /// How far a dial has come.
    sealed interface Outcome {
        /// It waits for something.
        record UnderWay() implements Outcome {}

        /// The server has done what it was asked for. The link, and what it leads to, now belong to the caller.
        ///
        /// @param server the address of the server that the link leads to
        /// @param bound where it relays datagrams, as it said
        record Connected(UpstreamLink link, InetAddress server, SocksTarget bound) implements Outcome {}

        /// It came to nothing; its socket is closed.
        record Failed(DialFailure failure) implements Outcome {}

        /// The one [UnderWay].
        Outcome UNDER_WAY = new UnderWay();
    }

    /// Goes on as far as possible without waiting.
    Outcome advance() {
        return switch (stage) {
            case NEW -> begin();
            case RESOLVING -> onAddresses();
            case CONNECTING -> finishConnect();
            case SHAKING_HANDS -> shakeHands();
            case WAITING, ENDED -> Outcome.UNDER_WAY;
        };
    }

    /// Whether it has come as far as it can without a flow.
    boolean isReady() {
        return stage == Stage.WAITING;
    }

    /// Whether it waits for a flow and the server, as far as can be known, has not ended it. A server that speaks
    /// unasked is of no use either.
    boolean isAlive() {
        if (stage != Stage.WAITING || !link.isReadable()) {
            return stage == Stage.WAITING;
        }
        GatherList ranges = dialer.clearedRanges();
        ranges.add(dialer.scratch(), 0, 1);
        try {
            return link.read(ranges) == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /// Gives a connection that waits to a flow, which [advances][#advance] it from now on.
    void handTo(SocksTarget flowDestination, Waker flow) {
        owner.handTo(flow);
        destination = flowDestination;
        handshake.request(flowDestination);
        wasWaiting = true;
        hasAnswered = false;
        stage = Stage.SHAKING_HANDS;
    }

    @Override
    public void release() {
        stage = Stage.ENDED;
        link.close();
    }

    /// Gives up and closes the socket. Nothing happens after this.
    void cancel() {
        stage = Stage.ENDED;
        forgetConnecting();
        link.abort();
    }

    @Override
    public void onResolved(List<InetAddress> addresses) {
        if (stage == Stage.RESOLVING) {
            candidates = addresses;
            owner.wake();
        }
    }

    private enum Stage {
        NEW,
        RESOLVING,
        CONNECTING,
        SHAKING_HANDS,
        WAITING,
        ENDED
    }

    private Outcome begin() {
        stage = Stage.RESOLVING;
        if (dialer.server().isNone()) {
            return fail(new DialFailure.NoServer());
        }
        if (dialer.literal().isEmpty()) {
            dialer.reactor().resolve(dialer.server().address(), this);
        } else {
            candidates = dialer.literal();
        }
        return onAddresses();
    }

    private Outcome onAddresses() {
        if (candidates == null) {
            return Outcome.UNDER_WAY;
        }
        if (candidates.isEmpty()) {
            dialer.connecting().tellUnresolved(dialer.server().address());
            return fail(new DialFailure.ServerUnresolved(dialer.server().address()));
        }
        return connectNext(candidates);
    }

    private Outcome connectNext(List<InetAddress> addresses) {
        while (nextCandidate < addresses.size()) {
            var address = new InetSocketAddress(
                    addresses.get(nextCandidate++), dialer.server().port());
            try {
                link.open(dialer.reactor(), address, dialer.options());
                noted = dialer.connecting().add(link.localAddress(), address);
                stage = Stage.CONNECTING;
                return finishConnect();
            } catch (IOException e) {
                link.close();
                lastCause = String.valueOf(e.getMessage());
            }
        }
        return fail(new DialFailure.ServerUnreachable(lastCause));
    }

    /// Asks without waiting to be told: to a server on this host, a connect has succeeded when it returns.
    private Outcome finishConnect() {
        try {
            if (!link.finishConnect()) {
                return Outcome.UNDER_WAY;
            }
        } catch (IOException e) {
            return connectAfter(e);
        }
        stage = Stage.SHAKING_HANDS;
        handshake = newHandshake(present());
        return shakeHands();
    }

    private Outcome connectAfter(IOException failure) {
        link.close();
        forgetConnecting();
        lastCause = String.valueOf(failure.getMessage());
        return connectNext(candidates == null ? List.of() : candidates);
    }

    private Outcome shakeHands() {
        try {
            while (true) {
                switch (handshake.step()) {
                    case Step.Send(ByteBuffer bytes) -> {
                        if (!link.isWritable() || !send(bytes)) {
                            return Outcome.UNDER_WAY;
                        }
                    }
                    case Step.Receive _ -> {
                        if (!link.isReadable() || !receive()) {
                            return Outcome.UNDER_WAY;
                        }
                    }
                    case Step.Authenticated _ -> {
                        stage = Stage.WAITING;
                        forgetConnecting();
                        return Outcome.UNDER_WAY;
                    }
                    case Step.Connected(SocksTarget bound) -> {
                        stage = Stage.ENDED;
                        forgetConnecting();
                        return new Outcome.Connected(link, present(), bound);
                    }
                    case Step.Failed(DialFailure failure) -> {
                        return fail(failure);
                    }
                }
            }
        } catch (IOException e) {
            if (wasWaiting && !hasAnswered) {
                return beginAnew();
            }
            // with fast open the connect itself fails only when the first bytes are sent
            boolean isConnectFailure = dialer.options().tcpFastOpen() && !hasAnswered;
            return isConnectFailure
                    ? connectAfter(e)
                    : fail(new DialFailure.ConnectionLost(String.valueOf(e.getMessage())));
        }
    }

    private Outcome beginAnew() {
        link.close();
        wasWaiting = false;
        candidates = null;
        nextCandidate = 0;
        return begin();
    }

    private boolean send(ByteBuffer bytes) throws IOException {
        Slab scratch = dialer.scratch();
        scratch.bytes().put(0, bytes, bytes.position(), bytes.remaining());
        GatherList ranges = dialer.clearedRanges();
        ranges.add(scratch, 0, bytes.remaining());
        int sent = link.write(ranges);
        bytes.position(bytes.position() + sent);
        return sent > 0;
    }

    /// Reads more than is awaited: a read that is not filled tells that the socket is empty, which a second call
    /// would have to find out otherwise.
    private boolean receive() throws IOException {
        GatherList ranges = dialer.clearedRanges();
        ranges.add(dialer.scratch(), 0, READ_BYTES);
        int received = link.read(ranges);
        if (received < 0) {
            throw new IOException("end of stream");
        }
        hasAnswered |= received > 0;
        ByteBuffer bytes = dialer.scratch().bytes().slice(0, received);
        handshake.received(bytes);
        if (bytes.hasRemaining()) {
            link.unread(bytes);
        }
        return received > 0;
    }

    private Outcome fail(DialFailure failure) {
        stage = Stage.ENDED;
        forgetConnecting();
        link.close();
        return new Outcome.Failed(failure);
    }

    private void forgetConnecting() {
        if (noted != null) {
            dialer.connecting().remove(noted);
            noted = null;
        }
    }

    /// The address that was tried last.
    private InetAddress present() {
        return candidates == null ? SocksTarget.ANY_IPV4 : candidates.get(nextCandidate - 1);
    }

    private SocksHandshake newHandshake(InetAddress server) {
        @Nullable SocksTarget target = command.hasDestination() ? destination : SocksTarget.unspecified(server);
        return new SocksHandshake(
                command, target, dialer.server().credentials(), dialer.server().pipeline());
    }
}
