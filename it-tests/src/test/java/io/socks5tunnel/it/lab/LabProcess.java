// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A child process whose output goes into files, bounded in time, ended by its process id at the latest when the
/// lab is closed. Methods that wait throw `IllegalStateException`, with what the process printed, when the time is
/// over.
public final class LabProcess implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final int POLL_MILLIS = 10;

    private final String name;
    private final Process process;
    private final Path output;
    private final Path errors;

    private LabProcess(String name, Process process, Path output, Path errors) {
        this.name = name;
        this.process = process;
        this.output = output;
        this.errors = errors;
    }

    /// Starts a program in the namespace of the tests, its output in `directory`.
    public static LabProcess start(Path directory, String name, List<String> command) {
        return start(directory, name, command, null);
    }

    static LabProcess start(Path directory, String name, List<String> command, @Nullable Path input) {
        Path output = directory.resolve(name + ".out");
        Path errors = directory.resolve(name + ".err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(input == null ? Path.of("/dev/null").toFile() : input.toFile())
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        // The JVM prints a line for each of these, and they were set for other programs.
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        try {
            return new LabProcess(name, builder.start(), output, errors);
        } catch (IOException e) {
            throw new IllegalStateException("cannot start " + command, e);
        }
    }

    /// The process id.
    public long pid() {
        return process.pid();
    }

    /// Whether it runs.
    public boolean isAlive() {
        return process.isAlive();
    }

    /// Standard output until now.
    public String output() {
        return read(output);
    }

    /// Standard error until now.
    public String errors() {
        return read(errors);
    }

    /// CPU time and memory of it and its descendants.
    public ProcessUsage usage() {
        return ProcessUsage.ofTree(process.toHandle());
    }

    /// How many descriptors it has open.
    public int descriptors() {
        return children(Path.of("/proc", Long.toString(pid()), "fd")).length;
    }

    /// The names of its threads, which the kernel cuts to 15 characters, without those of the JIT compilers: the
    /// JVM begins and ends these as it has to compile.
    public List<String> threads() {
        Path[] tasks = children(Path.of("/proc", Long.toString(pid()), "task"));
        return Stream.of(tasks)
                .map(LabProcess::threadName)
                .filter(thread -> !thread.isEmpty() && !thread.contains("CompilerThre"))
                .sorted()
                .toList();
    }

    /// Empty if it has ended in the meantime.
    private static String threadName(Path task) {
        try {
            return Files.readString(task.resolve("comm")).strip();
        } catch (IOException e) {
            return "";
        }
    }

    /// Sends a signal, by its name without SIG.
    public void signal(String signal) {
        runBeside("kill", List.of("kill", "-" + signal, Long.toString(pid())), GRACE)
                .orFail();
    }

    private Path[] children(Path directory) {
        String[] names = directory.toFile().list();
        if (names == null) {
            throw new IllegalStateException(name + " has ended");
        }
        return Stream.of(names).map(directory::resolve).toArray(Path[]::new);
    }

    /// How many descriptors of each kind it has open that are no files of a file system, such as `socket`: a JVM
    /// opens files when it likes.
    public Map<String, Long> openKinds() {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc", Long.toString(pid()), "fd"))) {
            return descriptors
                    .map(LabProcess::target)
                    .filter(target -> !target.isEmpty() && !target.startsWith("/"))
                    .map(target -> target.replaceFirst(":\\[?\\d+]?$", ""))
                    .collect(Collectors.groupingBy(kind -> kind, TreeMap::new, Collectors.counting()));
        } catch (IOException e) {
            throw new IllegalStateException(name + " has ended", e);
        }
    }

    /// Empty if it was closed in the meantime.
    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return "";
        }
    }

    /// Runs a command to its end whose output goes beside this process's.
    Ended runBeside(String label, List<String> command, Duration limit) {
        return start(output.getParent(), name + "-" + label, command).await(limit);
    }

    /// Waits until it has ended by itself.
    public Ended await(Duration limit) {
        if (!waitFor(limit)) {
            Ended soFar = ended(-1);
            close();
            throw new IllegalStateException("not finished after " + limit + ": " + soFar);
        }
        return ended(process.exitValue());
    }

    /// Waits until `condition` holds. The condition is looked at again every few milliseconds.
    ///
    /// @param what for the message when the time is over or the process ends before
    public void awaitUntil(String what, Duration limit, BooleanSupplier condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (waitFor(Duration.ofMillis(POLL_MILLIS))) {
                throw new IllegalStateException("ended before " + what + ": " + ended(process.exitValue()));
            }
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException(what + ": not within " + limit + ": " + ended(-1));
            }
        }
    }

    /// Waits until it listens on TCP `port`, on any address of the families it supports.
    public void awaitListening(int port, Duration limit) {
        awaitUntil("listening on port " + port, limit, () -> listens("tcp", port) || listens("tcp6", port));
    }

    /// Asks it to end (SIGTERM) and makes it (SIGKILL) when it has not after 5 s.
    public Ended stop() {
        process.destroy();
        if (!waitFor(GRACE)) {
            process.destroyForcibly();
            waitFor(GRACE);
            throw new IllegalStateException("SIGTERM was ignored for " + GRACE + ": " + ended(-1));
        }
        return ended(process.exitValue());
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        if (!waitFor(GRACE)) {
            process.destroyForcibly();
            waitFor(GRACE);
        }
    }

    /// A socket of the process's namespace in state LISTEN (0A), by the table that the kernel shows for it.
    private boolean listens(String table, int port) {
        try {
            String suffix = String.format(":%04X", port);
            return Files.readAllLines(Path.of("/proc", Long.toString(pid()), "net", table)).stream()
                    .map(line -> line.strip().split(" +", -1))
                    .anyMatch(fields -> fields.length > 3 && fields[1].endsWith(suffix) && fields[3].equals("0A"));
        } catch (IOException e) {
            return false;
        }
    }

    private boolean waitFor(Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
            throw new IllegalStateException("interrupted while waiting for " + name, e);
        }
    }

    private Ended ended(int exitCode) {
        return new Ended(name, exitCode, output(), errors());
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + file, e);
        }
    }
}
