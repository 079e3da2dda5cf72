// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A running tunnel in the client's namespace, with the destinations routed through it.
public final class Daemon implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(20);

    private final LabProcess process;
    private final NetworkLab lab;

    private Daemon(NetworkLab lab, LabProcess process) {
        this.lab = lab;
        this.process = process;
    }

    /// Starts `socks5-tunnel` from the run-time image.
    public static Daemon start(NetworkLab lab, DaemonConfig config) {
        return start(lab, config, RuntimeImage.command());
    }

    /// Starts any program that takes the path of a hev-socks5-tunnel YAML file as its last argument.
    public static Daemon start(NetworkLab lab, DaemonConfig config, List<String> program) {
        List<String> command = new ArrayList<>(program);
        command.add(write(lab, config).toString());
        LabProcess process = lab.client().start("daemon", command);
        process.awaitUntil("device " + DaemonConfig.DEVICE + " up", START_LIMIT, () -> isReady(lab, config));
        lab.routeThrough(DaemonConfig.DEVICE, config.families());
        return new Daemon(lab, process);
    }

    /// CPU time and memory until now.
    public ProcessUsage usage() {
        return process.usage();
    }

    /// The process.
    public LabProcess process() {
        return process;
    }

    /// What it has logged until now.
    public String log() {
        return process.output() + process.errors();
    }

    /// Fails if the process has ended, or has logged a warning or an error.
    public void expectHealthy() {
        if (!process.isAlive()) {
            throw new IllegalStateException("the daemon has ended: " + log());
        }
        List<String> complaints = log().lines()
                .filter(line -> line.contains("] [W] ") || line.contains("] [E] ") || line.contains("Exception"))
                .toList();
        if (!complaints.isEmpty()) {
            throw new IllegalStateException("the daemon complained: " + complaints);
        }
    }

    /// Stops it with SIGTERM.
    ///
    /// @return exit code and log
    public Ended stop() {
        return process.stop();
    }

    @Override
    public void close() {
        process.close();
    }

    /// The lab that it runs in.
    public NetworkLab lab() {
        return lab;
    }

    /// The device is up, and its addresses can be used: for a moment after it came up, the IPv6 one cannot.
    private static boolean isReady(NetworkLab lab, DaemonConfig config) {
        Ended links = lab.client().run("ip", "-o", "link", "show", "up");
        if (!links.output().contains(" " + DaemonConfig.DEVICE + ":")) {
            return false;
        }
        String addresses = lab.client()
                .run("ip", "-o", "address", "show", DaemonConfig.DEVICE)
                .output();
        AddressFamily last = config.families().getLast();
        return addresses.contains(last.tunnel()) && !addresses.contains("tentative");
    }

    /// Writes a configuration into the lab's directory, and one with a login for its owner only.
    public static Path write(NetworkLab lab, DaemonConfig config) {
        String text = config.yaml();
        String permissions = text.contains("  password: ") ? "rw-------" : "rw-r--r--";
        return write(lab.directory().resolve("tunnel.yml"), text, permissions);
    }

    private static Path write(Path file, String text, String permissions) {
        try {
            Files.writeString(file, text);
            return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
