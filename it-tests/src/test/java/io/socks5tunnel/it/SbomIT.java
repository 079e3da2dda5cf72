// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// The image's bill of materials, held against the image. JSON is YAML, so our reader of that reads it.
class SbomIT {
    private static final Path IMAGE = Path.of(System.getProperty("socks5tunnel.image"));
    private static final Path FILE = IMAGE.resolve("sbom.cdx.json");

    @TempDir
    Path folder;

    private static Map<?, ?> bill;
    private static List<Map<?, ?>> components;

    @BeforeAll
    static void read() throws Exception {
        bill = (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(Files.readString(FILE));
        components = ((List<?>) bill.get("components"))
                .stream().<Map<?, ?>>map(component -> (Map<?, ?>) component).toList();
    }

    @Test
    void holdsEveryModuleOfTheImageWithItsVersionAndNothingElse() throws Exception {
        var modules =
                ChildProcess.run(folder, Map.of(), IMAGE.resolve("bin/java").toString(), "--list-modules");

        assertThat(components)
                .extracting(component -> component.get("name") + "@" + component.get("version"))
                .containsExactlyElementsOf(modules.out().lines().toList())
                .contains("java.base@" + System.getProperty("java.version"));
    }

    @Test
    void everyComponentHasALicenceAndAUrlOfItsVersion() {
        assertThat(components).allSatisfy(component -> {
            assertThat(component.get("licenses").toString()).matches("\\[\\{expression=[A-Za-z0-9. -]+}]");
            assertThat(component.get("purl").toString())
                    .matches("pkg:(maven|generic)/[a-z0-9.-]+/[a-z0-9.-]+@.+")
                    .endsWith("@" + component.get("version"));
        });
    }

    /// The digest is that of the jar before it was linked: the one by which others know it.
    @Test
    void everythingButTheJdkHasADigest() {
        assertThat(components.stream().filter(component -> component.get("hashes") == null))
                .allMatch(component -> component.get("name").toString().startsWith("java."));
        assertThat(components.stream()
                        .filter(component -> component.get("hashes") != null)
                        .map(component -> component.get("hashes").toString()))
                .hasSize(8)
                .allMatch(hashes -> hashes.matches("\\[\\{alg=SHA-256, content=[0-9a-f]{64}}]"));
    }

    /// A library that comes without a module, as a file of its own.
    @Test
    void thereIsNoJarInTheImageThatItDoesNotTellOf() throws Exception {
        try (var files = Files.walk(IMAGE)) {
            assertThat(files.filter(file -> file.toString().endsWith(".jar"))
                            .map(file -> file.getFileName().toString())
                            .collect(Collectors.toSet()))
                    // the JDK's own reader of other images
                    .containsExactly("jrt-fs.jar");
        }
    }

    @Test
    void saysWhatItIsAndNothingOfWhenItWasMade() {
        assertThat(bill.get("bomFormat")).isEqualTo("CycloneDX");
        assertThat(bill.get("specVersion")).isEqualTo("1.6");
        assertThat(bill.get("serialNumber")).isNull();
        assertThat(((Map<?, ?>) bill.get("metadata")).get("timestamp")).isNull();
    }
}
