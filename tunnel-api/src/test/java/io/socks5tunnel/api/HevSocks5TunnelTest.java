// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Jimfs;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/// What the five calls answer when nothing can run; in this module there is no engine. `HevLibraryIT` runs tunnels.
class HevSocks5TunnelTest {
    private static final byte[] GOOD = "socks5: {address: 127.0.0.1, port: 1080}".getBytes(StandardCharsets.UTF_8);
    private static final byte[] WRONG = "socks5: {address: 127.0.0.1}".getBytes(StandardCharsets.UTF_8);

    private final HevSocks5Tunnel tunnel = new HevSocks5Tunnel();

    @Test
    void aConfigurationThatCannotWorkFails() {
        assertThat(tunnel.mainFromString(WRONG, -1)).isEqualTo(-1);
    }

    @Test
    void aFileThatIsMissingFails() throws Exception {
        try (var files = Jimfs.newFileSystem()) {
            assertThat(tunnel.main(files.getPath("/none.yml"), -1)).isEqualTo(-1);
        }
    }

    @Test
    void aTunnelThatCannotStartFailsAndMayBeTriedAgain() throws Exception {
        try (var files = Jimfs.newFileSystem()) {
            var file = files.getPath("/good.yml");
            Files.write(file, GOOD);

            assertThat(tunnel.mainFromFile(file, -1)).isEqualTo(-1);
            assertThat(tunnel.mainFromString(GOOD, -1)).isEqualTo(-1);
        }
    }

    @Test
    void withoutATunnelNothingIsCountedAndQuitIsHarmless() {
        tunnel.quit();

        assertThat(tunnel.stats()).isEqualTo(new HevSocks5Tunnel.Stats(0, 0, 0, 0));
    }
}
