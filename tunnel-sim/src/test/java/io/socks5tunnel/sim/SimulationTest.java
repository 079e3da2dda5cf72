// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socks5tunnel.api.LimitSettings;
import io.socks5tunnel.api.MapDnsSettings;
import io.socks5tunnel.api.ProcessSettings;
import io.socks5tunnel.api.Socks5Settings;
import io.socks5tunnel.api.ThreadSettings;
import io.socks5tunnel.api.TunSettings;
import io.socks5tunnel.api.Tunnel;
import io.socks5tunnel.api.TunnelConfig;
import io.socks5tunnel.api.TunnelStatistics;
import io.socks5tunnel.api.spi.EngineProvider;
import io.socks5tunnel.api.spi.PacketBurst;
import io.socks5tunnel.api.spi.Reactor;
import io.socks5tunnel.api.spi.ReactorProvider;
import io.socks5tunnel.api.spi.SteppedTunnel;
import io.socks5tunnel.api.spi.TunDevice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The main loop, with an engine that only counts packets and has a timer.
class SimulationTest {
    private static final long MILLI = 1_000_000L;
    private static final TunnelConfig CONFIG = new TunnelConfig(
            TunSettings.DEFAULT,
            Socks5Settings.of("192.0.2.7", 1080),
            MapDnsSettings.DEFAULT,
            LimitSettings.DEFAULT,
            ProcessSettings.DEFAULT,
            ThreadSettings.DEFAULT);

    /// Two shards. Shard 0 reads packets; shard 1 has a timer every 10 ms, or is restless.
    private static final class CountingTunnel implements SteppedTunnel {
        private final TunDevice device;
        private final List<Reactor> reactors = new ArrayList<>();
        private final PacketBurst burst = new PacketBurst(new CountingSlabPool(10));
        private final boolean isRestless;
        private boolean isReadable;
        private int packets;
        private int ticks;
        private int steps;
        private boolean isClosed;

        CountingTunnel(TunDevice device, ReactorProvider provider, boolean isRestless) throws IOException {
            this.device = device;
            this.isRestless = isRestless;
            reactors.add(provider.open());
            reactors.add(provider.open());
            reactors.getFirst().watch(device.queue(0), _ -> isReadable = true);
        }

        @Override
        public int shardCount() {
            return 2;
        }

        @Override
        public long step(int shard) throws IOException {
            steps++;
            Reactor reactor = reactors.get(shard);
            reactor.await(0);
            if (shard == 1) {
                ticks++;
                return isRestless ? 0 : reactor.nowNanos() + 10 * MILLI;
            }
            if (isReadable) {
                isReadable = device.queue(0).read(burst);
                packets += burst.count();
                burst.clear();
            }
            return isReadable ? 0 : Reactor.NO_DEADLINE;
        }

        @Override
        public String deviceName() {
            return device.name();
        }

        @Override
        public int deviceIndex() {
            return 0;
        }

        @Override
        public String description() {
            return "counts";
        }

        @Override
        public TunnelStatistics statistics() {
            return new TunnelStatistics(packets, 0, 0, 0, 0, 0, 0, 0, 0, 0, List.of(), Map.of());
        }

        @Override
        public void awaitEnd() {}

        @Override
        public void close() {
            isClosed = true;
        }
    }

    private static final class CountingEngine implements EngineProvider {
        private final boolean isRestless;
        private CountingTunnel started;

        CountingEngine(boolean isRestless) {
            this.isRestless = isRestless;
        }

        @Override
        public Tunnel start(TunnelConfig config, TunDevice device, ReactorProvider reactors) {
            throw new UnsupportedOperationException("only stepped");
        }

        @Override
        public SteppedTunnel startStepped(TunnelConfig config, TunDevice device, ReactorProvider reactors)
                throws IOException {
            started = new CountingTunnel(device, reactors, isRestless);
            return started;
        }

        @Override
        public int shardCount(TunnelConfig config) {
            return 2;
        }
    }

    @Test
    void shardsAreSteppedWhenSomethingIsReadyOrDueAndNotOtherwise() throws IOException {
        CountingEngine engine = new CountingEngine(false);
        try (Simulation simulation = new Simulation(1)) {
            MemoryTun tun = MemoryTun.builder().open();
            simulation.start(engine, CONFIG, tun);
            CountingTunnel tunnel = engine.started;
            simulation.runFor(35 * MILLI);
            assertThat(tunnel.ticks).isEqualTo(4);
            assertThat(tunnel.steps).isEqualTo(5);

            for (int i = 0; i < 100; i++) {
                tun.inject(SimPacket.of(new byte[20]));
            }
            simulation.settle();
            assertThat(tunnel.packets).isEqualTo(100);
            assertThat(tunnel.ticks).isEqualTo(4);
        }
        assertThat(engine.started.isClosed).isTrue();
    }

    @Test
    void runningStopsWhenTheConditionHoldsOrTimeIsUp() throws IOException {
        CountingEngine engine = new CountingEngine(false);
        try (Simulation simulation = new Simulation(2)) {
            simulation.start(engine, CONFIG, MemoryTun.builder().open());
            long start = simulation.clock().nowNanos();
            assertThat(simulation.runUntil(() -> engine.started.ticks == 3, 1_000 * MILLI))
                    .isTrue();
            assertThat(simulation.clock().nowNanos()).isEqualTo(start + 20 * MILLI);
            assertThat(simulation.runUntil(() -> false, 5 * MILLI)).isFalse();
            assertThat(simulation.clock().nowNanos()).isEqualTo(start + 25 * MILLI);
        }
    }

    @Test
    void aShardThatAlwaysHasWorkLeftIsNoticed() throws IOException {
        try (Simulation simulation = new Simulation(3)) {
            simulation.start(
                    new CountingEngine(true), CONFIG, MemoryTun.builder().open());
            assertThatThrownBy(simulation::settle)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("circle");
        }
    }

    @Test
    void timeBeginsSomewhereElseForEverySeed() throws IOException {
        try (Simulation one = new Simulation(4);
                Simulation same = new Simulation(4);
                Simulation other = new Simulation(5)) {
            assertThat(one.clock().nowNanos())
                    .isPositive()
                    .isEqualTo(same.clock().nowNanos())
                    .isNotEqualTo(other.clock().nowNanos());
        }
    }
}
