// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.spi.NameHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Opens a way for datagrams: asks the SOCKS server by the first command of [UdpModes] and, where that may mean
/// that the server does not know it, by the next; finds out where the relay of UDP ASSOCIATE is; and opens the
/// socket to it.
///
/// An address of zeros in the server's reply means the server's own address, as servers behind address translation
/// send it; `udp-address` replaces whatever was said. The time limit over all of it is the owner's. Confined to one
/// shard.
final class UdpDial implements NameHandler {
    private final UdpDialer dialer;
    private final WakerSlot owner;
    private SocksCommand command;
    private UpstreamDial dial;
    private Stage stage = Stage.DIALING;
    private boolean hasFallenBack;
    private @Nullable UpstreamLink link;
    private @Nullable List<InetAddress> relayAddresses;
    private String relayName = "";
    private int relayPort;

    UdpDial(UdpDialer dialer, Waker owner, long nowNanos) {
        this.dialer = dialer;
        this.owner = new WakerSlot(owner);
        command = dialer.modes().first(nowNanos);
        dial = dialer.dialer().dialForDatagrams(command, this.owner);
    }

    /// How far a dial has come.
    sealed interface Outcome {
        /// It waits for something.
        record UnderWay() implements Outcome {}

        /// The path now belongs to the caller, whom it wakes.
        record Opened(DatagramPath path) implements Outcome {}

        /// It came to nothing; its sockets are closed.
        record Failed(DialFailure failure) implements Outcome {}

        /// The one [UnderWay].
        Outcome UNDER_WAY = new UnderWay();
    }

    /// Goes on as far as possible without waiting.
    Outcome advance(long nowNanos) {
        return switch (stage) {
            case DIALING -> onDial(dial.advance(), nowNanos);
            case RESOLVING -> openRelay(nowNanos);
            case ENDED -> Outcome.UNDER_WAY;
        };
    }

    /// Gives up and closes the sockets. Nothing happens after this.
    void cancel() {
        stage = Stage.ENDED;
        dial.cancel();
        if (link != null) {
            link.abort();
        }
    }

    @Override
    public void onResolved(List<InetAddress> addresses) {
        if (stage == Stage.RESOLVING) {
            relayAddresses = addresses;
            owner.wake();
        }
    }

    private enum Stage {
        DIALING,
        RESOLVING,
        ENDED
    }

    private Outcome onDial(UpstreamDial.Outcome outcome, long nowNanos) {
        return switch (outcome) {
            case UpstreamDial.Outcome.UnderWay _ -> Outcome.UNDER_WAY;
            case UpstreamDial.Outcome.Failed(DialFailure failure) -> {
                if (!failure.mayMeanUnknownCommand() || !dialer.modes().hasNext(command)) {
                    yield fail(failure);
                }
                hasFallenBack = true;
                command = SocksCommand.UDP_ASSOCIATE;
                dial = dialer.dialer().dialForDatagrams(command, owner);
                yield onDial(dial.advance(), nowNanos);
            }
            case UpstreamDial.Outcome.Connected(UpstreamLink granted, InetAddress server, SocksTarget bound) -> {
                link = granted;
                if (command == SocksCommand.UDP_IN_TCP) {
                    stage = Stage.ENDED;
                    yield new Outcome.Opened(new UdpStream(granted, owner));
                }
                yield findRelay(server, bound, nowNanos);
            }
        };
    }

    private Outcome findRelay(InetAddress server, SocksTarget bound, long nowNanos) {
        stage = Stage.RESOLVING;
        relayPort = bound.port();
        if (relayPort == 0) {
            return fail(new DialFailure.RelayUnusable("it has no port"));
        }
        relayName = dialer.udpAddress().orElse(bound.host());
        InetAddress literal = literal(relayName);
        if (literal == null) {
            dialer.dialer().reactor().resolve(relayName, this);
        } else {
            relayAddresses = List.of(literal.isAnyLocalAddress() ? server : literal);
        }
        return openRelay(nowNanos);
    }

    private Outcome openRelay(long nowNanos) {
        if (relayAddresses == null || link == null) {
            return Outcome.UNDER_WAY;
        }
        if (relayAddresses.isEmpty()) {
            return fail(new DialFailure.RelayUnusable("its name " + relayName + " was not found"));
        }
        try {
            InetSocketAddress relay = new InetSocketAddress(relayAddresses.getFirst(), relayPort);
            UdpAssociation opened = dialer.open(link, owner, relay);
            stage = Stage.ENDED;
            if (hasFallenBack) {
                dialer.modes().onFallBack(nowNanos);
            }
            return new Outcome.Opened(opened);
        } catch (IOException e) {
            return fail(new DialFailure.RelayUnusable(String.valueOf(e.getMessage())));
        }
    }

    private Outcome fail(DialFailure failure) {
        stage = Stage.ENDED;
        if (link != null) {
            link.close();
        }
        return new Outcome.Failed(failure);
    }

    private static @Nullable InetAddress literal(String address) {
        try {
            return InetAddress.ofLiteral(address);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }
}
