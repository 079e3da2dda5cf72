// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import io.socks5tunnel.api.spi.Command;
import io.socks5tunnel.api.spi.EngineProvider;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// `socks5-tunnel replay`: plays captures through the tunnel and says what became of every flow.
public final class ReplayCommand implements Command {
    private static final int OK = 0;
    private static final int NOT_DELIVERED = 1;
    private static final int BAD_ARGUMENTS = 2;

    /// The report tells what the log would. Kept here, since loggers that nobody holds forget their level.
    private static final Logger QUIETED = Logger.getLogger("io.socks5tunnel");

    private final FileSystem fileSystem;
    private final @Nullable EngineProvider engine;

    /// For [java.util.ServiceLoader].
    public ReplayCommand() {
        this(FileSystems.getDefault(), null);
    }

    /// @param engine what to use instead of the engine on the module path, null for that one
    ReplayCommand(FileSystem fileSystem, @Nullable EngineProvider engine) {
        this.fileSystem = fileSystem;
        this.engine = engine;
    }

    @Override
    public String name() {
        return "replay";
    }

    @Override
    public String summary() {
        return "Play packet captures through the tunnel";
    }

    @Override
    public int run(List<String> arguments, PrintWriter out, PrintWriter err) {
        CommandLine line = ReplayOptions.commandLine(name(), summary());
        try {
            ParseResult parsed = line.parseArgs(arguments.toArray(String[]::new));
            if (parsed.isUsageHelpRequested()) {
                line.usage(out);
                return OK;
            }
            QUIETED.setLevel(Level.SEVERE);
            return replay(ReplayOptions.of(line, parsed, fileSystem), out, err);
        } catch (ParameterException e) {
            err.println(e.getMessage());
            line.usage(err);
            err.flush();
            return BAD_ARGUMENTS;
        } catch (NoSuchFileException e) {
            return fail(err, e.getMessage() + ": no such file");
        } catch (IOException e) {
            return fail(err, String.valueOf(e.getMessage()));
        }
    }

    private static int fail(PrintWriter err, String message) {
        err.println("socks5-tunnel: " + message);
        err.flush();
        return BAD_ARGUMENTS;
    }

    /// Captures that a real server answers share one tunnel; otherwise each has a world of its own.
    private int replay(ReplayOptions options, PrintWriter out, PrintWriter err) throws IOException {
        List<ReplayReport> reports = new ArrayList<>();
        try (ObserverGroup observers = ObserverGroup.of(options, progress(err))) {
            Replay replay = Replay.of(options.settings()).watchedBy(observers);
            if (engine != null) {
                replay = replay.on(engine);
            }
            if (options.settings().socks().isPresent()) {
                reports.add(replay.run(options.files()));
            } else {
                for (Path file : options.files()) {
                    reports.add(replay.run(List.of(file)));
                }
            }
        }
        if (options.isJson()) {
            out.println(ReplayJson.text(reports));
        } else {
            reports.forEach(report ->
                    ReplayTable.lines(report, options.areAllFlowsShown()).forEach(out::println));
        }
        out.flush();
        return reports.stream().allMatch(ReplayReport::isSuccess) ? OK : NOT_DELIVERED;
    }

    private static ReplayObserver progress(PrintWriter err) {
        boolean isTerminal = Optional.ofNullable(System.console())
                .filter(Console::isTerminal)
                .isPresent();
        return isTerminal ? new ProgressBar(err) : new ReplayObserver() {};
    }
}
