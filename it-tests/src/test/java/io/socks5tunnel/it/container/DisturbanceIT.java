// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.Applications;
import io.socks5tunnel.it.lab.LabProcess;
import io.socks5tunnel.it.lab.LibraryTunnel;
import io.socks5tunnel.it.lab.RuntimeImage;
import io.socks5tunnel.it.transfer.TransferMode;
import io.socks5tunnel.it.transfer.TransferReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// What becomes of connections whose SOCKS server freezes, dies, starts anew or is cut off while they transfer:
/// they go on, or end with an error in bounded time. Those after it are as good as those before, and nothing is
/// left open.
///
/// Two servers by default, all of them behind both reactors with the property `socks5tunnel.full`. What was seen is
/// written to `target/container-disturbances.md`.
@ParameterizedClass(name = "{0}")
@MethodSource("cells")
final class DisturbanceIT {
    private static final int CONNECT_MILLIS = 2_000;
    private static final int IDLE_MILLIS = 8_000;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int CONNECTIONS = 10;

    /// In pieces of 300 bytes with a pause of 1 ms after each, this takes some seconds.
    private static final String BYTES = "900000-1000000";

    private static final int PACKETS_CUT = 40;
    private static final List<TransferMode> STREAMS =
            List.of(TransferMode.DOWN_SLOWLY_WRITTEN, TransferMode.UP_SLOWLY_WRITTEN);

    private static ResultTable table;
    private static ContainerLab lab;
    private static Socks5Container server;
    private static KernelEntrance entrance;
    private static Map<String, Long> openBefore;
    private static long seed;

    @Parameter
    Cell cell;

    /// A server and what it is used by.
    record Cell(SocksProgram program, ReactorKind reactor) {
        @Override
        public String toString() {
            return program + ", " + reactor;
        }
    }

    static List<Cell> cells() {
        if (!Boolean.getBoolean("socks5tunnel.full")) {
            return List.of(new Cell(SocksProgram.DANTE, ReactorKind.LINUX));
        }
        List<Cell> cells = new ArrayList<>();
        for (SocksProgram program : SocksProgram.values()) {
            for (ReactorKind reactor : ReactorKind.values()) {
                cells.add(new Cell(program, reactor));
            }
        }
        return cells;
    }

    @BeforeAll
    static void beginTable() {
        table = ResultTable.begin(
                "container-disturbances.md", "server", "reactor", "disturbance", "connections", "saw", "seconds");
    }

    @BeforeParameterizedClassInvocation
    static void start(Cell cell) {
        DockerRequirements.demand(cell.program());
        lab = ContainerLab.open();
        server = lab.start(new Socks5Container(cell.program()));
        Applications.start(lab.lab());
        entrance = KernelEntrance.open(
                lab,
                lab.config(server)
                        .withWorkers(2)
                        .with("misc.connect-timeout", CONNECT_MILLIS)
                        .with("misc.tcp-read-write-timeout", IDLE_MILLIS),
                cell.reactor().in(RuntimeImage.command(LibraryTunnel.class)));
        openBefore = openWhenIdle(cell.reactor());
        expectGoodFlows();
    }

    /// What the tunnel has open without flows, once it has said that it runs.
    private static Map<String, Long> openWhenIdle(ReactorKind reactor) {
        LabProcess tunnel = entrance.daemon().process();
        String started = "shards with the reactor " + reactor.word();
        tunnel.awaitUntil(started, LIMIT, () -> tunnel.errors().contains(started));
        Map<String, Long> open = tunnel.openKinds();
        if (reactor == ReactorKind.NIO) {
            // the first close of a channel leaves java.nio one socket, which it closes others with
            open.merge("socket", 1L, Long::sum);
        }
        return open;
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        if (lab != null) {
            // the tunnel says so when it is asked to end
            assertThat(entrance.daemon().stop().output()).contains("tcpFlowsOpen=0,");
            lab.close();
            lab = null;
        }
        if (server != null) {
            server.close();
            server = null;
        }
    }

    /// Whatever a test has left undone when it failed.
    @BeforeEach
    void repair() {
        lab.mend();
        lab.plug();
        if (server.isPaused()) {
            server.unpause();
        }
        if (!server.isRunning()) {
            lab.restart(server);
        }
    }

    @Test
    void flowsOfAFrozenServerGoOnAndNewOnesAreRefusedMeanwhile() {
        LabProcess flows = startStreams();
        long startNanos = System.nanoTime();
        server.pause();
        List<String> meanwhile = transfer(TransferMode.DOWN, CONNECTIONS).failures();
        note("frozen: new connections", meanwhile, startNanos);
        String name = entrance.named(AddressFamily.IPV4);
        boolean areUnderWay = flows.isAlive();
        server.unpause();
        TransferReport report = Applications.report(flows);
        note("frozen, and thawed", words(report), startNanos);

        assertThat(meanwhile).hasSize(CONNECTIONS).containsOnly("No route to host");
        assertThat(name).startsWith("100.64.");
        assertThat(areUnderWay).isTrue();
        assertThat(report.failures()).isEmpty();
        expectGoodFlows();
    }

    @Test
    void flowsEndWhenTheServerIsKilled() {
        LabProcess flows = startStreams();
        long startNanos = System.nanoTime();
        server.kill();

        expectAllCut("killed", flows, startNanos);
        List<String> without = transfer(TransferMode.DOWN, CONNECTIONS).failures();
        assertThat(without).hasSize(CONNECTIONS).containsOnly("No route to host");
        expectNothingLeft();
        lab.restart(server);
        expectGoodFlows();
    }

    @Test
    void flowsEndWhenTheServerIsRestartedAndNewOnesAreGood() {
        LabProcess flows = startStreams();
        long startNanos = System.nanoTime();
        lab.restart(server);

        expectGoodFlows();
        expectAllCut("restarted", flows, startNanos);
    }

    /// The tunnel has connections ready for new flows, and cannot have learnt that they are dead.
    @Test
    void connectionsThatWereReadyAndDiedUnseenAreReplaced() {
        expectGoodFlows();
        lab.cut();
        lab.restart(server);
        lab.mend();

        expectGoodFlows();
    }

    @Test
    void flowsGoOnWhenTheNetworkWasCutForAWhile() {
        LabProcess flows = startStreams();
        long startNanos = System.nanoTime();
        lab.cut();
        flows.awaitUntil("packets are lost", LIMIT, () -> lab.packetsCut() > PACKETS_CUT);
        lab.mend();
        TransferReport report = Applications.report(flows);
        note("network cut for a while", words(report), startNanos);

        assertThat(report.failures()).isEmpty();
        expectGoodFlows();
    }

    @Test
    void flowsEndAfterTheIdleTimeWhenTheNetworkStaysCut() {
        LabProcess flows = startStreams();
        long startNanos = System.nanoTime();
        lab.unplug();

        expectAllCut("interface down", flows, startNanos);
        expectNothingLeft();
        lab.plug();
        expectGoodFlows();
    }

    /// Flows that have begun, and have some seconds to go.
    private static LabProcess startStreams() {
        LabProcess flows = entrance.startTransfers(
                STREAMS, List.of(AddressFamily.IPV4.destination()), Applications.PORT, CONNECTIONS, BYTES, nextSeed());
        flows.awaitUntil("connected", LIMIT, () -> flows.output().contains("CONNECTED"));
        return flows;
    }

    private static TransferReport transfer(TransferMode mode, int connections) {
        return Applications.report(entrance.startTransfers(
                List.of(mode),
                List.of(AddressFamily.IPV4.destination()),
                Applications.PORT,
                connections,
                "1-100000",
                nextSeed()));
    }

    private static void expectGoodFlows() {
        assertThat(transfer(TransferMode.DOWN, CONNECTIONS).failures()).isEmpty();
        assertThat(transfer(TransferMode.UP, CONNECTIONS).failures()).isEmpty();
    }

    private void expectAllCut(String disturbance, LabProcess flows, long startNanos) {
        TransferReport report = Applications.report(flows);
        note(disturbance, words(report), startNanos);
        assertThat(report.failures()).hasSize(CONNECTIONS).noneMatch(failure -> failure.contains("unfinished"));
    }

    /// As much is open as before the first connection; those that are kept ready for new ones go after 10 s.
    private void expectNothingLeft() {
        LabProcess tunnel = entrance.daemon().process();
        long startNanos = System.nanoTime();
        try {
            tunnel.awaitUntil("all is closed", LIMIT, () -> tunnel.openKinds().equals(openBefore));
        } finally {
            Map<String, Long> open = tunnel.openKinds();
            String left = open.equals(openBefore) ? "nothing" : open + " instead of " + openBefore;
            note("left open by the tunnel", List.of(left), startNanos);
        }
    }

    /// @param startNanos when the disturbance began
    private void note(String disturbance, List<String> saw, long startNanos) {
        table.add(
                "`" + cell.program() + "`",
                cell.reactor().word(),
                disturbance,
                Integer.toString(saw.size()),
                ResultTable.counts(saw),
                String.format(Locale.ROOT, "%.1f", (System.nanoTime() - startNanos) / 1e9));
    }

    /// Hashes and numbers left out.
    private static List<String> words(TransferReport report) {
        return report.connections().stream()
                .map(connection -> connection.ok()
                        ? "equal"
                        : connection.detail().startsWith("expected ") ? "early end" : connection.detail())
                .toList();
    }

    private static long nextSeed() {
        seed += CONNECTIONS;
        return seed;
    }
}
