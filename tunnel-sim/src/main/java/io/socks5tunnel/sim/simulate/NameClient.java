// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import io.socks5tunnel.sim.SeededRandom;
import io.socks5tunnel.sim.SimHost;
import io.socks5tunnel.sim.SimUdpSocket;
import io.socks5tunnel.sim.VirtualClock;
import io.socks5tunnel.sim.simulate.ClientSockets.Exchange;
import io.socks5tunnel.sim.simulate.NamesPlan.Client;
import io.socks5tunnel.sim.simulate.NamesPlan.Errand;
import io.socks5tunnel.sim.simulate.NamesPlan.Question;
import io.socks5tunnel.sim.simulate.NamesPlan.Use;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A client of names: looks one up, uses the address, and goes on to the next. Whatever fails is tried again from
/// the beginning, as a user would. Confined to one thread.
final class NameClient {
    private static final long DATAGRAM_PATIENCE_NANOS = 2_000_000_000L;
    private static final long STREAM_PATIENCE_NANOS = 15_000_000_000L;
    private static final long REST_NANOS = 500_000_000L;
    private static final long POLL_NANOS = 100_000_000L;
    private static final int MAX_PAYLOAD_BYTES = 1_000;
    private static final int SHARED_PORT = 443;

    /// Tries after which a use need not succeed where the tunnel may end what it likes.
    private static final int MAX_USELESS_TRIES = 5;

    private final VirtualClock clock;
    private final Trace trace;
    private final FaultClock faults;
    private final Client plan;
    private final NameSide side;
    private final NameAudit audit;
    private final SeededRandom random;
    private final boolean mayStarve;
    private @Nullable ClientSockets sockets;
    private @Nullable SimUdpSocket datagrams;
    private int errand;
    private int tries;
    private int healedTries;
    private NameTry present = NameTry.NONE;

    /// @param mayStarve whether the tunnel may end connections and flows on its own account
    NameClient(
            VirtualClock clock,
            Trace trace,
            FaultClock faults,
            Client plan,
            NameSide side,
            SeededRandom random,
            boolean mayStarve) {
        this.clock = clock;
        this.trace = trace;
        this.faults = faults;
        this.plan = plan;
        this.side = side;
        this.audit = side.audit();
        this.random = random;
        this.mayStarve = mayStarve;
    }

    /// Begins in its time.
    void begin(SimHost host) {
        ClientSockets opened = new ClientSockets(host, clock, plan.address(), random.fork("sockets"));
        sockets = opened;
        SimUdpSocket socket = host.openUdp(opened.fresh());
        socket.onDatagram(this::onDatagram);
        datagrams = socket;
        clock.after(plan.startNanos(), () -> attempt(opened));
    }

    boolean isOver() {
        return errand == plan.errands().size();
    }

    int errandsDone() {
        return errand;
    }

    /// In words, for people.
    String describe() {
        return plan.address().getHostAddress() + " is at errand " + errand + " of "
                + plan.errands().size() + (isOver() ? "" : ": " + plan.errands().get(errand)) + ", try " + tries
                + ", " + healedTries + " of them in a healed world";
    }

    private void attempt(ClientSockets from) {
        if (isOver()) {
            return;
        }
        tries++;
        healedTries += faults.isHealed() ? 1 : 0;
        Errand wanted = plan.errands().get(errand);
        NameTry attempt = side.newTry(wanted, plan.isIpv6(), trace.sinceStartNanos());
        present = attempt;
        int type = switch (wanted.question()) {
            case ADDRESS, POINTER -> plan.isIpv6() ? NameMessage.AAAA : NameMessage.A;
            case REDIRECTED -> NameMessage.A;
            case OTHER -> NameMessage.HTTPS;
        };
        ask(from, attempt, NameMessage.query(random.below(1 << 16), mixedCase(wanted.name()), type));
    }

    private void ask(ClientSockets from, NameTry attempt, NameMessage query) {
        attempt.asks(query);
        if (attempt.errand().isOverTcp()) {
            askStream(from, attempt, query);
        } else {
            askDatagram(from, attempt, query);
        }
    }

    private InetSocketAddress server(NameTry attempt) {
        boolean isRedirected = attempt.errand().question() == Question.REDIRECTED;
        return plan.isIpv6()
                ? isRedirected ? NamesPlan.REDIRECTED_6 : NamesPlan.SERVER_6
                : isRedirected ? NamesPlan.REDIRECTED : NamesPlan.SERVER;
    }

    private void askDatagram(ClientSockets from, NameTry attempt, NameMessage query) {
        SimUdpSocket socket = from.host().openUdp(from.fresh());
        InetSocketAddress server = server(attempt);
        int steps = attempt.steps();
        socket.onDatagram(reply -> {
            require(reply.source().equals(server), "asked " + server + " and was answered from " + reply.source());
            onReply(from, attempt, query, NameMessage.parse(reply.payload()));
        });
        socket.send(server, query.bytes());
        clock.after(DATAGRAM_PATIENCE_NANOS, () -> {
            socket.close();
            retry(from, attempt, steps);
        });
    }

    private void askStream(ClientSockets from, NameTry attempt, NameMessage query) {
        boolean isMapped = attempt.errand().question() != Question.REDIRECTED;
        long askedNanos = trace.sinceStartNanos();
        if (isMapped) {
            audit.onStreamQuery(query);
        }
        Exchange exchange = from.exchange(
                server(attempt),
                query.frame(),
                frame -> {
                    NameMessage reply = NameMessage.parse(Arrays.copyOfRange(frame, Short.BYTES, frame.length));
                    if (isMapped && reply != null) {
                        audit.onStreamReply(query, reply, askedNanos);
                    }
                    onReply(from, attempt, query, reply);
                },
                (answer, received) -> received < Short.BYTES
                        ? Short.BYTES
                        : Short.BYTES
                                + Short.toUnsignedInt(ByteBuffer.wrap(answer).getShort()));
        watch(from, attempt, exchange, STREAM_PATIENCE_NANOS);
    }

    /// Gives a connection up that takes too long, and tries again when it has failed.
    private void watch(ClientSockets from, NameTry attempt, Exchange exchange, long leftNanos) {
        int steps = attempt.steps();
        clock.after(POLL_NANOS, () -> {
            if (present != attempt || attempt.steps() != steps) {
                // it was answered, and has a while to end well
                clock.after(STREAM_PATIENCE_NANOS, exchange::abandon);
            } else if (exchange.hasFailed() || leftNanos <= 0) {
                exchange.abandon();
                retry(from, attempt, steps);
            } else {
                watch(from, attempt, exchange, leftNanos - POLL_NANOS);
            }
        });
    }

    private void onReply(ClientSockets from, NameTry attempt, NameMessage query, @Nullable NameMessage reply) {
        boolean isAnswer = reply != null && reply.answers(query);
        require(isAnswer, "asked " + query + " and was told " + reply);
        if (reply == null || !isAnswer || present != attempt || !attempt.isWaitingFor(query)) {
            return;
        }
        attempt.step();
        switch (attempt.errand().question()) {
            case OTHER -> {
                require(reply.code() == 0 && reply.address() == null, query + " was answered with " + reply);
                next(from);
            }
            case REDIRECTED -> onRedirectedReply(from, attempt, reply);
            case ADDRESS -> onAddress(from, attempt, reply);
            case POINTER -> onPointer(from, attempt, reply);
        }
    }

    private void onRedirectedReply(ClientSockets from, NameTry attempt, NameMessage reply) {
        if (reply.code() != 0) {
            // the resolver was out of reach
            retry(from, attempt, attempt.steps());
            return;
        }
        InetAddress right = NameSide.addressOf(attempt.errand().name(), false);
        require(right.equals(reply.address()), "the resolver said " + right + " and the client hears " + reply);
        next(from);
    }

    private void onAddress(ClientSockets from, NameTry attempt, NameMessage reply) {
        InetAddress address = reply.address();
        require(address != null && NameAudit.isMapped(address), "no mapped address in " + reply);
        if (address == null) {
            return;
        }
        boolean isGivenUp = mayStarve && healedTries > MAX_USELESS_TRIES;
        Use use = isGivenUp ? Use.NOTHING : attempt.errand().use();
        switch (use) {
            case NOTHING -> next(from);
            case CONNECTION -> connect(from, attempt, new InetSocketAddress(address, attempt.port()));
            case DATAGRAM -> {
                boolean isFirst = tries == 1 && attempt.errand().isReplyNamed();
                send(from, attempt, new InetSocketAddress(address, isFirst ? SHARED_PORT : attempt.port()));
            }
        }
    }

    private void onPointer(ClientSockets from, NameTry attempt, NameMessage reply) {
        if (reply.type() == NameMessage.PTR) {
            audit.checkPointer(attempt.errand().name(), reply.pointer(), attempt.askedNanos());
            next(from);
            return;
        }
        InetAddress address = reply.address();
        require(address != null, "no address in " + reply);
        if (address != null) {
            String name = NameAudit.reverseName(address);
            ask(from, attempt, NameMessage.query(random.below(1 << 16), name, NameMessage.PTR));
        }
    }

    private void connect(ClientSockets from, NameTry attempt, InetSocketAddress to) {
        byte[] payload = attempt.payload(random.below(MAX_PAYLOAD_BYTES));
        Exchange exchange = from.exchange(
                to,
                payload,
                answer -> {
                    require(Arrays.equals(answer, payload), "an echo from " + to + " is not what was sent there");
                    if (present == attempt) {
                        attempt.step();
                        next(from);
                    }
                },
                (_, _) -> payload.length);
        watch(from, attempt, exchange, STREAM_PATIENCE_NANOS);
    }

    private void send(ClientSockets from, NameTry attempt, InetSocketAddress to) {
        SimUdpSocket socket = datagrams;
        if (socket != null) {
            int steps = attempt.steps();
            attempt.sentTo(to);
            socket.send(to, attempt.payload(random.below(MAX_PAYLOAD_BYTES)));
            clock.after(DATAGRAM_PATIENCE_NANOS, () -> retry(from, attempt, steps));
        }
    }

    private void onDatagram(SimUdpSocket.Datagram reply) {
        NameTry attempt = side.tryOf(reply.payload());
        ClientSockets from = sockets;
        if (attempt == null || from == null) {
            require(false, "a datagram from " + reply.source() + " that answers nothing");
            return;
        }
        require(
                reply.source().equals(attempt.remote()),
                "sent to " + attempt.remote() + " for " + attempt.errand().name() + ", was answered from "
                        + reply.source());
        require(attempt.isPayload(reply.payload()), "an answer from " + reply.source() + " is not what was sent there");
        if (present == attempt) {
            attempt.step();
            next(from);
        }
    }

    private void next(ClientSockets from) {
        errand++;
        tries = 0;
        healedTries = 0;
        present = NameTry.NONE;
        clock.after(plan.pauseNanos(), () -> attempt(from));
    }

    /// Begins again, unless something has happened since that step.
    private void retry(ClientSockets from, NameTry attempt, int steps) {
        if (present == attempt && attempt.steps() == steps) {
            present = NameTry.NONE;
            clock.after(REST_NANOS, () -> attempt(from));
        }
    }

    private String mixedCase(String name) {
        if (random.chance(0.5)) {
            return name;
        }
        StringBuilder mixed = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            String letter = name.substring(i, i + 1);
            mixed.append(random.chance(0.5) ? letter.toUpperCase(Locale.ROOT) : letter);
        }
        return mixed.toString();
    }

    private void require(boolean holds, String what) {
        if (!holds) {
            trace.violate(Invariant.N1, "client " + plan.address().getHostAddress() + ": " + what);
        }
    }
}
