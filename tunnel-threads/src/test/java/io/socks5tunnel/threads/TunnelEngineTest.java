// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socks5tunnel.api.Tunnel;
import io.socks5tunnel.api.spi.EngineProvider;
import io.socks5tunnel.api.spi.Reactor;
import io.socks5tunnel.api.spi.ReactorProvider;
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
