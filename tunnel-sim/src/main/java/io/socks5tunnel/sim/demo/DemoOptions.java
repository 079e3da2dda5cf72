// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.demo;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// What `demo` was told, by its user and by the launcher.
///
/// @param isHelpWanted whether to explain and do nothing
/// @param seconds how long the endless transfer goes on, 1 to [#MAX_SECONDS]
/// @param isNetworkPrivate whether the launcher has made a network namespace for this process
/// @param obstacle why the simulated device is to be used; empty if it is not, or not yet known to be needed
/// @param startedMicros when the command was started, microseconds since 1970; 0 if nobody knows
record DemoOptions(
        boolean isHelpWanted, int seconds, boolean isNetworkPrivate, Optional<String> obstacle, long startedMicros) {
    private static final int MAX_SECONDS = 60;
    private static final int DEFAULT_SECONDS = 3;
    private static final String SECONDS = "--seconds";
    private static final String SIMULATED = "--simulated";
    private static final String PRIVATE = "--private-network";
    private static final String OBSTACLE = "--no-private-network";
    private static final String STARTED = "--started-micros";
    private static final String NO_LAUNCHER = "that is for the script socks5-tunnel, which did not start this";

    /// Reads a command line.
    ///
    /// @throws ParameterException if it makes no sense
    static DemoOptions parse(CommandLine line, List<String> arguments) {
        ParseResult parsed = line.parseArgs(arguments.toArray(String[]::new));
        int seconds = parsed.matchedOptionValue(SECONDS, DEFAULT_SECONDS);
        if (seconds < 1 || seconds > MAX_SECONDS) {
            throw new ParameterException(line, SECONDS + ": " + seconds + " is not within 1 to " + MAX_SECONDS);
        }
        boolean isNetworkPrivate = parsed.hasMatchedOption(PRIVATE);
        return new DemoOptions(
                parsed.isUsageHelpRequested(),
                seconds,
                isNetworkPrivate,
                obstacle(parsed, isNetworkPrivate),
                parsed.matchedOptionValue(STARTED, 0L));
    }

    static CommandLine commandLine(String name, String summary) {
        CommandSpec specification = CommandSpec.create().name("socks5-tunnel " + name);
        specification
                .usageMessage()
                .description(
                        summary + ".%n",
                        "Everything happens in a network namespace that ends with the command: root is"
                                + " not needed where users may make such namespaces. Elsewhere the device is simulated,"
                                + " and the demo says so. The exit code is 0 if every byte was right, else 1.%n");
        specification.addOption(OptionSpec.builder(SECONDS)
                .paramLabel("N")
                .type(Integer.class)
                .description("how long the endless transfer goes on, 1 to " + MAX_SECONDS + " (default "
                        + DEFAULT_SECONDS + ")")
                .build());
        specification.addOption(OptionSpec.builder(SIMULATED)
                .type(boolean.class)
                .description("use the simulated device anyway")
                .build());
        specification.addOption(OptionSpec.builder("--help", "-h")
                .usageHelp(true)
                .description("show this text")
                .build());
        // what the launcher says
        specification.addOption(
                OptionSpec.builder(PRIVATE).type(boolean.class).hidden(true).build());
        specification.addOption(
                OptionSpec.builder(OBSTACLE).type(String.class).hidden(true).build());
        specification.addOption(
                OptionSpec.builder(STARTED).type(Long.class).hidden(true).build());
        return new CommandLine(specification);
    }

    private static Optional<String> obstacle(ParseResult parsed, boolean isNetworkPrivate) {
        if (parsed.hasMatchedOption(SIMULATED)) {
            return Optional.of(SIMULATED + " was given");
        }
        return isNetworkPrivate
                ? Optional.empty()
                : Optional.of(
                        "no private network could be made (" + parsed.matchedOptionValue(OBSTACLE, NO_LAUNCHER) + ")");
    }
}
