// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.names;

import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.Applications;
import io.socks5tunnel.it.lab.Daemon;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.Ended;
import io.socks5tunnel.it.lab.LabRequirements;
import io.socks5tunnel.it.lab.NetworkLab;
import io.socks5tunnel.it.lab.RuntimeImage;
import io.socks5tunnel.it.lab.SocksServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A lab in which only the SOCKS server knows names, from a file of hosts, and a resolver that says how it was
/// asked. The client's network leads mapped addresses and the address of mapdns into the tunnel.
final class NamesLab implements AutoCloseable {
    /// Where mapdns is asked.
    static final String MAPDNS = "198.18.3.53";

    /// The same over IPv6.
    static final String MAPDNS_IPV6 = "fc00:18:3::53";

    /// A name of [AddressFamily#destination()] of IPv4.
    static final String NAME = "www.lab.example";

    /// A name of that of IPv6.
    static final String IPV6_NAME = "six.lab.example";

    /// Where [LabResolver] listens on the IPv4 destination.
    static final int RESOLVER_PORT = 5300;

    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Duration START_LIMIT = Duration.ofSeconds(20);

    private final NetworkLab lab;
    private final Applications applications;
    private Daemon daemon;

    private NamesLab(NetworkLab lab, Applications applications, Daemon daemon) {
        this.lab = lab;
        this.applications = applications;
        this.daemon = daemon;
    }

    static NamesLab start(DaemonConfig config) {
        LabRequirements.demand();
        NetworkLab lab = NetworkLab.open();
        try {
            startServer(lab, config.server());
            String address = AddressFamily.IPV4.destination();
            lab.server()
                    .startJava("resolver", LabResolver.class, address, RESOLVER_PORT)
                    .awaitListening(RESOLVER_PORT, START_LIMIT);
            Applications applications = Applications.start(lab);
            NamesLab names = new NamesLab(lab, applications, Daemon.start(lab, config));
            names.route();
            return names;
        } catch (RuntimeException e) {
            lab.close();
            throw e;
        }
    }

    /// The keys of mapdns, IPv6 included, on top of a server.
    static DaemonConfig mapping(SocksServer server) {
        return DaemonConfig.of(server)
                .with("mapdns.address", MAPDNS)
                .with("mapdns.address6", MAPDNS_IPV6)
                .with("mapdns.port", 53)
                .with("mapdns.network", "100.64.0.0")
                .with("mapdns.netmask", "255.192.0.0")
                .with("mapdns.network6", "fc00:6440::")
                .with("mapdns.cache-size", 20_000);
    }

    /// Runs dig, and gives what it printed.
    String dig(String... arguments) {
        List<String> command = new ArrayList<>(List.of("dig", "+time=5", "+tries=2"));
        command.addAll(Arrays.asList(arguments));
        return lab.client().run(LIMIT, "dig", command).orFail().output();
    }

    /// Runs curl, which asks mapdns for names.
    Ended curl(String url, String... options) {
        List<String> arguments = new ArrayList<>(Arrays.asList(options));
        arguments.add(url);
        return applications.curlAsking(MAPDNS, arguments);
    }

    /// Writes a file into the lab's directory.
    Path file(String name, String text) {
        return write(lab.directory().resolve(name), text);
    }

    Path directory() {
        return lab.directory();
    }

    Daemon daemon() {
        return daemon;
    }

    Applications applications() {
        return applications;
    }

    /// Ends the tunnel in good order and starts it again.
    void restart(DaemonConfig config) {
        daemon.stop().orFail();
        daemon = Daemon.start(lab, config);
        route();
    }

    @Override
    public void close() {
        lab.close();
    }

    private static void startServer(NetworkLab lab, SocksServer server) {
        if (server != SocksServer.EMBEDDED) {
            server.start(lab);
            return;
        }
        Path hosts = write(
                lab.directory().resolve("hosts"),
                AddressFamily.IPV4.destination() + " " + NAME + "\n" + AddressFamily.IPV6.destination() + " "
                        + IPV6_NAME + "\n");
        List<String> command = new ArrayList<>(RuntimeImage.command());
        command.add(1, "-Djdk.net.hosts.file=" + hosts);
        command.addAll(List.of("socks-server", "--listen", "[::]:" + SocksServer.PORT));
        lab.server().start("socks", command).awaitListening(SocksServer.PORT, START_LIMIT);
    }

    private void route() {
        ip("route", "replace", MAPDNS, "dev", DaemonConfig.DEVICE);
        ip("route", "replace", "100.64.0.0/10", "dev", DaemonConfig.DEVICE);
        ip("-6", "route", "replace", MAPDNS_IPV6, "dev", DaemonConfig.DEVICE);
        ip("-6", "route", "replace", "fc00:6440::/96", "dev", DaemonConfig.DEVICE);
    }

    private void ip(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(Arrays.asList(arguments));
        lab.client().run(command.toArray(String[]::new)).orFail();
    }

    private static Path write(Path file, String text) {
        try {
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
