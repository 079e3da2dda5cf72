// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.daemon;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Which program this is: version and commit, as the build left them.
final class ProgramVersion {
    private static final String UNKNOWN = "unknown";

    private ProgramVersion() {}

    /// `X.Y.Z COMMIT`, as hev-socks5-tunnel prints it.
    static String text() {
        String version = Optional.ofNullable(ProgramVersion.class.getModule().getDescriptor())
                .flatMap(ModuleDescriptor::rawVersion)
                .orElse(UNKNOWN);
        return version.replace("-SNAPSHOT", "") + " " + commit();
    }

    private static String commit() {
        try (InputStream resource = ProgramVersion.class.getResourceAsStream("commit")) {
            return resource == null ? UNKNOWN : new String(resource.readAllBytes(), StandardCharsets.US_ASCII).strip();
        } catch (IOException _) {
            return UNKNOWN;
        }
    }
}
