// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.daemon;

import io.socks5tunnel.api.ConfigException;
import io.socks5tunnel.api.ConfigWarning;
import io.socks5tunnel.api.LoadedConfig;
import io.socks5tunnel.api.ProcessSettings;
import io.socks5tunnel.api.Tunnel;
import io.socks5tunnel.api.TunnelBuilder;
import io.socks5tunnel.api.TunnelConfig;
import io.socks5tunnel.tun.linux.nativecalls.NativeCallException;
import io.socks5tunnel.tun.linux.nativecalls.OpenFileLimit;
import io.socks5tunnel.tun.linux.nativecalls.SignalAction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// One tunnel from its configuration to its end.
final class Daemon {
    private static final System.Logger LOG = System.getLogger(Daemon.class.getName());

    private final OrderlyStop stop;
    private final Launch launch;
    private final Privileges privileges;
    private Optional<String> exposed = Optional.empty();

    Daemon(OrderlyStop stop, Launch launch) {
        this.stop = stop;
        this.launch = launch;
        privileges = new Privileges(stop, launch);
    }

    /// Runs the tunnel that a file describes. What keeps it from starting is told in one line on standard error.
    ///
    /// @param file counts from where the user was
    ExitStatus run(String file) {
        stop.arm();
        ExitStatus status = ExitStatus.FAILED;
        try {
            status = load(file);
        } finally {
            launch.answer("exit " + status.code());
            stop.disarm(status.code());
        }
        return status;
    }

    private ExitStatus load(String file) {
        try {
            Path path = launch.resolve(file);
            LoadedConfig loaded = TunnelConfig.load(path);
            if (launch.isDetached() && loaded.config().process().pidFile().isEmpty()) {
                launch.answer(Launch.FOREGROUND);
                return ExitStatus.STOPPED;
            }
            privileges.settle(loaded.config(), path);
            exposed = ExposedPassword.remark(path, loaded.config());
            return run(loaded);
        } catch (ConfigException | IOException e) {
            return failed(e);
        }
    }

    private ExitStatus run(LoadedConfig loaded) throws IOException {
        return launch.isDetached() ? runDetached(loaded) : runInForeground(loaded);
    }

    /// With a pid file that cannot be written hev-socks5-tunnel stays in the foreground, too; without one there is no
    /// reason to detach, which was found before anything was done.
    private ExitStatus runDetached(LoadedConfig loaded) throws IOException {
        Optional<PidFile> pidFile;
        try {
            pidFile = writePidFile(loaded);
        } catch (IOException _) {
            // The start in the foreground will say so.
            pidFile = Optional.empty();
        }
        if (pidFile.isEmpty()) {
            launch.answer(Launch.FOREGROUND);
            return ExitStatus.STOPPED;
        }
        try (PidFile _ = pidFile.get()) {
            launch.discardStreams();
            try (DaemonLog log = openLog(loaded)) {
                return run(loaded, log);
            }
        }
    }

    private ExitStatus runInForeground(LoadedConfig loaded) throws IOException {
        try (DaemonLog log = openLog(loaded)) {
            Optional<PidFile> pidFile = Optional.empty();
            try {
                pidFile = writePidFile(loaded);
            } catch (IOException e) {
                LOG.log(System.Logger.Level.ERROR, e.getMessage() + "; the process stays in the foreground");
            }
            try {
                return run(loaded, log);
            } finally {
                pidFile.ifPresent(PidFile::close);
            }
        }
    }

    private ExitStatus run(LoadedConfig loaded, DaemonLog log) throws IOException {
        ProcessSettings process = loaded.config().process();
        loaded.warnings().forEach(Daemon::tell);
        exposed.ifPresent(remark -> LOG.log(System.Logger.Level.WARNING, remark));
        adoptLimitAndSignal(process);
        TunnelBuilder builder = Tunnel.builder(loaded.config());
        privileges.prepare(builder);
        try (Tunnel tunnel = builder.start()) {
            LOG.log(System.Logger.Level.INFO, tunnel.description());
            launch.onReady(process.logFile());
            MemoryReturn.watch(tunnel);
            new Supervisor().onReady(tunnel.description());
            return await(tunnel, log);
        } catch (IOException e) {
            tell(e, log);
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitStatus.STOPPED;
        }
    }

    private ExitStatus await(Tunnel tunnel, DaemonLog log) throws InterruptedException {
        try {
            stop.await(tunnel);
            return ExitStatus.STOPPED;
        } catch (IOException e) {
            tell(e, log);
            failed(e);
            return ExitStatus.BROKEN;
        }
    }

    private DaemonLog openLog(LoadedConfig loaded) throws IOException {
        ProcessSettings process = loaded.config().process();
        return DaemonLog.open(process, launch.resolve(process.logFile()), launch.out(), launch.err());
    }

    private Optional<PidFile> writePidFile(LoadedConfig loaded) throws IOException {
        Optional<String> path = loaded.config().process().pidFile();
        return path.isEmpty()
                ? Optional.empty()
                : Optional.of(PidFile.write(
                        launch.resolve(path.get()), ProcessHandle.current().pid()));
    }

    private ExitStatus failed(Exception e) {
        String text = e.getMessage();
        launch.err().println("socks5-tunnel: " + (text == null ? e.toString() : text));
        launch.err().flush();
        return ExitStatus.FAILED;
    }

    /// What ends the daemon goes to standard error anyway.
    private static void tell(IOException failure, DaemonLog log) {
        if (!log.isOnConsole()) {
            LOG.log(System.Logger.Level.ERROR, failure.getMessage());
        }
    }

    private static void tell(ConfigWarning warning) {
        LOG.log(
                switch (warning.severity()) {
                    case INFO -> System.Logger.Level.INFO;
                    case WARNING -> System.Logger.Level.WARNING;
                },
                warning.toString());
    }

    /// Neither is a reason not to start. The limit may be high enough as it is. A process that is told that its
    /// terminal is gone dies of it, as hev-socks5-tunnel does; the JVM would make an orderly stop of it.
    private static void adoptLimitAndSignal(ProcessSettings settings) {
        try {
            SignalAction.toDefault(SignalAction.SIGHUP);
            OpenFileLimit.raise(settings.limitNoFile());
        } catch (NativeCallException e) {
            LOG.log(System.Logger.Level.INFO, e.getMessage());
        }
    }
}
