// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.Tunnel;
import io.socks5tunnel.api.TunnelConfig;
import io.socks5tunnel.api.TunnelStatistics;
import io.socks5tunnel.api.spi.EngineProvider;
import io.socks5tunnel.api.spi.ReactorProvider;
import io.socks5tunnel.api.spi.SteppedTunnel;
import io.socks5tunnel.api.spi.TunDevice;
import io.socks5tunnel.sim.Engines;
import io.socks5tunnel.stack.inspect.InspectableTunnel;
import io.socks5tunnel.stack.inspect.ShardView;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Runs with an engine that does something wrong, beside what is not wrong: the runs must notice.
class SeedRunTest {
    private final Scenario faultless = ScenarioDraw.of(1).withFaults(List.of());

    /// The real tunnel, but every shard is only stepped as often as the subclass lets it.
    private static class Disturbed implements SteppedTunnel, InspectableTunnel {
        final SteppedTunnel real;
        int steps;

        Disturbed(SteppedTunnel real) {
            this.real = real;
        }

        @Override
        public int shardCount() {
            return real.shardCount();
        }

        @Override
        public long step(int shard) throws IOException {
            steps++;
            return real.step(shard);
        }

        @Override
        public ShardView inspect(int shard) {
            return ((InspectableTunnel) real).inspect(shard);
        }

        @Override
        public int knownFlows() {
            return ((InspectableTunnel) real).knownFlows();
        }

        @Override
        public int slabLimit() {
            return ((InspectableTunnel) real).slabLimit();
        }

        @Override
        public int slabsInUse() {
            return ((InspectableTunnel) real).slabsInUse();
        }

        @Override
        public String deviceName() {
            return real.deviceName();
        }

        @Override
        public int deviceIndex() {
            return real.deviceIndex();
        }

        @Override
        public String description() {
            return real.description();
        }

        @Override
        public TunnelStatistics statistics() {
            return real.statistics();
        }

        @Override
        public void awaitEnd() throws IOException, InterruptedException {
            real.awaitEnd();
        }

        @Override
        public void close() throws IOException {
            real.close();
        }
    }

    private interface Disturbance {
        SteppedTunnel of(SteppedTunnel real);
    }

    private record DisturbedEngine(Disturbance disturbance) implements EngineProvider {
        @Override
        public Tunnel start(TunnelConfig config, TunDevice device, ReactorProvider reactors) {
            throw new UnsupportedOperationException("only stepped");
        }

        @Override
        public SteppedTunnel startStepped(TunnelConfig config, TunDevice device, ReactorProvider reactors)
                throws IOException {
            return disturbance.of(Engines.real().startStepped(config, device, reactors));
        }

        @Override
        public int shardCount(TunnelConfig config) {
            return Engines.real().shardCount(config);
        }
    }

    @Test
    void withoutFaultsEveryConnectionClosesWell() {
        RunResult result = new Simulator(Engines.real()).playTwice(faultless);
        assertThat(result.violation()).isEmpty();
        assertThat(result.endedWell()).isEqualTo(result.transfers()).isPositive();
        assertThat(result.triples()).contains("NONE, SYN, SYN_HELD", "ESTABLISHED, data, ESTABLISHED");
    }

    @Test
    void anExceptionOfTheTunnelIsAFinding() {
        Violation violation = play(real -> new Disturbed(real) {
            @Override
            public long step(int shard) throws IOException {
                if (steps == 20) {
                    throw new IllegalStateException("out of order");
                }
                return super.step(shard);
            }
        });
        assertThat(violation.invariant()).isEqualTo(Invariant.SURVIVAL);
        assertThat(violation.what()).contains("out of order");
    }

    @Test
    void aShardThatForgetsToAskForItsTimersIsNoticed() {
        Violation violation = play(real -> new Disturbed(real) {
            @Override
            public long step(int shard) throws IOException {
                super.step(shard);
                return Long.MAX_VALUE;
            }
        });
        assertThat(violation.invariant()).isEqualTo(Invariant.I4);
    }

    @Test
    void aShardThatNeverRestsIsNoticed() {
        Violation violation = play(real -> new Disturbed(real) {
            @Override
            public long step(int shard) throws IOException {
                return Math.min(super.step(shard), 0);
            }
        });
        assertThat(violation.invariant()).isIn(Invariant.I10, Invariant.SURVIVAL);
    }

    @Test
    void slabsThatDoNotComeBackAreNoticed() {
        Violation violation = play(real -> new Disturbed(real) {
            @Override
            public int slabsInUse() {
                return super.slabsInUse() + (steps > 0 ? 1 : 0);
            }
        });
        assertThat(violation.invariant()).isEqualTo(Invariant.I7);
    }

    @Test
    void aFlowWithoutOwnerIsNoticed() {
        Violation violation = play(real -> new Disturbed(real) {
            @Override
            public int knownFlows() {
                return Math.max(0, super.knownFlows() - 1);
            }
        });
        assertThat(violation.invariant()).isEqualTo(Invariant.I9);
    }

    @Test
    void aTunnelThatDependsOnMoreThanTheSeedIsNoticed() {
        int[] tunnels = {0};
        EngineProvider engine = new DisturbedEngine(real -> {
            boolean isSecond = tunnels[0]++ % 2 == 1;
            return new Disturbed(real) {
                @Override
                public long step(int shard) throws IOException {
                    long deadline = super.step(shard);
                    // the second tunnel looks after its timers a little earlier than it has to
                    return isSecond && deadline != Long.MAX_VALUE ? deadline - 1 : deadline;
                }
            };
        });
        Scenario lossy = ScenarioDraw.of(9);
        RunResult result = new Simulator(engine).playTwice(lossy);
        assertThat(result.violation()).isPresent();
        assertThat(result.violation().get().invariant()).isIn(Invariant.DETERMINISM, Invariant.I10);
    }

    private Violation play(Disturbance disturbance) {
        RunResult result = new Simulator(new DisturbedEngine(disturbance)).play(faultless);
        assertThat(result.violation()).isPresent();
        assertThat(result.lastEvents()).isNotEmpty();
        return result.violation().get();
    }
}
