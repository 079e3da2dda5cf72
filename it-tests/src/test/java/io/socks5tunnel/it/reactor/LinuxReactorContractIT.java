// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.reactor;

import io.socks5tunnel.api.spi.ReactorProvider;
import io.socks5tunnel.tun.linux.LinuxReactorProvider;

/// The Linux reactor keeps the contract.
final class LinuxReactorContractIT extends KernelReactorContract {
    @Override
    ReactorProvider provider() {
        return new LinuxReactorProvider();
    }
}
