// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import java.net.InetSocketAddress;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// The command line of `replay`.
///
/// @param files the captures
/// @param settings how they are played
/// @param isJson whether the report is JSON
/// @param areAllFlowsShown whether the table has a row for every flow
/// @param output where both directions are written, if anywhere
/// @param plots the folder for pictures, if any are wanted
record ReplayOptions(
        List<Path> files,
        ReplaySettings settings,
        boolean isJson,
        boolean areAllFlowsShown,
        Optional<Path> output,
        Optional<Path> plots) {
    private static final String SPEED = "--speed";
    private static final String SHARDS = "--shards";
    private static final String MTU = "--mtu";
    private static final String SOCKS5 = "--socks5";
    private static final String DESTINATION = "--destination";
    private static final String REAL_DESTINATIONS = "--real-destinations";
    private static final String VERBATIM = "--verbatim";
    private static final String JSON = "--json";
    private static final String ALL = "--all";
    private static final String WRITE = "--write";
    private static final String PLOT = "--plot";
    private static final int MIN_MTU_BYTES = 576;
    private static final int MAX_MTU_BYTES = 65_535;
    private static final int MAX_SHARDS = 256;
    private static final int MAX_PORT = 65_535;

    static CommandLine commandLine(String name, String summary) {
        CommandSpec specification = CommandSpec.create().name("socks5-tunnel " + name);
        specification
                .usageMessage()
                .description(
                        summary + ".%n",
                        "The clients of a capture are played against the real stack, its servers answer behind a"
                                + " simulated SOCKS5 server, in virtual time. Exit code: 0 if everything was delivered"
                                + " as far as the capture goes, 1 if not or if a file is broken, 2 if a file cannot be"
                                + " read.%n");
        specification.addPositional(PositionalParamSpec.builder()
                .paramLabel("FILE")
                .arity("1..*")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .description("pcap or pcapng, may be compressed with gzip")
                .build());
        specification.addOption(
                valued(SPEED, "N", Double.class, "N times as fast as captured (default: as fast as possible)"));
        specification.addOption(valued(SHARDS, "N", Integer.class, "shards of the tunnel, 1 to 256 (default 1)"));
        specification.addOption(valued(MTU, "BYTES", Integer.class, "of the device, 576 to 65535 (default 1500)"));
        specification.addOption(
                valued(SOCKS5, "HOST:PORT", String.class, "go through this real SOCKS5 server, all captures at once"));
        specification.addOption(valued(
                DESTINATION,
                "NETWORK/PREFIX",
                String.class,
                "with --socks5: what the capture's destinations become, such as 198.18.0.0/15,fc00::/64, or the address"
                        + " of one host for all"));
        specification.addOption(
                flag(REAL_DESTINATIONS, "with --socks5: send to the capture's own destinations, whosever they are"));
        specification.addOption(flag(VERBATIM, "let wrong checksums be wrong"));
        specification.addOption(flag(JSON, "print the report as JSON"));
        specification.addOption(flag(ALL, "show every flow in the table"));
        specification.addOption(
                valued(WRITE, "FILE", String.class, "write what passed the device to this pcapng file, with comments"));
        specification.addOption(valued(PLOT, "FOLDER", String.class, "draw a time-sequence picture of every TCP flow"));
        specification.addOption(OptionSpec.builder("--help", "-h")
                .usageHelp(true)
                .description("show this text")
                .build());
        return new CommandLine(specification);
    }

    /// Reads a parsed command line.
    ///
    /// @throws ParameterException if it makes no sense
    static ReplayOptions of(CommandLine line, ParseResult parsed, FileSystem fileSystem) {
        double speed = parsed.matchedOptionValue(SPEED, 0.0);
        if (parsed.hasMatchedOption(SPEED) && !(speed > 0)) {
            throw new ParameterException(line, SPEED + ": " + speed + " is not above 0");
        }
        List<String> names = parsed.matchedPositionalValue(0, List.of());
        if (names.isEmpty()) {
            throw new ParameterException(line, "which capture? FILE is missing");
        }
        ReplaySettings settings = new ReplaySettings(
                within(line, parsed, MTU, ReplaySettings.DEFAULT_MTU_BYTES, MIN_MTU_BYTES, MAX_MTU_BYTES),
                within(line, parsed, SHARDS, 1, 1, MAX_SHARDS),
                speed,
                parsed.hasMatchedOption(VERBATIM),
                server(line, parsed));
        return new ReplayOptions(
                names.stream().map(fileSystem::getPath).toList(),
                settings,
                parsed.hasMatchedOption(JSON),
                parsed.hasMatchedOption(ALL),
                path(parsed, WRITE, fileSystem),
                path(parsed, PLOT, fileSystem));
    }

    private static OptionSpec valued(String name, String label, Class<?> type, String description) {
        return OptionSpec.builder(name)
                .paramLabel(label)
                .type(type)
                .description(description)
                .build();
    }

    private static OptionSpec flag(String name, String description) {
        return OptionSpec.builder(name)
                .type(boolean.class)
                .description(description)
                .build();
    }

    private static Optional<Path> path(ParseResult parsed, String option, FileSystem fileSystem) {
        String name = parsed.matchedOptionValue(option, null);
        return Optional.ofNullable(name).map(fileSystem::getPath);
    }

    private static int within(CommandLine line, ParseResult parsed, String option, int otherwise, int low, int high) {
        int value = parsed.matchedOptionValue(option, otherwise);
        if (value < low || value > high) {
            throw new ParameterException(line, option + ": " + value + " is not within " + low + " to " + high);
        }
        return value;
    }

    /// A real server may send on what it is given: to whom, must be said.
    private static Optional<ReplayServer> server(CommandLine line, ParseResult parsed) {
        String text = parsed.matchedOptionValue(SOCKS5, null);
        String destination = parsed.matchedOptionValue(DESTINATION, null);
        boolean areReal = parsed.hasMatchedOption(REAL_DESTINATIONS);
        if (text == null) {
            if (destination != null || areReal) {
                throw new ParameterException(
                        line, (areReal ? REAL_DESTINATIONS : DESTINATION) + " is for " + SOCKS5 + " only");
            }
            return Optional.empty();
        }
        InetSocketAddress address = server(line, text);
        if ((destination != null) == areReal) {
            throw new ParameterException(
                    line,
                    SOCKS5 + " needs either " + DESTINATION + " NETWORK/PREFIX, to which everything is sent instead of"
                            + " the capture's destinations, or " + REAL_DESTINATIONS);
        }
        if (destination == null) {
            return Optional.of(ReplayServer.withRealDestinations(address));
        }
        try {
            return Optional.of(ReplayServer.mapped(address, destination));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(line, DESTINATION + ": " + destination + ": " + e.getMessage(), e);
        }
    }

    private static InetSocketAddress server(CommandLine line, String text) {
        int colon = text.lastIndexOf(':');
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (colon > 0 && port > 0 && port <= MAX_PORT) {
                String host = text.substring(0, colon);
                boolean isBracketed = host.startsWith("[") && host.endsWith("]");
                return InetSocketAddress.createUnresolved(
                        isBracketed ? host.substring(1, host.length() - 1) : host, port);
            }
        } catch (NumberFormatException e) {
            throw new ParameterException(line, SOCKS5 + ": no HOST:PORT: " + text, e);
        }
        throw new ParameterException(line, SOCKS5 + ": no HOST:PORT: " + text);
    }
}
