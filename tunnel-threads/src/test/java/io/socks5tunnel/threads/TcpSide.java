// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.LimitSettings;
import io.socks5tunnel.api.TunSettings.TcpAccept;
import io.socks5tunnel.api.TunSettings.TcpRefusal;
import io.socks5tunnel.api.TunnelConfig;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.threads.ShardCounters.Count;
import java.io.IOException;

/// The sessions of one shard, without its stack.
final class TcpSide {
    static final int CLIENT = 0x0a000001;

    final FakeReactor reactor = new FakeReactor(false);
    final ShardCounters counters = new ShardCounters();
    final SharedState shared;
    final ShardMailbox mailbox = new ShardMailbox(reactor::wakeup);
    final TcpSessions sessions;

    TcpSide(LimitSettings limits, TcpAccept accept, TcpRefusal refusal) {
        this(shared(Fixtures.config(2, limits, accept, refusal)), 0);
    }

    TcpSide(SharedState shared, int shard) {
        this.shared = shared;
        shared.register(shard, mailbox);
        var dialer = new Dialer(shared.config().socks5(), reactor, shared.ownConnections(), new Slab());
        sessions = new TcpSessions(shard, shared, dialer, counters);
        sessions.tick(reactor.nowNanos);
    }

    private static SharedState shared(TunnelConfig config) {
        return new SharedState(config, 2, 1 << 20, new FakeReactor(false));
    }

    FakeFlow open(int client, int port) {
        FakeFlow flow = FakeFlow.from(client, port);
        assertThat(sessions.open(flow)).isTrue();
        return flow;
    }

    FakeFlow establish(int client, int port) throws IOException {
        FakeFlow flow = open(client, port);
        cycle();
        Fixtures.answerHandshake(reactor.socket());
        cycle();
        assertThat(flow.isAccepted).isTrue();
        return flow;
    }

    FakeFlow connectUnconfirmed(int port) throws IOException {
        FakeFlow flow = open(CLIENT, port);
        flow.isConfirmed = false;
        cycle();
        Fixtures.answerHandshake(reactor.socket());
        cycle();
        assertThat(flow.isAccepted).isTrue();
        return flow;
    }

    /// As often as a shard that is not starved runs while it waits for a client.
    void cycleOften() throws IOException {
        for (int i = 0; i < 32; i++) {
            cycle();
        }
    }

    void cycle() throws IOException {
        reactor.await(0);
        sessions.run(reactor.nowNanos);
    }

    void expectNothingLeft() {
        assertThat(sessions.openingCount()).isZero();
        assertThat(sessions.unconfirmedCount()).isZero();
        assertThat(sessions.establishedCount()).isZero();
        assertThat(shared.limits().halfOpen()).isZero();
        assertThat(shared.limits().dials()).isZero();
        assertThat(shared.limits().clients()).isZero();
        assertThat(shared.permits().live()).isZero();
        assertThat(counters.value(Count.TCP_OPEN)).isZero();
    }
}
