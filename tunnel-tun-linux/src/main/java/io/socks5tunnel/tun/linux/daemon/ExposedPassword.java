// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.daemon;

import io.socks5tunnel.api.TunnelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;

/// A configuration with a password that every user of the machine may read. hev-socks5-tunnel does not mind, and
/// files of that kind are about: so it is a remark, and the tunnel starts.
final class ExposedPassword {
    private ExposedPassword() {}

    /// The remark, if there is reason for one.
    static Optional<String> remark(Path file, TunnelConfig config) {
        return config.socks5().credentials().isPresent() && isReadableByAll(file)
                ? Optional.of(file + " holds a password and can be read by every user: chmod o-r " + file)
                : Optional.empty();
    }

    /// A pipe belongs to two processes whatever its mode says.
    private static boolean isReadableByAll(Path file) {
        try {
            return Files.isRegularFile(file)
                    && Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
        } catch (IOException | UnsupportedOperationException _) {
            return false;
        }
    }
}
