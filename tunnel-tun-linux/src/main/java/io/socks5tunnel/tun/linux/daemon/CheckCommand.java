// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.daemon;

import io.socks5tunnel.api.ConfigException;
import io.socks5tunnel.api.LoadedConfig;
import io.socks5tunnel.api.TunnelConfig;
import io.socks5tunnel.api.spi.Command;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;

/// `check FILE`: prints what a configuration amounts to, defaults included and secrets masked, on standard output,
/// and remarks about it on standard error. Nothing is started.
public final class CheckCommand implements Command {
    /// For [java.util.ServiceLoader].
    public CheckCommand() {}

    @Override
    public String name() {
        return "check";
    }

    @Override
    public String summary() {
        return "Show what a configuration amounts to, with all defaults";
    }

    /// @return 0 if the daemon would accept the file, 254 if it would not
    @Override
    public int run(List<String> arguments, PrintWriter out, PrintWriter err) {
        if (arguments.size() != 1) {
            err.println("usage: socks5-tunnel check CONFIG");
            return ExitStatus.USAGE.code();
        }
        try {
            Path file = Path.of(arguments.getFirst());
            LoadedConfig loaded = TunnelConfig.load(file);
            loaded.warnings().forEach(warning -> err.println(warning.severity() + ": " + warning));
            ExposedPassword.remark(file, loaded.config()).ifPresent(remark -> err.println("WARNING: " + remark));
            out.print(loaded.config().toYaml());
            return ExitStatus.STOPPED.code();
        } catch (ConfigException e) {
            err.println("socks5-tunnel: " + e.getMessage());
            return ExitStatus.FAILED.code();
        }
    }
}
