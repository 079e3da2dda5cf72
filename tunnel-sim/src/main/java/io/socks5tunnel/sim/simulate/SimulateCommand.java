// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import io.socks5tunnel.api.spi.Command;
import io.socks5tunnel.api.spi.EngineProvider;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/// `socks5-tunnel simulate`: plays whole networks in virtual time, each from a seed, and looks for what must not
/// happen.
///
/// Exit code 0 if every seed passed, 1 if one failed or none could be played, 2 for arguments that make no sense.
public final class SimulateCommand implements Command {
    private static final int OK = 0;
    private static final int WRONG = 1;
    private static final int BAD_ARGUMENTS = 2;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double SECONDS_PER_MINUTE = 60;

    /// A seed may open thousands of connections, and the log has a line for each. Kept here, since loggers that
    /// nobody holds forget their level.
    private static final Logger QUIETED = Logger.getLogger("io.socks5tunnel");

    /// For [java.util.ServiceLoader].
    public SimulateCommand() {}

    @Override
    public String name() {
        return "simulate";
    }

    @Override
    public String summary() {
        return "Play whole networks from a seed and check every event";
    }

    @Override
    public int run(List<String> arguments, PrintWriter out, PrintWriter err) {
        CommandLine line = SimulateOptions.commandLine(name(), summary());
        try {
            SimulateOptions options = SimulateOptions.parse(line, arguments);
            if (options.isHelpWanted()) {
                line.usage(out);
                return OK;
            }
            Optional<EngineProvider> engine =
                    ServiceLoader.load(EngineProvider.class).findFirst();
            if (engine.isEmpty()) {
                err.println("socks5-tunnel: no engine on the module path: add io.socks5tunnel.threads");
                err.flush();
                return WRONG;
            }
            return run(engine.get(), options, out);
        } catch (ParameterException e) {
            err.println(e.getMessage());
            line.usage(err);
            err.flush();
            return BAD_ARGUMENTS;
        } catch (IOException e) {
            err.println("socks5-tunnel: the packets could not be written: " + e.getMessage());
            err.flush();
            return WRONG;
        }
    }

    /// Plays what `options` ask for on this engine.
    static int run(EngineProvider engine, SimulateOptions options, PrintWriter out) throws IOException {
        QUIETED.setLevel(Level.WARNING);
        long startNanos = System.nanoTime();
        double limitSeconds = options.minutes().map(m -> m * SECONDS_PER_MINUTE).orElse(Double.MAX_VALUE);
        RunTotals totals = new RunTotals();
        Simulator simulator = new Simulator(engine);
        long seed = options.firstSeed();
        for (long played = 0; played < options.seeds() && secondsSince(startNanos) < limitSeconds; played++) {
            Scenario scenario = scenario(seed, options);
            RunResult result = simulator.playTwice(scenario);
            totals.add(result);
            if (options.isVerbose()) {
                tell(out, scenario, result);
            }
            if (!result.isGood()) {
                explain(out, simulator, scenario, result, options);
            }
            seed++;
        }
        if (options.seeds() == 1 && options.capture().isPresent() && totals.failed() == 0) {
            write(
                    out,
                    simulator,
                    scenario(options.firstSeed(), options),
                    options.capture().get());
        }
        if (options.isCoverageListed()) {
            totals.triples().forEach(out::println);
        }
        out.println(totals.describe(secondsSince(startNanos)));
        out.flush();
        return totals.failed() == 0 ? OK : WRONG;
    }

    private static Scenario scenario(long seed, SimulateOptions options) {
        Scenario whole = ScenarioDraw.of(seed);
        return options.faults()
                .map(numbers -> whole.withFaults(whole.faults().stream()
                        .filter(fault -> numbers.contains(fault.number()))
                        .toList()))
                .orElse(whole);
    }

    private static double secondsSince(long startNanos) {
        return (System.nanoTime() - startNanos) / NANOS_PER_SECOND;
    }

    private static void tell(PrintWriter out, Scenario scenario, RunResult result) {
        out.println(String.format(
                Locale.ROOT,
                "seed %d: %s, digest %s, %d shards, MTU %d, %d faults, %d of %d connections closed well, %d packets,"
                        + " %.0f virtual s in %.3f s",
                result.seed(),
                result.isGood() ? "passed" : "FAILED",
                result.digest(),
                scenario.shards(),
                scenario.mtuBytes(),
                scenario.faults().size(),
                result.endedWell(),
                result.transfers(),
                result.packets(),
                result.virtualNanos() / NANOS_PER_SECOND,
                result.realNanos() / NANOS_PER_SECOND));
        scenario.faults().forEach(fault -> out.println("    " + fault));
        out.flush();
    }

    private static void explain(
            PrintWriter out, Simulator simulator, Scenario scenario, RunResult result, SimulateOptions options)
            throws IOException {
        Violation violation = result.violation().orElseThrow();
        out.println(String.format(
                Locale.ROOT,
                "seed %d FAILED after %.6f virtual s%n  %s: %s%n  %s",
                result.seed(),
                violation.atNanos() / NANOS_PER_SECOND,
                violation.invariant(),
                violation.invariant().text(),
                violation.what()));
        out.println("  the last events:");
        result.lastEvents().forEach(event -> out.println("    " + event));
        if (violation.invariant() != Invariant.DETERMINISM) {
            shrink(out, simulator, scenario, violation);
        }
        Path file = options.capture().orElse(Path.of("simulate-seed-" + scenario.seed() + ".pcapng"));
        write(out, simulator, scenario, file);
    }

    private static void shrink(PrintWriter out, Simulator simulator, Scenario scenario, Violation violation) {
        FaultShrinker shrinker = new FaultShrinker(faults -> simulator
                .play(scenario.withFaults(faults))
                .violation()
                .filter(other -> other.invariant() == violation.invariant())
                .isPresent());
        List<Fault> rest = shrinker.shrink(scenario.faults());
        out.println(String.format(
                Locale.ROOT,
                "  of %d faults it takes %d (found in %d runs):",
                scenario.faults().size(),
                rest.size(),
                shrinker.runs()));
        rest.forEach(fault -> out.println("    " + fault));
        String numbers =
                rest.stream().map(fault -> String.valueOf(fault.number())).collect(Collectors.joining(","));
        out.println("  again: socks5-tunnel simulate --seed " + scenario.seed() + " --faults "
                + (numbers.isEmpty() ? "none" : numbers));
        out.flush();
    }

    private static void write(PrintWriter out, Simulator simulator, Scenario scenario, Path file) throws IOException {
        TraceFile.write(file, simulator.record(scenario).entries());
        out.println("  packets: " + file);
        out.flush();
    }
}
