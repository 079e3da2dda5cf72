// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.spi.EngineProvider;
import io.socks5tunnel.api.spi.SteppedTunnel;
import io.socks5tunnel.api.spi.TunCapabilities;
import io.socks5tunnel.sim.MemoryTun;
import io.socks5tunnel.sim.SeededRandom;
import io.socks5tunnel.sim.SimHost;
import io.socks5tunnel.sim.SimPacket;
import io.socks5tunnel.sim.SimTcpClient;
import io.socks5tunnel.sim.Simulation;
import io.socks5tunnel.sim.VirtualClock;
import io.socks5tunnel.sim.Wire;
import io.socks5tunnel.sim.WireConditions;
import io.socks5tunnel.stack.inspect.InspectableTunnel;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// One run of a scenario, from an empty world to an empty world: first a phase in which faults happen and only the
/// invariants count, then everything heals, and everything has to end. Confined to one thread.
///
/// ```
/// SimTcpClient - SimHost - HostileSegments - FaultyWire -> MemoryTun - the tunnel - SimNetwork - UpstreamSide -
/// FarEnd \---------------- FaultyWire <-/
/// ```
final class SeedRun implements AutoCloseable {
    private static final long SECOND = 1_000_000_000L;

    /// What retransmission timers on both sides, which have backed off, may still take once the world is healed.
    private static final long ENDING_NANOS = 240 * SECOND;

    /// The tunnel's own limits: the longest of them is that of idle connections, 300 s.
    private static final long FORGETTING_NANOS = 400 * SECOND;

    /// Twice the segments' lifetime, here and at the clients', and a second.
    private static final long TIME_WAIT_NANOS = 61 * SECOND;

    /// Counters are summed over all shards and reasons, which costs more than all other checks together.
    private static final int STEPS_PER_COUNT = 50;

    private static final int KEPT_ENTRIES = 3_000;
    private static final int TOLD_ENTRIES = 40;
    private static final int TOLD_FRAMES = 8;

    private final Scenario scenario;
    private final PacketSchedule schedule;
    private final boolean isRecorded;
    private final Simulation simulation;
    private final VirtualClock clock;
    private final Trace trace;
    private final FaultClock faults;
    private final MemoryTun device;
    private final SteppedTunnel tunnel;
    private final SimHost host;
    private final FaultyWire toTunnel;
    private final FaultyWire toClients;
    private final UpstreamSide upstream;
    private final ClientSide clients;
    private final DatagramSide datagrams;
    private final NameSide names;
    private final EchoSide echoes;
    private final PacketAudit packetAudit;
    private final StackAudit stackAudit;
    private final StateCoverage coverage = new StateCoverage();
    private final SeededRandom strayChance;
    private final SeededRandom refusalChance;
    private int scheduled;

    /// A world that is set up, and has not begun.
    ///
    /// @param schedule what happens to single packets, besides
    /// @param isRecorded whether all that happens is to be kept, for a packet file
    SeedRun(EngineProvider engine, Scenario scenario, PacketSchedule schedule, boolean isRecorded) throws IOException {
        this.scenario = scenario;
        this.schedule = schedule;
        this.isRecorded = isRecorded;
        simulation = new Simulation(scenario.seed());
        clock = simulation.clock();
        trace = new Trace(clock, isRecorded ? Integer.MAX_VALUE / 2 : KEPT_ENTRIES);
        faults = new FaultClock(clock, scenario.faults());
        strayChance = simulation.random("stray");
        refusalChance = simulation.random("refusal");
        device = MemoryTun.builder()
                .name("sim:simulate")
                .mtu(scenario.mtuBytes())
                .queues(scenario.queues())
                .capabilities(scenario.capabilities())
                .open();
        tunnel = simulation.start(engine, ScenarioConfig.of(scenario), device);
        boolean isCalm = scenario.faults().isEmpty() && scenario.strayShare() == 0 && schedule.isEmpty();
        packetAudit = new PacketAudit(trace, coverage, scenario.mtuBytes(), new FlowConduct(isCalm));
        int resolverSockets = scenario.names().redirection() == NamesPlan.Redirection.OFF ? 0 : 1;
        stackAudit = new StackAudit(
                trace,
                inspectable(tunnel),
                tunnel.shardCount(),
                simulation.reactors(),
                coverage,
                packetAudit::onStep,
                resolverSockets);
        Wire up = new Wire(clock, simulation.random("up"), WireConditions.CLEAN, this::intoTunnel);
        toTunnel = new FaultyWire(FaultyWire.TO_TUNNEL, up, faults, scenario.delayNanos());
        HostileSegments hostile =
                new HostileSegments(clock, simulation.random("hostile"), faults, packet -> put(packet, toTunnel));
        host = new SimHost(clock, simulation.random("host"), packet -> {
            trace.packet(Trace.Kind.CLIENT, packet);
            hostile.send(packet);
        });
        Wire down = new Wire(clock, simulation.random("down"), WireConditions.CLEAN, this::toHost);
        toClients = new FaultyWire(FaultyWire.TO_CLIENTS, down, faults, scenario.delayNanos());
        up.mergeWindow(scenario.mergeWindowNanos());
        down.mergeWindow(scenario.mergeWindowNanos());
        up.onLost(packet -> trace.packet(Trace.Kind.LOST, packet));
        down.onLost(packet -> trace.packet(Trace.Kind.LOST, packet));
        down.onTooLarge(packet ->
                intoTunnel(NarrowRouter.tooBig(packet, down.conditions().mtuBytes())));
        datagrams = new DatagramSide(clock, trace, faults, scenario, simulation.random("datagrams"));
        names = new NameSide(clock, trace, faults, scenario, simulation.random("names"));
        echoes = new EchoSide(clock, trace, faults, scenario);
        host.mtu(scenario.mtuBytes());
        upstream = new UpstreamSide(
                clock, simulation.network(), simulation.random("upstream"), trace, faults, scenario, datagrams, names);
        clients = new ClientSide(clock, trace, faults, scenario, host, upstream, hostile);
        watch();
    }

    /// Plays the scenario to its end, or to the first violation.
    RunResult play() {
        long startNanos = System.nanoTime();
        long virtualStart = clock.nowNanos();
        try {
            clients.begin();
            datagrams.begin(host);
            names.begin(host);
            echoes.begin(host);
            // datagrams and echoes go on to be sent as long as there are faults
            boolean goesOn = !scenario.datagrams().isEmpty()
                    || !scenario.names().echoes().isEmpty();
            run(() -> clients.areAllOver() && names.areAllOver() && !goesOn, scenario.faultyNanos());
            heal();
            if (!run(clients::areAllOver, ENDING_NANOS)) {
                clients.abandonHalfOpen();
                if (!run(clients::areAllOver, ENDING_NANOS)) {
                    violateUnended();
                }
            }
            run(datagrams::areAllSilent, ENDING_NANOS);
            datagrams.checkAnswers();
            run(() -> names.areAllOver() && echoes.areAllOver(), ENDING_NANOS);
            names.checkAllOver();
            echoes.checkAnswers();
            if (!run(stackAudit::isQuiet, FORGETTING_NANOS)) {
                trace.violate(Invariant.LIVENESS, "the tunnel does not forget: " + stackAudit.describe());
            }
            run(() -> false, TIME_WAIT_NANOS);
            // a SYN that came late and twice may have opened what nobody wants, which ends when nobody confirms it
            run(stackAudit::isEmpty, FORGETTING_NANOS);
            checkEnd();
        } catch (IOException | RuntimeException e) {
            List<StackTraceElement> frames = List.of(e.getStackTrace());
            trace.violate(Invariant.SURVIVAL, e + " at " + frames.subList(0, Math.min(TOLD_FRAMES, frames.size())));
        }
        return result(System.nanoTime() - startNanos, clock.nowNanos() - virtualStart);
    }

    @Override
    public void close() throws IOException {
        simulation.close();
    }

    private static InspectableTunnel inspectable(SteppedTunnel tunnel) throws IOException {
        if (tunnel instanceof InspectableTunnel inspectable) {
            return inspectable;
        }
        throw new IOException("this engine does not let invariants look inside");
    }

    private void watch() {
        device.onWritten(packet -> {
            trace.packet(Trace.Kind.FROM_TUNNEL, packet);
            packetAudit.onEmitted(packet);
            names.audit().onEmitted(packet);
            put(packet, toClients);
        });
        for (Fault fault : faults.all(FaultKind.OFFLOAD_ENDS)) {
            faults.onBeginning(fault, () -> offload(TunCapabilities.NONE));
        }
        for (int i = 0; i < scenario.queues(); i++) {
            device.memoryQueue(i).refuseWrites(this::isRefused);
            device.memoryQueue(i).onRefused(packet -> {
                trace.packet(Trace.Kind.REFUSED, packet);
                packetAudit.onRefused(packet);
                names.audit().onEmitted(packet);
            });
        }
        simulation.onStep((shard, deadlineNanos) -> {
            stackAudit.onStep(shard, deadlineNanos, clock.nowNanos(), clock.eventCount() + trace.packets());
            if (simulation.stepCount() % STEPS_PER_COUNT == 0) {
                packetAudit.checkDrops(tunnel.statistics());
            }
        });
    }

    private boolean isRefused() {
        List<Fault> active = faults.active(FaultKind.DEVICE_REFUSES);
        return !active.isEmpty() && refusalChance.chance(active.getFirst().share());
    }

    private void offload(TunCapabilities capabilities) {
        for (int i = 0; i < scenario.queues(); i++) {
            device.memoryQueue(i).capabilities(capabilities);
        }
    }

    private void put(SimPacket packet, FaultyWire wire) {
        switch (schedule.of(scheduled++)) {
            case PASS -> wire.send(packet);
            case LOSE -> trace.packet(Trace.Kind.LOST, packet);
            case DOUBLE -> {
                wire.send(packet);
                wire.send(packet);
            }
            case DELAY -> clock.after(PacketSchedule.DELAY_NANOS, () -> wire.send(packet));
        }
    }

    private void intoTunnel(SimPacket packet) {
        boolean isStray = strayChance.chance(scenario.strayShare());
        boolean isTaken = isStray ? device.inject(strayChance.below(scenario.queues()), packet) : device.inject(packet);
        trace.packet(isTaken ? Trace.Kind.INTO_TUNNEL : Trace.Kind.QUEUE_FULL, packet);
        if (isTaken) {
            packetAudit.onInjected(packet);
            names.audit().onInjected(packet);
        }
    }

    private void toHost(SimPacket packet) {
        trace.packet(Trace.Kind.TO_CLIENT, packet);
        host.receive(packet);
    }

    private boolean run(BooleanSupplier isDone, long limitNanos) throws IOException {
        return simulation.runUntil(() -> trace.isBroken() || isDone.getAsBoolean(), limitNanos);
    }

    private void heal() {
        trace.event("everything heals");
        faults.heal();
        toTunnel.update();
        toClients.update();
        upstream.listen();
        clients.resume();
    }

    private void violateUnended() {
        for (Transfer transfer : clients.transfers()) {
            trace.require(transfer.isOver(), Invariant.LIVENESS, "does not end: " + transfer.describe());
        }
        trace.violate(Invariant.LIVENESS, "something does not end");
    }

    private void checkEnd() {
        if (trace.isBroken()) {
            return;
        }
        stackAudit.checkNothingIsLeft();
        long furtherPieces = 0;
        for (int i = 0; i < scenario.queues(); i++) {
            furtherPieces += device.memoryQueue(i).furtherPieces();
        }
        packetAudit.checkAllHandled(tunnel.statistics(), furtherPieces);
        names.audit().checkAllAnswered(tunnel.statistics().drops().getOrDefault(DropReason.STRAY_MAILBOX_FULL, 0L));
        names.audit().checkCounters(tunnel.statistics().dns());
        int unexcused = 0;
        for (Transfer transfer : clients.transfers()) {
            transfer.checkStreams();
            if (!transfer.isExcused() && !transfer.isEndedWell()) {
                unexcused++;
                trace.require(
                        unexcused <= upstream.faultyHandshakes(),
                        Invariant.LIVENESS,
                        "ended badly, and nothing made it: " + transfer.describe());
            }
            SimTcpClient client = transfer.client();
            trace.require(
                    client == null || client.state() != SimTcpClient.State.TIMED_OUT || transfer.isExcused(),
                    Invariant.LIVENESS,
                    "the client was not answered: " + transfer.describe());
        }
    }

    private RunResult result(long realNanos, long virtualNanos) {
        boolean isBroken = trace.isBroken();
        int endedWell = 0;
        for (Transfer transfer : clients.transfers()) {
            endedWell += transfer.isEndedWell() ? 1 : 0;
        }
        return new RunResult(
                scenario.seed(),
                trace.digest(),
                Optional.ofNullable(trace.violation()),
                isBroken ? trace.tail(TOLD_ENTRIES) : List.of(),
                isRecorded ? trace.entries() : List.of(),
                virtualNanos,
                realNanos,
                clock.eventCount() + simulation.stepCount(),
                trace.packets(),
                scheduled,
                clients.transfers().size(),
                endedWell,
                new RunResult.NameCounts(names.errandsDone(), names.audit().evictions(), echoes.answered()),
                coverage.triples());
    }
}
