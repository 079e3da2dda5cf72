// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.TunSettings;
import io.socks5tunnel.api.TunnelConfig;
import io.socks5tunnel.api.spi.TunQueue;
import io.socks5tunnel.api.spi.TunRequest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinuxTunProviderTest {
    /// Providers are asked in no fixed order, so each must leave the others' names alone.
    @ParameterizedTest
    @CsvSource({"tun0, true", "tun%d, true", "sim:one, false", "sim:a.pcapng, false"})
    void leavesNamesThatTheKernelDoesNotTakeToOthers(String name, boolean isSupported) throws Exception {
        TunSettings settings = TunnelConfig.parse(
                        "tunnel: {name: '" + name + "'}\nsocks5: {address: 127.0.0.1, port: 1}")
                .config()
                .tunnel();

        assertThat(new LinuxTunProvider().supports(new TunRequest(settings, 1, TunQueue.NO_DESCRIPTOR)))
                .isEqualTo(isSupported);
    }
}
