// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// What each module shows to others. A change here is a change of the public face: think twice.
class DescriptorTest {
    private static final Map<String, ModuleDescriptor> OURS = descriptorsOnTheClassPath();

    @Test
    void theModulesAreTheFive() {
        assertThat(OURS)
                .containsOnlyKeys(
                        "io.socks5tunnel.api",
                        "io.socks5tunnel.sim",
                        "io.socks5tunnel.stack",
                        "io.socks5tunnel.threads",
                        "io.socks5tunnel.tun.linux");
    }

    @Test
    void exportsAreExactlyThese() {
        assertThat(exportsOf("io.socks5tunnel.api"))
                .containsExactlyInAnyOrder("io.socks5tunnel.api", "io.socks5tunnel.api.spi");
        assertThat(exportsOf("io.socks5tunnel.stack"))
                .containsExactlyInAnyOrder("io.socks5tunnel.stack", "io.socks5tunnel.stack.inspect");
        assertThat(exportsOf("io.socks5tunnel.threads")).isEmpty();
        assertThat(exportsOf("io.socks5tunnel.tun.linux")).containsExactly("io.socks5tunnel.tun.linux");
        assertThat(exportsOf("io.socks5tunnel.sim"))
                .containsExactlyInAnyOrder(
                        "io.socks5tunnel.sim", "io.socks5tunnel.sim.capture", "io.socks5tunnel.sim.replay");
    }

    @Test
    void requiresOfOursAreExactlyThese() {
        assertThat(requiresOf("io.socks5tunnel.api")).isEmpty();
        assertThat(requiresOf("io.socks5tunnel.stack")).containsExactly("io.socks5tunnel.api");
        assertThat(requiresOf("io.socks5tunnel.threads"))
                .containsExactlyInAnyOrder("io.socks5tunnel.api", "io.socks5tunnel.stack");
        assertThat(requiresOf("io.socks5tunnel.tun.linux")).containsExactly("io.socks5tunnel.api");
        assertThat(requiresOf("io.socks5tunnel.sim"))
                .containsExactlyInAnyOrder("io.socks5tunnel.api", "io.socks5tunnel.stack");
    }

    @Test
    void noModuleIsOpen() {
        assertThat(OURS.values()).noneMatch(ModuleDescriptor::isOpen);
    }

    /// An export to named friends only is left out: it shows nothing to users.
    private static Set<String> exportsOf(String module) {
        return OURS.get(module).exports().stream()
                .filter(export -> !export.isQualified())
                .map(ModuleDescriptor.Exports::source)
                .collect(toSet());
    }

    private static Set<String> requiresOf(String module) {
        return OURS.get(module).requires().stream()
                .map(ModuleDescriptor.Requires::name)
                .filter(name -> name.startsWith("io.socks5tunnel"))
                .collect(toSet());
    }

    private static Map<String, ModuleDescriptor> descriptorsOnTheClassPath() {
        var found = new TreeMap<String, ModuleDescriptor>();
        try {
            var files = DescriptorTest.class.getClassLoader().getResources("module-info.class");
            for (var file : Collections.list(files)) {
                try (var in = file.openStream()) {
                    var descriptor = ModuleDescriptor.read(in);
                    if (descriptor.name().startsWith("io.socks5tunnel")) {
                        found.put(descriptor.name(), descriptor);
                    }
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("the class path cannot be read", e);
        }
        return found;
    }
}
