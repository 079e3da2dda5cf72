// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.demo;

import io.socks5tunnel.api.spi.Command;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/// `socks5-tunnel demo`: starts a tunnel with everything around it, sends bytes through, says what came of it, and
/// takes everything down again.
///
/// Exit code 0 if every step went right, 1 if one did not or nothing could be started, 2 for arguments that make no
/// sense.
public final class DemoCommand implements Command {
    private static final int OK = 0;
    private static final int WRONG = 1;
    private static final int BAD_ARGUMENTS = 2;
    private static final long SEED = 0x5eed;
    /// The report tells what the log would, connection by connection. Kept here, since loggers that nobody holds
    /// forget their level.
    private static final Logger QUIETED = Logger.getLogger("io.socks5tunnel");

    private static final long NANOS_PER_MICRO = 1_000;

    /// For [java.util.ServiceLoader].
    public DemoCommand() {}

    @Override
    public String name() {
        return "demo";
    }

    @Override
    public String summary() {
        return "Show a tunnel at work in a network of its own";
    }

    @Override
    public int run(List<String> arguments, PrintWriter out, PrintWriter err) {
        CommandLine line = DemoOptions.commandLine(name(), summary());
        try {
            DemoOptions options = DemoOptions.parse(line, arguments);
            if (options.isHelpWanted()) {
                line.usage(out);
                return OK;
            }
            QUIETED.setLevel(Level.WARNING);
            return run(options, out);
        } catch (ParameterException e) {
            err.println(e.getMessage());
            line.usage(err);
            err.flush();
            return BAD_ARGUMENTS;
        } catch (IOException e) {
            err.println("socks5-tunnel: the demo could not be set up: " + e.getMessage());
            err.flush();
            return WRONG;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return WRONG;
        }
    }

    private static int run(DemoOptions options, PrintWriter out) throws IOException, InterruptedException {
        long startNanos = startNanos(options);
        EndlessContent content = new EndlessContent(SEED);
        try (DemoStage stage = DemoStage.open(content, options)) {
            print(out, stage.introduction());
            print(out, DemoReport.heading());
            Demo demo = new Demo(stage.network(), DemoStage.SERVER, content, step -> print(out, DemoReport.step(step)));
            List<StepResult> steps = demo.run(options.seconds());
            print(out, DemoReport.statistics(stage.network().tunnel().statistics(), stage.mtuBytes()));
            long firstByteNanos = demo.firstByteNanos() == 0 ? 0 : demo.firstByteNanos() - startNanos;
            print(out, DemoReport.conclusion(steps, firstByteNanos));
            return steps.stream().allMatch(StepResult::isRight) ? OK : WRONG;
        }
    }

    /// When the command was started, on the clock of [System#nanoTime()].
    private static long startNanos(DemoOptions options) {
        long nowNanos = System.nanoTime();
        if (options.startedMicros() == 0) {
            return nowNanos;
        }
        long nowMicros = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        return nowNanos - NANOS_PER_MICRO * Math.max(0, nowMicros - options.startedMicros());
    }

    private static void print(PrintWriter out, List<String> lines) {
        lines.forEach(out::println);
        out.flush();
    }
}
