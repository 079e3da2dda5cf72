// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.reactor;

import java.io.IOException;

/// The simulated reactor keeps the contract, so that what works in simulations works elsewhere.
final class SimulatedReactorContractIT extends ReactorContract {
    @Override
    ReactorWorld world() {
        return new SimulatedWorld();
    }

    @Override
    void turnAfterClose() throws IOException {
        world.turn();
    }
}
