// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.daemon;

import io.socks5tunnel.api.ConfigException;
import io.socks5tunnel.api.ConfigWarning;
import io.socks5tunnel.api.LoadedConfig;
import io.socks5tunnel.api.ProcessSettings;
import io.socks5tunnel.api.Tunnel;
import io.socks5tunnel.api.TunnelConfig;
import io.socks5tunnel.tun.linux.nativecalls.OpenFileLimit;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;

/// One tunnel from its configuration to its end.
final class Daemon {
    private static final System.Logger LOG = System.getLogger(Daemon.class.getName());

    private final OrderlyStop stop;
    private final PrintWriter out;
    private final PrintWriter err;

    Daemon(OrderlyStop stop, PrintWriter out, PrintWriter err) {
        this.stop = stop;
        this.out = out;
        this.err = err;
    }

    /// Runs the tunnel that `file` describes. What keeps it from starting is told in one line on standard error.
    ExitStatus run(Path file) {
        LoadedConfig loaded;
        try {
            loaded = TunnelConfig.load(file);
        } catch (ConfigException e) {
            return failed(e);
        }
        try (DaemonLog log = DaemonLog.open(loaded.config().process(), out, err)) {
            return run(loaded, log);
        } catch (IOException e) {
            return failed(e);
        }
    }

    private ExitStatus run(LoadedConfig loaded, DaemonLog log) throws IOException {
        loaded.warnings().forEach(Daemon::tell);
        raiseLimit(loaded.config().process());
        try (Tunnel tunnel = Tunnel.builder(loaded.config()).start()) {
            LOG.log(System.Logger.Level.INFO, tunnel.description());
            stop.await(tunnel);
            return ExitStatus.STOPPED;
        } catch (IOException e) {
            if (!log.isOnConsole()) {
                LOG.log(System.Logger.Level.ERROR, e.getMessage());
            }
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitStatus.STOPPED;
        }
    }

    private ExitStatus failed(Exception e) {
        String text = e.getMessage();
        err.println("socks5-tunnel: " + (text == null ? e.toString() : text));
        err.flush();
        return ExitStatus.FAILED;
    }

    private static void tell(ConfigWarning warning) {
        LOG.log(
                switch (warning.severity()) {
                    case INFO -> System.Logger.Level.INFO;
                    case WARNING -> System.Logger.Level.WARNING;
                },
                warning.toString());
    }

    /// Not being allowed to is no reason not to start: the limit may be high enough.
    private static void raiseLimit(ProcessSettings settings) {
        try {
            OpenFileLimit.raise(settings.limitNoFile());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.INFO, e.getMessage());
        }
    }
}
