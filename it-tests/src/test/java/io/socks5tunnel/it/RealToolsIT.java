// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.Applications;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.Ended;
import io.socks5tunnel.it.lab.LabRequirements;
import io.socks5tunnel.it.lab.SocksServer;
import io.socks5tunnel.it.lab.TunnelledLab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What the users of other people's programs see: traceroute in its three ways, and mosh.
final class RealToolsIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Pattern MOSH_CONNECT = Pattern.compile("MOSH CONNECT (\\d+) (\\S+)");

    private static TunnelledLab lab;

    @BeforeAll
    static void start() {
        LabRequirements.demandPrograms("traceroute", "mosh-client", "mosh-server", "script");
        lab = TunnelledLab.start(DaemonConfig.of(SocksServer.EMBEDDED).with("tunnel.icmp", "reply"));
    }

    @AfterAll
    static void stop() {
        if (lab != null) {
            lab.close();
        }
    }

    /// A tunnel is one hop, and it is the destination that seems to answer.
    @ParameterizedTest
    @EnumSource
    void tracerouteByEchoesFindsTheDestinationOneHopAway(AddressFamily family) {
        assertThat(traceroute(family, "-I").getLast()).startsWith(" 1  " + family.destination() + " ");
    }

    @ParameterizedTest
    @EnumSource
    void tracerouteByTcpFindsTheDestinationOneHopAway(AddressFamily family) {
        assertThat(traceroute(family, "-T", "-p", "" + Applications.PORT).getLast())
                .startsWith(" 1  " + family.destination() + " ");
    }

    /// The error of a closed port does not come through a SOCKS server: its datagrams are relayed, and lost.
    @ParameterizedTest
    @EnumSource
    void tracerouteByDatagramsSeesNobody(AddressFamily family) {
        assertThat(traceroute(family).subList(1, 4)).containsExactly(" 1  *", " 2  *", " 3  *");
    }

    @Test
    void moshTypesAndShows() throws IOException {
        String destination = AddressFamily.IPV4.destination();
        Ended server = lab.lab()
                .server()
                .run(
                        "env",
                        "LC_ALL=C.UTF-8",
                        "mosh-server",
                        "new",
                        "-i",
                        destination,
                        "-p",
                        "60001",
                        "--",
                        "sh",
                        "-c",
                        "read line; echo \"It said $line.\"; read end");
        Matcher connect = MOSH_CONNECT.matcher(server.output());
        assertThat(connect.find()).as(server.toString()).isTrue();
        Path typed = Files.writeString(lab.lab().directory().resolve("typed"), "hello\nbye\n");
        String client = "stty rows 24 columns 80; exec mosh-client " + destination + " " + connect.group(1);
        List<String> command = List.of(
                "env",
                "LC_ALL=C.UTF-8",
                "TERM=xterm",
                "MOSH_KEY=" + connect.group(2),
                "script",
                "-qefc",
                client,
                "/dev/null");

        String shown = lab.lab()
                .client()
                .start("mosh-client", command, typed)
                .await(LIMIT)
                .output();

        assertThat(shown).contains("It said hello.").contains("[mosh is exiting.]");
        lab.daemon().expectHealthy();
    }

    private static List<String> traceroute(AddressFamily family, String... options) {
        List<String> command = new ArrayList<>(List.of("traceroute", "-n", "-q", "1", "-w", "1", "-m", "3"));
        command.addAll(List.of(options));
        command.add(family.destination());
        return lab.lab()
                .client()
                .run(LIMIT, "traceroute", command)
                .orFail()
                .output()
                .lines()
                .toList();
    }
}
