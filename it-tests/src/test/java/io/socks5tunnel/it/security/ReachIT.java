// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.Applications;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.LabRequirements;
import io.socks5tunnel.it.lab.SocksServer;
import io.socks5tunnel.it.lab.TunnelledLab;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Who can reach what: nobody the daemon, and no client what the SOCKS server's host has for itself.
final class ReachIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /// Of the script: the client's port in its first SYN and its first datagram.
    private static final int FIRST_PORT = 30_000;

    private static final Pattern BEGINNING = Pattern.compile("(?m)77]:(300\\d\\d)( -> .*)? begins$");

    /// What a host calls itself, or many hosts at once. A SOCKS server that is asked for one of these connects to
    /// its own services.
    private static final List<String> ADDRESSES_OF_NO_HOST = List.of(
            "127.0.0.1",
            "127.255.255.254",
            "0.0.0.0",
            "0.1.2.3",
            "255.255.255.255",
            "224.0.0.1",
            "::1",
            "::",
            "::ffff:127.0.0.1",
            "::ffff:198.19.0.1",
            "ff02::1");

    private TunnelledLab lab;

    @BeforeEach
    void open() {
        LabRequirements.demandPrograms("scapy");
        lab = TunnelledLab.start(
                DaemonConfig.of(SocksServer.EMBEDDED).with("socks5.udp", "udp").with("misc.log-level", "debug"));
    }

    @AfterEach
    void close() {
        if (lab != null) {
            lab.close();
        }
    }

    /// Sends a SYN and a datagram to each address, and at last to two that anybody may reach; waits until these
    /// four were relayed. They come through one queue, so everything before them was looked at then.
    ///
    /// @return the client's ends of the flows that began, without their address
    private List<Integer> portsOfFlows(List<String> addresses) throws URISyntaxException {
        Path script = Path.of(ReachIT.class.getResource("reach.py").toURI());
        List<String> command = new ArrayList<>(List.of(
                "/usr/bin/python3",
                script.toString(),
                DaemonConfig.DEVICE,
                Integer.toString(Applications.CLOSED_PORT)));
        command.addAll(addresses);
        command.addAll(List.of(AddressFamily.IPV4.destination(), AddressFamily.IPV6.destination()));
        lab.lab().client().run(LIMIT, "scapy", command).orFail();
        int last = FIRST_PORT + addresses.size() + 1;
        lab.daemon()
                .process()
                .awaitUntil("the last flows", LIMIT, () -> Collections.frequency(portsOfFlows(), last) == 2);
        return portsOfFlows();
    }

    private List<Integer> portsOfFlows() {
        return BEGINNING
                .matcher(lab.daemon().log())
                .results()
                .map(line -> Integer.valueOf(line.group(1)))
                .toList();
    }

    @Test
    void noClientReachesAnAddressThatTheProxysHostHasForItself() throws Exception {
        int first = FIRST_PORT + ADDRESSES_OF_NO_HOST.size();

        assertThat(portsOfFlows(ADDRESSES_OF_NO_HOST)).containsExactlyInAnyOrder(first, first, first + 1, first + 1);
    }

    /// Connected sockets take packets from their peer alone.
    @Test
    void everySocketOfTheDaemonHasAPeer() throws Exception {
        portsOfFlows(List.of());
        lab.daemon()
                .process()
                .awaitUntil("a socket to a relay", LIMIT, () -> !sockets("udp").isEmpty());

        assertThat(sockets("tcp")).isNotEmpty().noneMatch(socket -> socket.endsWith(" 0A"));
        assertThat(Stream.of("tcp", "tcp6", "udp", "udp6").flatMap(table -> sockets(table).stream()))
                .isNotEmpty()
                .noneMatch(socket -> socket.contains(":0000 "));
        assertThat(Stream.of("raw", "raw6", "udplite", "udplite6").flatMap(table -> sockets(table).stream()))
                .isEmpty();
    }

    /// Remote address and state of the sockets in a table of the client's namespace, where nobody but the daemon
    /// has any now.
    private List<String> sockets(String table) {
        try (Stream<String> lines = Files.lines(
                Path.of("/proc", Long.toString(lab.daemon().process().pid()), "net", table))) {
            return lines.skip(1)
                    .map(line -> line.strip().split(" +", -1))
                    .map(fields -> fields[2] + " " + fields[3])
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException(table, e);
        }
    }
}
