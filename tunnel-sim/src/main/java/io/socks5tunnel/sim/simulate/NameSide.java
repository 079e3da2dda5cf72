// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import io.socks5tunnel.sim.SeededRandom;
import io.socks5tunnel.sim.SimConnection;
import io.socks5tunnel.sim.SimHost;
import io.socks5tunnel.sim.SocksDatagramScript.Reply;
import io.socks5tunnel.sim.SocksDestination;
import io.socks5tunnel.sim.VirtualClock;
import io.socks5tunnel.sim.simulate.NamesPlan.Client;
import io.socks5tunnel.sim.simulate.NamesPlan.Errand;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/// Names in a simulation, at both ends: who looks them up, who is behind them, and the resolver that some queries
/// are redirected to. Confined to one thread.
final class NameSide {
    private final Trace trace;
    private final NamesPlan plan;
    private final NameAudit audit;
    private final List<NameClient> clients = new ArrayList<>();
    private final List<NameTry> tries = new ArrayList<>();

    NameSide(VirtualClock clock, Trace trace, FaultClock faults, Scenario scenario, SeededRandom random) {
        this.trace = trace;
        plan = scenario.names();
        audit = new NameAudit(trace, plan.capacity());
        for (Client client : plan.clients()) {
            SeededRandom chance = random.fork(client.address().getHostAddress());
            clients.add(new NameClient(clock, trace, faults, client, this, chance, scenario.mayEndConnections()));
        }
    }

    /// Has every client begin in its time.
    void begin(SimHost host) {
        clients.forEach(client -> client.begin(host));
    }

    boolean areAllOver() {
        return clients.stream().allMatch(NameClient::isOver);
    }

    /// Every client must have got everything done by now.
    void checkAllOver() {
        for (NameClient client : clients) {
            trace.require(client.isOver(), Invariant.LIVENESS, "names: " + client.describe());
        }
    }

    /// Errands that were done, of all clients.
    int errandsDone() {
        return clients.stream().mapToInt(NameClient::errandsDone).sum();
    }

    NameAudit audit() {
        return audit;
    }

    NameTry newTry(Errand errand, boolean isIpv6, long nowNanos) {
        NameTry added = new NameTry(tries.size(), errand, isIpv6, nowNanos);
        tries.add(added);
        return added;
    }

    /// The try that a payload is from, or null.
    @Nullable
    NameTry tryOf(byte[] payload) {
        int number =
                payload.length < Integer.BYTES ? -1 : ByteBuffer.wrap(payload).getInt();
        return number < 0 || number >= tries.size() ? null : tries.get(number);
    }

    /// Whether a request of the tunnel is about names.
    boolean isMeant(SocksDestination requested) {
        InetAddress address = requested.address();
        boolean isClose = address != null
                && (address.equals(NamesPlan.REDIRECTED.getAddress())
                        || address.equals(NamesPlan.REDIRECTED_6.getAddress())
                        || NameAudit.isMapped(address));
        return address == null || isClose || isResolver(requested);
    }

    /// The tunnel has asked for a connection.
    void onGranted(SocksDestination requested, SimConnection connection, byte[] early) {
        if (isResolver(requested)) {
            AnsweringEnd.resolver(connection, this).start(early);
            return;
        }
        int number = NameTry.numberOf(requested.port());
        if (number < 0 || number >= tries.size()) {
            trace.violate(Invariant.N1, "the tunnel asked for " + requested + ", which no client did");
            connection.reset();
            return;
        }
        checkSeen(tries.get(number), requested);
        AnsweringEnd.echo(connection).start(early);
    }

    /// The tunnel has sent a datagram.
    List<Reply> onDatagram(SocksDestination destination, byte[] payload) {
        if (isResolver(destination)) {
            byte[] answer = answer(payload);
            return answer == null ? List.of() : List.of(new Reply(destination, answer));
        }
        NameTry sender = tryOf(payload);
        if (sender == null || !sender.isPayload(payload)) {
            trace.violate(Invariant.N1, "a datagram to " + destination + " that nobody sent");
            return List.of();
        }
        checkSeen(sender, destination);
        String name = destination.name();
        boolean isNamed = sender.errand().isReplyNamed() || name.isEmpty();
        SocksDestination source =
                isNamed ? destination : new SocksDestination(addressOf(name, sender.isIpv6()), "", destination.port());
        return List.of(new Reply(source, payload));
    }

    /// What the resolver says; null for what is no query.
    byte @Nullable [] answer(byte[] message) {
        NameMessage query = NameMessage.parse(message);
        if (query == null || query.isReply()) {
            trace.violate(Invariant.N1, "the resolver was sent something else than a query");
            return null;
        }
        return query.answeredWith(addressOf(query.name(), false)).bytes();
    }

    /// The address that the world has for a name, however it is written.
    static InetAddress addressOf(String name, boolean isIpv6) {
        CRC32 sum = new CRC32();
        sum.update(name.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII));
        int number = (int) sum.getValue() & 0xffff;
        return InetAddress.ofLiteral(
                isIpv6
                        ? "fd00:99::" + Integer.toHexString(number)
                        : "10.99." + (number >>> Byte.SIZE) + "." + (number & 0xff));
    }

    private void checkSeen(NameTry sender, SocksDestination requested) {
        String seen = requested.address() == null ? requested.name() : null;
        audit.checkSeen(sender.errand().name(), seen, sender.askedNanos());
    }

    private static boolean isResolver(SocksDestination requested) {
        return requested.port() == NamesPlan.RESOLVER.getPort()
                && NamesPlan.RESOLVER.getAddress().equals(requested.address());
    }
}
