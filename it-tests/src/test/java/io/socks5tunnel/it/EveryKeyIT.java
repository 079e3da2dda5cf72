// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.Applications;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.Ended;
import io.socks5tunnel.it.lab.LabRequirements;
import io.socks5tunnel.it.lab.NetworkLab;
import io.socks5tunnel.it.lab.RuntimeImage;
import io.socks5tunnel.it.lab.SocksServer;
import io.socks5tunnel.it.names.LabResolver;
import io.socks5tunnel.it.transfer.SeededBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A file with every section and every key of hev-socks5-tunnel's own sample, as somebody would have it who comes
/// from there: it starts, carries connections and datagrams, answers for names, and ends.
final class EveryKeyIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final long BYTES = 3_000_000;
    private static final int RESOLVER_PORT = 5300;

    /// As the file has it.
    private static final String MAPDNS = "198.18.0.2";

    private NetworkLab lab;

    @BeforeEach
    void open() {
        LabRequirements.demand();
        lab = NetworkLab.open();
    }

    @AfterEach
    void close() {
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    void startsCarriesTrafficAndEndsInGoodOrder() throws IOException {
        startServers();
        Applications applications = Applications.start(lab);
        script("up.sh");
        script("down.sh");

        Ended launcher = launch(configuration());

        assertThat(launcher.exitCode()).as(launcher.toString()).isZero();
        assertThat(launcher.output() + launcher.errors()).isEmpty();
        long pid = Long.parseLong(Files.readString(file("tunnel.pid")).strip());
        lab.routeThrough(DaemonConfig.DEVICE);
        for (AddressFamily family : AddressFamily.values()) {
            assertThat(applications.download(family, BYTES, 1)).isEqualTo(SeededBytes.sha256(1, BYTES));
            assertThat(applications.upload(family, BYTES, 2)).isEqualTo(SeededBytes.sha256(2, BYTES));
        }
        lab.client()
                .run("ip", "route", "add", MAPDNS, "dev", DaemonConfig.DEVICE)
                .orFail();
        assertThat(dig("@" + AddressFamily.IPV4.destination(), "-p", "" + RESOLVER_PORT, "any.example"))
                .isEqualTo(LabResolver.BY_UDP);
        assertThat(dig("@" + MAPDNS, "any.example")).matches("100\\.64\\.0\\.\\d+");
        assertThat(Files.readString(file("tunnel.log")))
                .contains("tunnel.multi-queue has no effect", "misc.task-stack-size has no effect", "[I] tcp ")
                .doesNotContain("[W]", "[E]");

        lab.client().end("TERM", pid);

        assertThat(file("up.sh.seen")).content().matches("s5t0 \\d+\n");
        assertThat(file("down.sh.seen")).hasSameTextualContentAs(file("up.sh.seen"));
        assertThat(file("tunnel.pid")).doesNotExist();
        assertThat(lab.client().run("ip", "link", "show", DaemonConfig.DEVICE).exitCode())
                .isNotZero();
    }

    private void startServers() {
        List<String> socks = new ArrayList<>(RuntimeImage.command());
        socks.addAll(List.of("socks-server", "--listen", "[::]:" + SocksServer.PORT));
        socks.addAll(List.of("--user", "username", "--password", "password"));
        lab.server().start("socks-server", socks).awaitListening(SocksServer.PORT, LIMIT);
        lab.server()
                .startJava("resolver", LabResolver.class, AddressFamily.IPV4.destination(), RESOLVER_PORT)
                .awaitListening(RESOLVER_PORT, LIMIT);
    }

    private String dig(String... arguments) {
        List<String> command = new ArrayList<>(List.of("dig", "+time=5", "+tries=2", "+short", "+notcp"));
        command.addAll(List.of(arguments));
        return lab.client().run(LIMIT, "dig", command).orFail().output().strip();
    }

    private Ended launch(Path configuration) {
        List<String> command = new ArrayList<>(RuntimeImage.launcher());
        command.add(configuration.toString());
        return lab.client().run(LIMIT, "launcher", command);
    }

    private Path configuration() throws IOException {
        try (var in = Objects.requireNonNull(getClass().getResourceAsStream("/every-key.yml"))) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("@DIRECTORY@", lab.directory().toString())
                    .replace("@SERVER@", AddressFamily.IPV4.proxy());
            Path file = Files.writeString(file("every-key.yml"), text);
            return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
    }

    private void script(String name) throws IOException {
        Path script = Files.writeString(file(name), "#!/bin/sh\necho \"$1 $2\" >> " + file(name + ".seen") + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Path file(String name) {
        return lab.directory().resolve(name);
    }
}
