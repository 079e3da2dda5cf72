// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.spi.Reactor;
import org.junit.jupiter.api.Test;

class WarmPoolTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long START = 77 * SECOND;

    private final WarmPool<Connection> pool = new WarmPool<>(4);

    @Test
    void keepsNothingBeforeTheFirstFlow() {
        assertThat(pool.missing(START)).isZero();
        assertThat(pool.nextDeadlineNanos()).isEqualTo(Reactor.NO_DEADLINE);
    }

    @Test
    void wantsAsManyAsFlowsBeganWithinTheLimit() {
        for (int flows = 1; flows <= 6; flows++) {
            assertThat(pool.take(START)).isNull();
            assertThat(pool.missing(START)).isEqualTo(Math.min(4, flows));
        }
    }

    @Test
    void countsWhatIsBeingOpenedAndWhatIsReady() {
        take(START, 3);
        pool.begin();
        pool.begin();
        assertThat(pool.missing(START)).isEqualTo(1);

        pool.add(new Connection(), START);
        assertThat(pool.missing(START)).isEqualTo(1);
        assertThat(pool.size()).isEqualTo(1);
        assertThat(pool.opening()).isEqualTo(1);
    }

    @Test
    void givesTheOneThatWasReadyFirst() {
        take(START, 2);
        Connection first = ready(START);
        Connection second = ready(START + 1);

        assertThat(pool.take(START + 2)).isSameAs(first);
        assertThat(pool.take(START + 2)).isSameAs(second);
        assertThat(pool.take(START + 2)).isNull();
        assertThat(first.isReleased).isFalse();
    }

    @Test
    void releasesWhatIsTenSecondsOldAndOpensNoOther() {
        take(START, 1);
        Connection old = ready(START + SECOND);
        assertThat(pool.nextDeadlineNanos()).isEqualTo(START + 11 * SECOND);

        pool.expire(START + 11 * SECOND - 1);
        assertThat(old.isReleased).isFalse();
        pool.expire(START + 11 * SECOND);

        assertThat(old.isReleased).isTrue();
        assertThat(pool.missing(START + 11 * SECOND)).isZero();
        assertThat(pool.nextDeadlineNanos()).isEqualTo(Reactor.NO_DEADLINE);
    }

    @Test
    void givesNobodyWhatIsTooOld() {
        take(START, 1);
        Connection old = ready(START);

        assertThat(pool.take(START + 10 * SECOND)).isNull();
        assertThat(old.isReleased).isTrue();
    }

    @Test
    void forgetsFlowsAfterTenSeconds() {
        take(START, 4);
        assertThat(pool.missing(START + 5 * SECOND)).isEqualTo(4);
        assertThat(pool.missing(START + 10 * SECOND)).isZero();
    }

    @Test
    void triesNotAgainBeforeTheNextFlow() {
        take(START, 3);
        pool.begin();
        pool.failed();
        assertThat(pool.missing(START)).isZero();

        take(START, 1);
        assertThat(pool.missing(START)).isEqualTo(1);
    }

    @Test
    void forgetsWhatTheServerHasClosed() {
        take(START, 2);
        Connection closed = ready(START);
        Connection open = ready(START);

        pool.lost(closed);

        assertThat(pool.missing(START)).isZero();
        assertThat(pool.take(START)).isSameAs(open);
        assertThat(closed.isReleased).isFalse();
        pool.lost(open);
        assertThat(pool.missing(START)).as("what a flow has is no loss").isEqualTo(1);
    }

    @Test
    void releasesAllAtTheEnd() {
        take(START, 2);
        Connection first = ready(START);
        Connection second = ready(START);

        pool.releaseAll();

        assertThat(first.isReleased && second.isReleased).isTrue();
        assertThat(pool.size()).isZero();
    }

    @Test
    void doesNothingWhereItIsOff() {
        WarmPool<Connection> off = new WarmPool<>(0);
        assertThat(off.take(START)).isNull();
        assertThat(off.missing(START)).isZero();
    }

    private void take(long nowNanos, int times) {
        for (int i = 0; i < times; i++) {
            assertThat(pool.take(nowNanos)).isNull();
        }
    }

    private Connection ready(long nowNanos) {
        var connection = new Connection();
        pool.begin();
        pool.add(connection, nowNanos);
        return connection;
    }

    private static final class Connection implements WarmPool.Warm {
        boolean isReleased;

        @Override
        public void release() {
            isReleased = true;
        }
    }
}
