// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socks5tunnel.api.Affinity;
import io.socks5tunnel.api.CpuList;
import io.socks5tunnel.api.ThreadSettings;
import io.socks5tunnel.api.Tunnel;
import io.socks5tunnel.api.TunnelConfig;
import io.socks5tunnel.api.spi.EngineProvider;
import io.socks5tunnel.api.spi.Reactor;
import io.socks5tunnel.api.spi.ReactorProvider;
import io.socks5tunnel.api.spi.SteppedTunnel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TunnelEngineTest {
    private final TunnelEngine engine = new TunnelEngine();
    private final List<FakeReactor> reactors = new ArrayList<>();
    private final FakeDevice device = new FakeDevice(3);

    @Test
    void isOfferedToTheServiceLoader() {
        assertThat(TunnelEngine.class.getModule().getDescriptor().provides()).anySatisfy(provided -> {
            assertThat(provided.service()).isEqualTo(EngineProvider.class.getName());
            assertThat(provided.providers()).containsExactly(TunnelEngine.class.getName());
        });
    }

    @Test
    void takesTheConfiguredNumberOfShardsOrOnePerCore() {
        assertThat(engine.shardCount(Fixtures.config(5))).isEqualTo(5);
        assertThat(engine.shardCount(Fixtures.config(10_000))).isEqualTo(256);
        assertThat(engine.shardCount(Fixtures.config(0)))
                .isEqualTo(Runtime.getRuntime().availableProcessors());
    }

    @Test
    void startsAndStopsManyTimesAndLeavesNoThread() throws IOException, InterruptedException {
        for (int i = 0; i < 50; i++) {
            FakeDevice fresh = new FakeDevice(3);
            Tunnel tunnel = start(fresh);
            assertThat(shardThreads()).hasSize(3);
            tunnel.close();
            tunnel.close();
            tunnel.awaitEnd();
            assertThat(fresh.closes).isEqualTo(1);
        }
        assertThat(shardThreads()).isEmpty();
        assertThat(reactors).hasSize(150).allMatch(reactor -> reactor.isClosed);
    }

    @Test
    void describesItself() throws IOException {
        try (Tunnel tunnel = start(device)) {
            assertThat(tunnel.deviceName()).isEqualTo("fake0");
            assertThat(tunnel.deviceIndex()).isEqualTo(7);
            assertThat(tunnel.description()).contains("a fake", "3 shards", "fake");
            assertThat(tunnel.statistics().tcpFlowsPerShard()).hasSize(3);
        }
    }

    @Nested
    class WhereShardsRun {
        private final List<CpuList> nodes = List.of(cpus("0-1"), cpus("2-3"));

        @Test
        void isSaidToTheReactorByTheShardItselfBeforeItsFirstWait() throws IOException {
            Tunnel tunnel = start(Affinity.AUTO, nodes);
            tunnel.close();

            assertThat(tunnel.description()).endsWith("a queue each, shards 0-1 on CPUs 0-1, shard 2 on CPUs 2-3");
            assertThat(reactors)
                    .extracting(reactor -> reactor.bound)
                    .containsExactly(
                            "0-1 socks5-tunnel-shard-0 0",
                            "0-1 socks5-tunnel-shard-1 0",
                            "2-3 socks5-tunnel-shard-2 0");
        }

        @Test
        void isNotSaidWhereTheyRunAnywhere() throws IOException {
            for (Affinity affinity : List.of(Affinity.OFF, new Affinity.Listed(cpus("7")))) {
                start(affinity, nodes).close();
            }

            assertThat(reactors).hasSize(6).allMatch(reactor -> reactor.bound.isEmpty());
        }

        @Test
        void isNoReasonToFail() throws IOException, InterruptedException {
            ReactorProvider obedient = FakeReactor.provider(reactors, true, nodes);
            Tunnel tunnel = engine.start(config(Affinity.AUTO), device, new ReactorProvider() {
                @Override
                public String name() {
                    return "refusing";
                }

                @Override
                public int priority() {
                    return 1;
                }

                @Override
                public List<CpuList> cpusByNode() {
                    return obedient.cpusByNode();
                }

                @Override
                public Reactor open() throws IOException {
                    Reactor reactor = obedient.open();
                    reactors.getLast().refusesCpus = true;
                    return reactor;
                }
            });
            tunnel.close();

            tunnel.awaitEnd();
            assertThat(reactors).hasSize(3).allMatch(reactor -> reactor.awaits > 0);
        }

        @Test
        void isNobodysBusinessInASimulation() throws IOException {
            try (SteppedTunnel tunnel = engine.startStepped(
                    config(new Affinity.Listed(cpus("0"))), device, FakeReactor.provider(reactors, false, nodes))) {
                for (int shard = 0; shard < 3; shard++) {
                    tunnel.step(shard);
                }
            }

            assertThat(reactors).hasSize(3).allMatch(reactor -> reactor.bound.isEmpty());
        }

        private Tunnel start(Affinity affinity, List<CpuList> on) throws IOException {
            return engine.start(config(affinity), new FakeDevice(3), FakeReactor.provider(reactors, true, on));
        }

        private static TunnelConfig config(Affinity affinity) {
            return with(new ThreadSettings(3, affinity));
        }

        private static CpuList cpus(String text) {
            return CpuList.parse(text).orElseThrow();
        }
    }

    @Nested
    class ShardsThatComeAndGo {
        private final FakeDevice resting = new FakeDevice(3);

        ShardsThatComeAndGo() {
            resting.canRest = true;
        }

        @Test
        void haveAThreadAsLongAsTheTunnelRuns() throws IOException {
            for (int i = 0; i < 50; i++) {
                Tunnel tunnel = start(1);
                assertThat(scalingThreads()).hasSize(1);
                tunnel.close();
                assertThat(scalingThreads()).isEmpty();
            }
        }

        @Test
        void haveNoThreadUnlessTheyAreAskedFor() throws IOException {
            for (int min : List.of(0, 3, 256)) {
                try (Tunnel _ = start(min)) {
                    assertThat(scalingThreads()).isEmpty();
                }
            }
        }

        @Test
        void haveNoThreadWhereTheyAreNotPossible() throws IOException {
            resting.canRest = false;

            try (Tunnel _ = start(1)) {
                assertThat(scalingThreads()).isEmpty();
            }
        }

        @Test
        void leaveNoThreadWhenATunnelFails() throws IOException {
            Tunnel tunnel = start(1);
            resting.queues.get(1).failWith(new IOException("gone"));

            assertThatThrownBy(tunnel::awaitEnd).hasMessageContaining("gone");
            assertThat(scalingThreads()).isEmpty();
            tunnel.close();
        }

        @Test
        void stayWhereTheyAreInASimulation() throws IOException {
            try (SteppedTunnel tunnel =
                    engine.startStepped(config(1), resting, FakeReactor.provider(reactors, false))) {
                for (int i = 0; i < 100; i++) {
                    reactors.getFirst().nowNanos += ShardScaling.REST_NANOS;
                    tunnel.step(0);
                }
                assertThat(scalingThreads()).isEmpty();
            }
            assertThat(resting.served).isEmpty();
        }

        private Tunnel start(int min) throws IOException {
            return engine.start(config(min), resting, FakeReactor.provider(reactors, true));
        }

        private static TunnelConfig config(int min) {
            return with(new ThreadSettings(3, min, Affinity.AUTO));
        }

        private static List<Thread> scalingThreads() {
            return Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals("socks5-tunnel-scaling"))
                    .toList();
        }
    }

    private static TunnelConfig with(ThreadSettings threads) {
        TunnelConfig config = Fixtures.config(3);
        return new TunnelConfig(
                config.tunnel(), config.socks5(), config.mapDns(), config.limits(), config.process(), threads);
    }

    @Nested
    class WhenSomethingFails {
        @Test
        void aDeviceThatIsGoneEndsTheTunnel() throws IOException {
            Tunnel tunnel = start(device);
            device.queues.get(1).failWith(new IOException("gone"));

            assertThatThrownBy(tunnel::awaitEnd).isInstanceOf(IOException.class).hasMessageContaining("gone");
            tunnel.close();
            assertThat(shardThreads()).isEmpty();
            assertThat(device.closes).isEqualTo(1);
        }

        @Test
        void aShardThatThrowsEndsTheTunnel() throws Exception {
            Tunnel tunnel = start(device);
            reactors.get(1).bug = new IllegalStateException("a bug that the test has planted");
            reactors.get(1).wakeup();

            assertThatThrownBy(tunnel::awaitEnd).hasMessageContaining("a bug that the test has planted");
            tunnel.close();
            assertThat(shardThreads()).isEmpty();
            assertThat(reactors).allMatch(reactor -> reactor.isClosed);
            assertThat(device.closes).isEqualTo(1);
        }

        @Test
        void aReactorThatCannotWaitEndsTheTunnel() throws Exception {
            Tunnel tunnel = start(device);
            reactors.get(2).failure = new IOException("no more descriptors");
            reactors.get(2).wakeup();

            assertThatThrownBy(tunnel::awaitEnd).hasMessageContaining("no more descriptors");
            tunnel.close();
        }

        @Test
        void aStartThatFailsHalfWayLeavesNothing() {
            ReactorProvider providing = FakeReactor.provider(reactors, true);
            ReactorProvider failing = new ReactorProvider() {
                @Override
                public String name() {
                    return "failing";
                }

                @Override
                public int priority() {
                    return 1;
                }

                @Override
                public Reactor open() throws IOException {
                    if (reactors.size() == 2) {
                        throw new IOException("too many open files");
                    }
                    return providing.open();
                }
            };

            assertThatThrownBy(() -> engine.start(Fixtures.config(3), device, failing))
                    .hasMessage("too many open files");
            assertThat(reactors).hasSize(2).allMatch(reactor -> reactor.isClosed);
            assertThat(device.closes).isEqualTo(1);
            assertThat(shardThreads()).isEmpty();
        }
    }

    private Tunnel start(FakeDevice on) throws IOException {
        return engine.start(Fixtures.config(3), on, FakeReactor.provider(reactors, true));
    }

    private static List<Thread> shardThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("socks5-tunnel-shard-"))
                .toList();
    }
}
