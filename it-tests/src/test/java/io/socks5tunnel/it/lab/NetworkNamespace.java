// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.lab;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One side of a [NetworkLab]: a network namespace in which processes run.
public final class NetworkNamespace {
    private static final Duration COMMAND_LIMIT = Duration.ofSeconds(30);

    private final NetworkLab lab;
    private final String name;

    NetworkNamespace(NetworkLab lab, String name) {
        this.lab = lab;
        this.name = name;
    }

    /// The name that `ip netns` knows.
    public String name() {
        return name;
    }

    /// Starts a process here, that lives at most as long as the lab.
    ///
    /// @param label the beginning of the names of the files with its output
    public LabProcess start(String label, List<String> command) {
        return start(label, command, null);
    }

    /// The same, with standard input from a file.
    public LabProcess start(String label, List<String> command, @Nullable Path input) {
        List<String> inside = new ArrayList<>(List.of("ip", "netns", "exec", name));
        inside.addAll(command);
        return lab.start(label, inside, input);
    }

    /// Starts the main class of a test program, on this JVM's Java and with this class path.
    public LabProcess startJava(String label, Class<?> main, Object... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=4",
                "-Xshare:auto",
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                NetworkLab.testClasses().toString(),
                main.getName()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return start(label, command);
    }

    /// Runs a short command here to its end, whatever its exit code.
    public Ended run(String... command) {
        LabProcess process = start(Path.of(command[0]).getFileName().toString(), List.of(command));
        return process.await(COMMAND_LIMIT);
    }

    /// Runs a command of any length here to its end, whatever its exit code.
    public Ended run(Duration limit, String label, List<String> command) {
        return start(label, command).await(limit);
    }

    /// Sends a signal to a process that was started here in a roundabout way, a detached daemon, and waits for its
    /// end; fails if that does not come within half a minute.
    ///
    /// @param signal its name without SIG
    public void end(String signal, long pid) {
        CompletableFuture<ProcessHandle> end = ProcessHandle.of(pid)
                .map(ProcessHandle::onExit)
                .orElseThrow(() -> new IllegalStateException("process " + pid + " has ended before"));
        run("kill", "-" + signal, Long.toString(pid)).orFail();
        end.orTimeout(COMMAND_LIMIT.toSeconds(), TimeUnit.SECONDS).join();
    }

    /// `ip` on this namespace; fails unless it ends with 0.
    public Ended ip(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip", "-n", name));
        command.addAll(List.of(arguments));
        return lab.start("ip", command, null).await(COMMAND_LIMIT).orFail();
    }
}
