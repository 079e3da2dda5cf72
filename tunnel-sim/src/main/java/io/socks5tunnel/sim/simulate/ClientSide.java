// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import io.socks5tunnel.sim.SimHost;
import io.socks5tunnel.sim.SimTcpClient;
import io.socks5tunnel.sim.SimTcpClient.State;
import io.socks5tunnel.sim.VirtualClock;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// The clients of a simulation: opens their connections, and does to them what the faults say. Confined to one
/// thread.
final class ClientSide {
    private static final long POLL_NANOS = 10_000_000;

    private final VirtualClock clock;
    private final Trace trace;
    private final FaultClock faults;
    private final Scenario scenario;
    private final SimHost host;
    private final UpstreamSide upstream;
    private final HostileSegments hostile;
    private final List<Transfer> transfers = new ArrayList<>();
    private int reusesUnderWay;

    ClientSide(
            VirtualClock clock,
            Trace trace,
            FaultClock faults,
            Scenario scenario,
            SimHost host,
            UpstreamSide upstream,
            HostileSegments hostile) {
        this.clock = clock;
        this.trace = trace;
        this.faults = faults;
        this.scenario = scenario;
        this.host = host;
        this.upstream = upstream;
        this.hostile = hostile;
    }

    /// Has every connection opened in its time.
    void begin() {
        for (TransferPlan plan : scenario.transfers()) {
            Transfer transfer = add(plan);
            clock.after(plan.startNanos(), () -> start(transfer));
        }
        for (Fault fault : faults.all(FaultKind.CLIENT_STALL)) {
            faults.onBeginning(fault, () -> client(fault, SimTcpClient::pauseReading));
        }
        for (Fault fault : faults.all(FaultKind.CLIENT_RESET)) {
            faults.onBeginning(fault, () -> resetWhenDue(fault));
        }
        for (Fault fault : faults.all(FaultKind.PORT_REUSE)) {
            reusesUnderWay++;
            clock.after(fault.fromNanos(), () -> reuseWhenOver(fault));
        }
        for (Fault fault : faults.all(FaultKind.SERVER_DOWN)) {
            faults.onBeginning(fault, () -> excuseUnopened("the SOCKS server was down"));
        }
        faults.onEdges(this::resume);
    }

    List<Transfer> transfers() {
        return transfers;
    }

    /// Whether every connection has ended, at both ends.
    boolean areAllOver() {
        if (reusesUnderWay > 0) {
            return false;
        }
        for (Transfer transfer : transfers) {
            if (!transfer.isOver()) {
                return false;
            }
        }
        return true;
    }

    /// A client that waits for what the tunnel has forgotten, and has nothing to say that would tell it so, waits
    /// for ever: such are half-open connections. Ends them, which is bad enough for one that should end well.
    void abandonHalfOpen() {
        for (Transfer transfer : transfers) {
            SimTcpClient client = transfer.client();
            if (client != null && !transfer.isOver() && client.unacknowledged() == 0) {
                client.reset();
            }
        }
    }

    /// Lets everybody go on whom no fault holds back any more.
    void resume() {
        for (Transfer transfer : transfers) {
            SimTcpClient client = transfer.client();
            if (client != null
                    && !faults.isActive(FaultKind.CLIENT_STALL, transfer.plan().number())) {
                client.resumeReading();
            }
            transfer.farEnds().forEach(FarEnd::resume);
        }
    }

    private Transfer add(TransferPlan plan) {
        Transfer transfer = new Transfer(clock, trace, plan, scenario.seed());
        transfers.add(transfer);
        if (scenario.mayEndConnections()) {
            transfer.excuse("the tunnel's limits are low");
        }
        return transfer;
    }

    private void start(Transfer transfer) {
        if (!faults.active(FaultKind.SERVER_DOWN).isEmpty()) {
            transfer.excuse("the SOCKS server was down");
        }
        upstream.serve(transfer);
        hostile.add(transfer);
        transfer.start(host);
        if (faults.isActive(FaultKind.CLIENT_STALL, transfer.plan().number())) {
            SimTcpClient client = transfer.client();
            if (client != null) {
                client.pauseReading();
            }
        }
    }

    private void client(Fault fault, Consumer<SimTcpClient> what) {
        for (Transfer transfer : transfers) {
            SimTcpClient client = transfer.client();
            if (transfer.plan().number() == fault.subject() && client != null) {
                what.accept(client);
            }
        }
    }

    private void excuseUnopened(String reason) {
        for (Transfer transfer : transfers) {
            SimTcpClient client = transfer.client();
            boolean isOpening = client != null && client.state() == State.OPENING;
            if (isOpening || client != null && transfer.farEnds().isEmpty()) {
                transfer.excuse(reason);
            }
        }
    }

    /// Resets when as many bytes have gone either way as the fault says; with 0 bytes it may hit the handshake.
    private void resetWhenDue(Fault fault) {
        Transfer transfer = transfers.get(fault.subject());
        SimTcpClient client = transfer.client();
        if (faults.isHealed() || transfer.isOver()) {
            return;
        }
        long moved = client == null ? 0 : client.receivedBytes() + transfer.handedUp() - client.unacknowledged();
        boolean isEarly = fault.amount() % 3 == 0;
        if (client != null && (isEarly || moved >= fault.amount())) {
            transfer.excuse("the client resets");
            trace.event("the client of transfer " + fault.subject() + " resets");
            client.reset();
            return;
        }
        clock.after(POLL_NANOS, () -> resetWhenDue(fault));
    }

    /// The transfer that had these ports last.
    private Transfer lastOf(InetSocketAddress local) {
        for (Transfer transfer : transfers.reversed()) {
            if (transfer.plan().local().equals(local)) {
                return transfer;
            }
        }
        throw new IllegalStateException("nobody had " + local);
    }

    private void reuseWhenOver(Fault fault) {
        Transfer last = lastOf(transfers.get(fault.subject()).plan().local());
        if (!last.isOver()) {
            clock.after(POLL_NANOS, () -> reuseWhenOver(fault));
            return;
        }
        reusesUnderWay--;
        if (last.client() != null && last.client().state() == State.TIMED_OUT) {
            return;
        }
        Transfer next = add(last.plan().again(transfers.size()));
        start(next);
    }
}
