// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.simulate;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// What `simulate` was told.
///
/// @param isHelpWanted whether to explain and do nothing
/// @param firstSeed the first seed to play
/// @param seeds how many seeds to play; without end if [#minutes] is given alone
/// @param minutes real time after which no further seed is begun
/// @param faults the faults to keep, by number; all if absent
/// @param capture where to write the packets of a failed seed, or of a seed that is played alone
/// @param isVerbose whether to tell about each seed
/// @param isCoverageListed whether to list the (state, event, next state) triples
record SimulateOptions(
        boolean isHelpWanted,
        long firstSeed,
        long seeds,
        Optional<Double> minutes,
        Optional<List<Integer>> faults,
        Optional<Path> capture,
        boolean isVerbose,
        boolean isCoverageListed) {
    private static final String SEED = "--seed";
    private static final String SEEDS = "--seeds";
    private static final String MINUTES = "--minutes";
    private static final String FAULTS = "--faults";
    private static final String WRITE = "--write";
    private static final String VERBOSE = "--verbose";
    private static final String TRIPLES = "--triples";

    /// Reads a command line.
    ///
    /// @throws ParameterException if it makes no sense
    static SimulateOptions parse(CommandLine line, List<String> arguments) {
        ParseResult parsed = line.parseArgs(arguments.toArray(String[]::new));
        boolean isBoundByTime = parsed.hasMatchedOption(MINUTES);
        long seeds = parsed.matchedOptionValue(SEEDS, isBoundByTime ? Long.MAX_VALUE : 1L);
        if (seeds < 1) {
            throw new ParameterException(line, SEEDS + ": " + seeds + " is not 1 or more");
        }
        double minutes = parsed.matchedOptionValue(MINUTES, 1.0);
        if (!(minutes > 0)) {
            throw new ParameterException(line, MINUTES + ": " + minutes + " is not above 0");
        }
        return new SimulateOptions(
                parsed.isUsageHelpRequested(),
                parsed.matchedOptionValue(SEED, 1L),
                seeds,
                isBoundByTime ? Optional.of(minutes) : Optional.empty(),
                numbers(line, parsed.matchedOptionValue(FAULTS, (String) null)),
                Optional.ofNullable(parsed.matchedOptionValue(WRITE, (Path) null)),
                parsed.hasMatchedOption(VERBOSE),
                parsed.hasMatchedOption(TRIPLES));
    }

    static CommandLine commandLine(String name, String summary) {
        CommandSpec specification = CommandSpec.create().name("socks5-tunnel " + name);
        specification
                .usageMessage()
                .description(
                        summary + ".%n",
                        "Clients, wires, the tunnel and SOCKS servers run in virtual time, with faults that follow"
                                + " from the seed. Every seed is played twice and must go the same way. The exit code"
                                + " is 0 if every seed passed, else 1.%n");
        specification.addOption(option(SEED, "N", Long.class, "the first seed (default 1)"));
        specification.addOption(
                option(SEEDS, "K", Long.class, "how many seeds (default 1, or without end with --minutes)"));
        specification.addOption(option(MINUTES, "M", Double.class, "begin no further seed after M minutes"));
        specification.addOption(option(FAULTS, "LIST", String.class, "keep only these faults, such as 0,3 or none"));
        specification.addOption(option(WRITE, "FILE", Path.class, "write a failed or single seed's packets as pcapng"));
        specification.addOption(flag("tell about each seed, and all faults", VERBOSE, "-v"));
        specification.addOption(flag("list the (state, event, next state) triples seen", TRIPLES));
        specification.addOption(OptionSpec.builder("--help", "-h")
                .usageHelp(true)
                .description("show this text")
                .build());
        return new CommandLine(specification);
    }

    private static OptionSpec option(String name, String label, Class<?> type, String description) {
        return OptionSpec.builder(name)
                .paramLabel(label)
                .type(type)
                .description(description)
                .build();
    }

    private static OptionSpec flag(String description, String... names) {
        return OptionSpec.builder(names[0], names)
                .type(boolean.class)
                .description(description)
                .build();
    }

    private static Optional<List<Integer>> numbers(CommandLine line, @Nullable String list) {
        if (list == null) {
            return Optional.empty();
        }
        if (list.equals("none")) {
            return Optional.of(List.of());
        }
        try {
            return Optional.of(List.of(list.split(",", -1)).stream()
                    .map(number -> Integer.valueOf(number.strip()))
                    .toList());
        } catch (NumberFormatException e) {
            throw new ParameterException(line, FAULTS + ": " + list + " is not a list of numbers", e);
        }
    }
}
