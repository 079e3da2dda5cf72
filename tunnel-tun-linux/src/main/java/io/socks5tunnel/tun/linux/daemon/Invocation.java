// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux.daemon;

import io.socks5tunnel.api.spi.Command;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/// Decides what a command line asks for: the daemon, a sub-command of some module, or words about the program.
///
/// A first argument that is an existing file is always a configuration, whatever sub-commands are called; what
/// follows it is ignored, as hev-socks5-tunnel does.
final class Invocation {
    private static final String NAME = "socks5-tunnel";

    private final OrderlyStop stop;

    Invocation(OrderlyStop stop) {
        this.stop = stop;
    }

    /// Does what is asked, to its end.
    ///
    /// @return the exit code of the process
    int start(List<String> arguments, PrintWriter out, PrintWriter err) {
        if (arguments.isEmpty() || arguments.getFirst().equals("--version")) {
            out.println(NAME + " CONFIG_PATH");
            out.println("Version: " + ProgramVersion.text());
            return ExitStatus.USAGE.code();
        }
        String first = arguments.getFirst();
        if (first.equals("--help") || first.equals("-h")) {
            out.print(help());
            return 0;
        }
        var launch = new Launch(out, err);
        Optional<Command> command = isFile(launch.resolve(first)) ? Optional.empty() : commandNamed(first);
        if (command.isPresent()) {
            return command.get().run(arguments.subList(1, arguments.size()), out, err);
        }
        return new Daemon(stop, launch).run(first).code();
    }

    private static boolean isFile(Path argument) {
        // Not isRegularFile: a configuration may come through a pipe or <(…).
        return Files.exists(argument) && !Files.isDirectory(argument);
    }

    private static Optional<Command> commandNamed(String name) {
        return commands().stream()
                .filter(command -> command.name().equals(name))
                .findFirst();
    }

    private static List<Command> commands() {
        return ServiceLoader.load(Command.class).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparing(Command::name))
                .toList();
    }

    private static String help() {
        CommandSpec spec = CommandSpec.create().name(NAME);
        spec.usageMessage()
                .customSynopsis(NAME + " CONFIG", "       " + NAME + " COMMAND [ARGUMENT...]")
                .description(
                        "%nSends the flows of a TUN device through a SOCKS5 server, as the YAML file CONFIG says, until SIGINT or SIGTERM. A first argument that is a file is a configuration, whatever its name.%n")
                .footer(
                        "%nOptions:",
                        "  -h, --help    Show this",
                        "  --version     Show usage and version, and end with 255",
                        "%nExit code: 0 after a stop by a signal, 254 if the tunnel could not start or its device failed, 255 for usage.");
        CommandLine line = new CommandLine(spec);
        for (Command command : commands()) {
            CommandSpec sub = CommandSpec.create().name(command.name());
            sub.usageMessage().description(command.summary().replace("%", "%%"));
            line.addSubcommand(command.name(), sub);
        }
        return line.getUsageMessage(CommandLine.Help.Ansi.OFF);
    }
}
