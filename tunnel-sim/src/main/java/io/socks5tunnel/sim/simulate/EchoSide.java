// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import io.socks5tunnel.sim.SimHost;
import io.socks5tunnel.sim.VirtualClock;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Everybody who sends echo requests. Confined to one thread.
final class EchoSide {
    private final Trace trace;
    private final List<EchoClient> clients = new ArrayList<>();
    private final Map<InetAddress, EchoClient> byAddress = new HashMap<>();

    EchoSide(VirtualClock clock, Trace trace, FaultClock faults, Scenario scenario) {
        this.trace = trace;
        NamesPlan plan = scenario.names();
        boolean mayDuplicate = !faults.all(FaultKind.DUPLICATE).isEmpty();
        for (NamesPlan.Echo echo : plan.echoes()) {
            EchoClient client = new EchoClient(clock, trace, faults, echo, plan.isEchoAnswered(), mayDuplicate);
            clients.add(client);
            byAddress.put(echo.address(), client);
        }
    }

    /// Has every client begin in its time.
    void begin(SimHost host) {
        host.onEchoReply(this::onReply);
        clients.forEach(client -> client.begin(host));
    }

    boolean areAllOver() {
        return clients.stream().allMatch(EchoClient::isOver);
    }

    /// Every client must have had an answer after the world was healed.
    void checkAnswers() {
        for (EchoClient client : clients) {
            trace.require(client.isOver(), Invariant.LIVENESS, client.describe());
        }
    }

    /// Requests that were answered, of all clients.
    int answered() {
        return clients.stream().mapToInt(EchoClient::answered).sum();
    }

    private void onReply(SimHost.EchoReply reply) {
        EchoClient client = byAddress.get(reply.destination());
        if (client == null) {
            trace.violate(Invariant.E1, "an echo reply to " + reply.destination() + ", which has asked nothing");
        } else {
            client.onReply(reply);
        }
    }
}
