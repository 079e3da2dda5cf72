// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.reactor;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socks5tunnel.api.spi.ReactorProvider;
import io.socks5tunnel.api.spi.UpstreamOptions;
import io.socks5tunnel.threads.nio.NioReactorProvider;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// The portable reactor keeps the contract, and says what it cannot do.
final class NioReactorContractIT extends KernelReactorContract {
    @Override
    ReactorProvider provider() {
        return new NioReactorProvider();
    }

    @Test
    void aMarkIsRefused() {
        var marked = new UpstreamOptions(7, false);

        assertThatThrownBy(() -> reactor.connect(world.server(), marked, readiness))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("mark");
        assertThatThrownBy(() -> reactor.openDatagrams(world.server(), marked, 0, readiness))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("mark");
    }
}
