// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim;

import io.socks5tunnel.api.spi.Command;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// `socks5-tunnel socks-server`: runs an [EmbeddedSocksServer] until the process is ended.
///
/// Exit code 0 after an interrupt, 1 if it cannot listen, 2 for arguments that make no sense.
public final class SocksServerCommand implements Command {
    private static final int OK = 0;
    private static final int CANNOT_LISTEN = 1;
    private static final int BAD_ARGUMENTS = 2;
    private static final int MAX_THREADS = 64;

    /// For [java.util.ServiceLoader].
    public SocksServerCommand() {}

    @Override
    public String name() {
        return "socks-server";
    }

    @Override
    public String summary() {
        return "Run a small, fast SOCKS5 server, for tests";
    }

    @Override
    public int run(List<String> arguments, PrintWriter out, PrintWriter err) {
        CommandLine line = new CommandLine(specification());
        try {
            ParseResult parsed = line.parseArgs(arguments.toArray(String[]::new));
            if (parsed.isUsageHelpRequested()) {
                line.usage(out);
                return OK;
            }
            return serve(options(parsed, line), out, err);
        } catch (ParameterException e) {
            err.println(e.getMessage());
            line.usage(err);
            err.flush();
            return BAD_ARGUMENTS;
        }
    }

    private CommandSpec specification() {
        CommandSpec specification = CommandSpec.create().name("socks5-tunnel " + name());
        specification.usageMessage().description(summary() + ".");
        specification.addOption(OptionSpec.builder("--listen")
                .paramLabel("ADDRESS:PORT")
                .type(String.class)
                .defaultValue("127.0.0.1:1080")
                .description("where to listen; IPv6 as [::1]:1080, port 0 for any (default ${DEFAULT-VALUE})")
                .build());
        specification.addOption(text("--user", "NAME", "user name that clients must show"));
        specification.addOption(text("--password", "PASSWORD", "password that clients must show"));
        specification.addOption(OptionSpec.builder("--threads")
                .paramLabel("N")
                .type(Integer.class)
                .description("event loops, 1 to " + MAX_THREADS + " (default: one per core, at most 4)")
                .build());
        specification.addOption(OptionSpec.builder("--share-port")
                .description("let other servers listen at the same place, and share the clients with them")
                .build());
        specification.addOption(OptionSpec.builder("--help", "-h")
                .usageHelp(true)
                .description("show this text")
                .build());
        return specification;
    }

    private static OptionSpec text(String option, String label, String description) {
        return OptionSpec.builder(option)
                .paramLabel(label)
                .type(String.class)
                .description(description)
                .build();
    }

    private static SocksServerOptions options(ParseResult parsed, CommandLine line) {
        SocksServerOptions options = SocksServerOptions.onLoopback()
                .withListen(socketAddress(parsed.matchedOptionValue("--listen", "127.0.0.1:1080"), line));
        int threads = parsed.matchedOptionValue("--threads", options.threads());
        if (threads < 1 || threads > MAX_THREADS) {
            throw new ParameterException(line, "--threads: " + threads + " is not within 1 to " + MAX_THREADS);
        }
        String user = parsed.matchedOptionValue("--user", "");
        String password = parsed.matchedOptionValue("--password", "");
        if (user.isEmpty() != password.isEmpty()) {
            throw new ParameterException(line, "--user and --password go together");
        }
        options = options.withThreads(threads);
        if (parsed.hasMatchedOption("--share-port")) {
            options = options.withSharedPort();
        }
        return user.isEmpty() ? options : options.withCredentials(user, password);
    }

    private static InetSocketAddress socketAddress(String text, CommandLine line) {
        int colon = text.lastIndexOf(':');
        try {
            String host = text.substring(0, Math.max(colon, 0));
            InetSocketAddress address = new InetSocketAddress(host, Integer.parseInt(text.substring(colon + 1)));
            if (!host.isEmpty() && !address.isUnresolved()) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            throw new ParameterException(line, "--listen: " + text + " is not ADDRESS:PORT", e);
        }
        throw new ParameterException(line, "--listen: " + text + " is not ADDRESS:PORT");
    }

    private static int serve(SocksServerOptions options, PrintWriter out, PrintWriter err) {
        try (EmbeddedSocksServer server = EmbeddedSocksServer.start(options)) {
            out.println("listening on " + server.address());
            out.flush();
            server.awaitEnd();
        } catch (IOException e) {
            err.println("cannot listen on " + options.listen() + ": " + e.getMessage());
            err.flush();
            return CANNOT_LISTEN;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return OK;
    }
}
