// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Programs that can serve SOCKS5 in a lab, on port [#PORT] of the server's end of the wire, IPv4 and IPv6.
public enum SocksServer {
    /// Dante, the reference among SOCKS servers: processes that serve a few dozen sessions each.
    DANTE("danted") {
        @Override
        List<String> command(Path directory) {
            return List.of(
                    "danted",
                    "-f",
                    write(directory, DANTE_CONFIGURATION).toString(),
                    "-p",
                    directory.resolve("danted.pid").toString());
        }
    },
    /// microsocks, a thread per session, with user name and password.
    MICROSOCKS("microsocks") {
        @Override
        List<String> command(Path directory) {
            return List.of("microsocks", "-i", "::", "-p", Integer.toString(PORT), "-u", USER, "-P", PASSWORD);
        }

        @Override
        public boolean wantsCredentials() {
            return true;
        }
    },
    /// The project's own server, of which several may be started.
    EMBEDDED("") {
        @Override
        List<String> command(Path directory) {
            List<String> command = new ArrayList<>(RuntimeImage.command());
            command.addAll(List.of("socks-server", "--share-port", "--listen", "[::]:" + PORT));
            return command;
        }
    };

    /// Where all of them listen.
    public static final int PORT = 1080;

    /// The user of servers that [want credentials][#wantsCredentials()].
    public static final String USER = "lab-user";

    /// The user's password.
    public static final String PASSWORD = "lab-password";

    private static final Duration START_LIMIT = Duration.ofSeconds(20);

    private static final String DANTE_CONFIGURATION =
            """
            logoutput: stderr
            errorlog: stderr
            internal: %1$s port = %3$d
            internal: %2$s port = %3$d
            external: %1$s
            external: %2$s
            clientmethod: none
            socksmethod: none
            user.privileged: root
            user.unprivileged: nobody
            client pass { from: 0/0 to: 0/0 }
            socks pass { from: 0/0 to: 0/0 }
            """.formatted(AddressFamily.IPV4.proxy(), AddressFamily.IPV6.proxy(), PORT);

    private final String program;

    SocksServer(String program) {
        this.program = program;
    }

    /// Starts it, and waits until it listens.
    public LabProcess start(NetworkLab lab) {
        LabProcess process = lab.server().start(name().toLowerCase(java.util.Locale.ROOT), command(lab.directory()));
        process.awaitListening(PORT, START_LIMIT);
        if (this == EMBEDDED) {
            // another one may have listened there before
            process.awaitUntil("listening", START_LIMIT, () -> process.output().contains("listening on"));
        }
        return process;
    }

    /// Whether it serves only those who show [#USER] and [#PASSWORD].
    public boolean wantsCredentials() {
        return false;
    }

    /// The program that must be installed, empty for none.
    String program() {
        return program;
    }

    abstract List<String> command(Path directory);

    /// A configuration for proxychains that leads here.
    public Path proxychainsConfiguration(NetworkLab lab, AddressFamily family) {
        List<String> entry = new ArrayList<>(List.of("socks5", family.proxy(), Integer.toString(PORT)));
        if (wantsCredentials()) {
            entry.addAll(List.of(USER, PASSWORD));
        }
        return write(
                lab.directory(),
                "strict_chain\nquiet_mode\ntcp_read_time_out 15000\ntcp_connect_time_out 8000\n[ProxyList]\n"
                        + String.join(" ", entry) + "\n");
    }

    private static Path write(Path directory, String text) {
        try {
            return Files.writeString(Files.createTempFile(directory, "socks", ".conf"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
