// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SampleFileTest {
    private static final Path FILE = Path.of("..", "docs", "socks5-tunnel.sample.yml");

    @Test
    void loadsAsItIsWithoutRemark() throws ConfigException {
        LoadedConfig loaded = TunnelConfig.load(FILE);

        assertThat(loaded.warnings()).isEmpty();
        assertThat(loaded.config().socks5()).isEqualTo(Socks5Settings.of("127.0.0.1", 1080));
        assertThat(loaded.config().limits()).isEqualTo(LimitSettings.DEFAULT);
    }

    @Test
    void loadsWithEverythingInUse() throws Exception {
        LoadedConfig loaded = TunnelConfig.parse(uncommented());

        assertThat(loaded.warnings()).isEmpty();
        assertThat(loaded.config().mapDns().cacheSize()).isEqualTo(10_000);
        assertThat(loaded.config().socks5().credentials()).isPresent();
    }

    @Test
    void holdsEveryKey() throws Exception {
        YamlNode.Mapping root =
                (YamlNode.Mapping) YamlTree.firstDocument(uncommented()).orElseThrow();
        String text = Files.readString(FILE);

        for (ConfigKey key : ConfigKey.values()) {
            if (key.isPrinted()) {
                assertThat(holds(root, key)).as(key.path()).isTrue();
            } else {
                assertThat(text).contains(key.path());
            }
        }
    }

    /// The file of the integration test that comes with everything hev-socks5-tunnel documents.
    @Test
    void theFileOfTheIntegrationTestHoldsEveryKeyOfHev() throws Exception {
        Path file = Path.of("..", "it-tests/src/test/resources/every-key.yml");
        String text = Files.readString(file).replaceAll("@[A-Z]+@", "192.0.2.1");
        YamlNode.Mapping root = (YamlNode.Mapping) YamlTree.firstDocument(text).orElseThrow();

        for (ConfigKey key : ConfigKey.values()) {
            boolean isHevs = !key.isOwn() && key != ConfigKey.READ_WRITE_TIMEOUT;
            assertThat(holds(root, key)).as(key.path()).isEqualTo(isHevs);
        }
    }

    private static boolean holds(YamlNode.Mapping root, ConfigKey key) {
        return root.entries().stream()
                .filter(section -> text(section.key()).equals(key.section().text()))
                .flatMap(section -> ((YamlNode.Mapping) section.value()).entries().stream())
                .anyMatch(entry -> text(entry.key()).equals(key.text()));
    }

    private static String text(YamlNode node) {
        return ((YamlNode.Scalar) node).text();
    }

    private static String uncommented() throws IOException {
        return Files.readString(FILE).replaceAll("(?m)^( +)#([a-z0-9-]+: )", "$1$2");
    }
}
