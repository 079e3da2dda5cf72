// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import io.socks5tunnel.sim.ScriptedSocksServer;
import io.socks5tunnel.sim.SeededRandom;
import io.socks5tunnel.sim.SimConnection;
import io.socks5tunnel.sim.SimNetwork;
import io.socks5tunnel.sim.SocksDatagramScript;
import io.socks5tunnel.sim.SocksDatagramScript.Answer;
import io.socks5tunnel.sim.SocksDatagramScript.Reply;
import io.socks5tunnel.sim.SocksDestination;
import io.socks5tunnel.sim.SocksReply;
import io.socks5tunnel.sim.SocksScript;
import io.socks5tunnel.sim.VirtualClock;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The SOCKS server of a simulation, and every destination behind it. Confined to one thread.
final class UpstreamSide {
    static final String NAME = "proxy.example";
    static final String USER = "user";
    static final String PASSWORD = "password";
    static final InetSocketAddress SERVER = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 1080);

    /// An answer later than this may find nobody, the tunnel waits 10 s.
    private static final long TOO_LATE_NANOS = 8_000_000_000L;

    private static final int MAX_ANSWER_BYTES = 40;
    private static final int ANSWERS = 3;
    private static final int RELAY = SocksScript.Step.RELAY.ordinal();

    private final VirtualClock clock;
    private final Trace trace;
    private final FaultClock faults;
    private final SimNetwork network;
    private final SeededRandom random;
    private final boolean hasCredentials;
    private final DatagramSide datagrams;
    private final NameSide names;
    private final SocksDatagramScript datagramScript;
    private final ScriptedSocksServer server;
    private final Map<InetSocketAddress, Transfer> destinations = new HashMap<>();
    private int faultyHandshakes;

    UpstreamSide(
            VirtualClock clock,
            SimNetwork network,
            SeededRandom random,
            Trace trace,
            FaultClock faults,
            Scenario scenario,
            DatagramSide datagrams,
            NameSide names) {
        this.clock = clock;
        this.trace = trace;
        this.faults = faults;
        this.network = network;
        this.random = random;
        this.hasCredentials = scenario.hasCredentials();
        this.datagrams = datagrams;
        this.names = names;
        SocksDatagramScript relaying = SocksDatagramScript.HONEST.withService(this::onDatagram);
        datagramScript = scenario.names().isServerWithoutDatagrams()
                ? relaying.withAssociate(Answer.REFUSED).withInTcp(Answer.REFUSED)
                : relaying;
        server = new ScriptedSocksServer(clock, this::script).relayDatagrams(network);
        network.latency(scenario.upstreamLatencyNanos());
        network.capacity(scenario.upstreamCapacityBytes());
        network.name(NAME, List.of(SERVER.getAddress()));
        listen();
        faults.onEdges(this::listen);
    }

    /// Names the transfer whose far end is at its destination from now on.
    void serve(Transfer transfer) {
        destinations.put(transfer.plan().remote(), transfer);
    }

    /// Handshakes that went wrong on purpose. Each may have ended one transfer badly, nobody knows which.
    int faultyHandshakes() {
        return faultyHandshakes;
    }

    /// Opens or closes the port, as the faults of this moment want it.
    void listen() {
        boolean isDown = !faults.active(FaultKind.SERVER_DOWN).isEmpty();
        network.shortOperations(!faults.active(FaultKind.SHORT_OPERATIONS).isEmpty());
        network.listen(
                SERVER,
                isDown
                        ? new SimNetwork.Listener.Failing("Connection refused")
                        : new SimNetwork.Listener.Accepting(server::accept));
    }

    private SocksScript script(int connection) {
        SeededRandom chance = random.fork("connection-" + connection);
        SocksScript script = SocksScript.HONEST
                .withDestination(new SocksScript.Destination.Handled(this::onGranted))
                .withDatagrams(datagramScript)
                .withReplyShape(false, 1 + 2 * chance.below(2) + chance.below(2));
        if (hasCredentials) {
            script = script.withCredentials(USER, PASSWORD);
        }
        script = withPace(script, chance);
        script = withRefusal(script, chance);
        return script;
    }

    private SocksScript withPace(SocksScript script, SeededRandom chance) {
        long answerNanos = 0;
        for (Fault fault : faults.active(FaultKind.SLOW_SERVER)) {
            answerNanos = chance.chance(fault.share()) ? Math.max(answerNanos, fault.amount()) : answerNanos;
        }
        for (Fault fault : faults.active(FaultKind.LATE_SERVER)) {
            answerNanos = chance.chance(fault.share()) ? Math.max(answerNanos, fault.amount()) : answerNanos;
        }
        boolean isByteByByte = false;
        for (Fault fault : faults.active(FaultKind.BYTE_BY_BYTE)) {
            if (chance.chance(fault.share())) {
                isByteByByte = true;
                answerNanos = Math.max(answerNanos, fault.amount());
            }
        }
        if (answerNanos * (isByteByByte ? MAX_ANSWER_BYTES : ANSWERS) > TOO_LATE_NANOS) {
            noteFaultyHandshake("answers late");
        }
        return script.withPace(answerNanos, isByteByByte);
    }

    private SocksScript withRefusal(SocksScript script, SeededRandom chance) {
        for (Fault fault : faults.active(FaultKind.REFUSAL)) {
            if (chance.chance(fault.share())) {
                SocksReply[] replies = SocksReply.values();
                noteFaultyHandshake("refuses");
                return script.withReply(replies[1 + (int) (fault.amount() % (replies.length - 1))]);
            }
        }
        for (Fault fault : faults.active(FaultKind.BROKEN_HANDSHAKE)) {
            if (chance.chance(fault.share())) {
                SocksScript.Step[] steps = SocksScript.Step.values();
                SocksScript.FaultKind[] kinds = SocksScript.FaultKind.values();
                noteFaultyHandshake("breaks the handshake off");
                return script.withFault(steps[(int) (fault.amount() % RELAY)], kinds[chance.below(kinds.length)]);
            }
        }
        return script;
    }

    private void noteFaultyHandshake(String what) {
        faultyHandshakes++;
        trace.event("the SOCKS server " + what);
    }

    private List<Reply> onDatagram(SocksDestination destination, byte[] payload) {
        return names.isMeant(destination)
                ? names.onDatagram(destination, payload)
                : datagrams.onDatagram(destination, payload);
    }

    private void onGranted(SocksDestination requested, SimConnection connection, byte[] early) {
        if (names.isMeant(requested)) {
            names.onGranted(requested, connection, early);
            return;
        }
        InetSocketAddress destination = new InetSocketAddress(
                requested.address() == null ? InetAddress.getLoopbackAddress() : requested.address(), requested.port());
        Transfer transfer = destinations.get(destination);
        if (transfer == null) {
            trace.violate(Invariant.I1, "the tunnel asked for " + requested + ", which no client did");
            connection.reset();
            return;
        }
        FarEnd farEnd = new FarEnd(clock, trace, faults, transfer, connection);
        transfer.addFarEnd(farEnd);
        farEnd.start(early);
    }
}
