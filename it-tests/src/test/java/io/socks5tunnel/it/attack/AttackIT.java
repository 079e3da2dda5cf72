// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.lab.AddressFamily;
import io.socks5tunnel.it.lab.Applications;
import io.socks5tunnel.it.lab.DaemonConfig;
import io.socks5tunnel.it.lab.Ended;
import io.socks5tunnel.it.lab.KernelCounters;
import io.socks5tunnel.it.lab.LabProcess;
import io.socks5tunnel.it.lab.LabRequirements;
import io.socks5tunnel.it.lab.SocksServer;
import io.socks5tunnel.it.lab.TunnelledLab;
import io.socks5tunnel.it.transfer.TransferMode;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the tools of attackers do to a tunnel: nmap, hping3 and packets made with scapy, all into the TUN device.
/// The tunnel lives through all of it, and works as well as before after each.
final class AttackIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final long SEED = 77;

    /// Where no SYN of the SOCKS server is ever answered, so that dials stay under way.
    private static final String SILENT = "198.19.0.66";

    private static final int FLOOD_SECONDS = Boolean.getBoolean("socks5tunnel.full") ? 10 : 3;
    private static final long ESTABLISHED_BYTES = FLOOD_SECONDS * 8_000_000L;
    private static final int DIALS = 256;
    /// Connections that are kept ready.
    private static final int SPARE_DIALS = 16;
    private static final long MOST_GROWTH_BYTES = 256L << 20;
    private static final Pattern SENT = Pattern.compile("(\\d+) packets transmitted");
    private static final Pattern PORT = Pattern.compile("(\\d+)/([a-z|]+)/tcp/");

    private static TunnelledLab lab;

    @BeforeAll
    static void open() {
        LabRequirements.demandPrograms("nmap", "hping3", "scapy", "timeout");
        lab = TunnelledLab.start(
                DaemonConfig.of(SocksServer.EMBEDDED).withWorkers(2).with("misc.connect-timeout", 60_000));
        lab.lab().server().ip("addr", "add", SILENT + "/32", "dev", "lo");
        lab.lab()
                .server()
                .run("iptables", "-w", "10", "-A", "INPUT", "-d", SILENT, "-j", "DROP")
                .orFail();
    }

    @AfterAll
    static void close() {
        if (lab != null) {
            lab.close();
        }
    }

    @AfterEach
    void theTunnelIsWell() {
        lab.daemon().expectHealthy();
        for (AddressFamily family : AddressFamily.values()) {
            assertThat(lab.applications()
                            .transfer(TransferMode.ECHO, family, 1, 1_000_000, SEED)
                            .failures())
                    .isEmpty();
        }
    }

    /// A SYN scan finds out what is open. All others, of segments that belong to no connection, see RST everywhere.
    @ParameterizedTest
    @CsvSource({
        "-sS, IPV4, open", "-sS, IPV6, open",
        "-sT, IPV4, open", "-sX, IPV4, closed",
        "-sN, IPV4, closed", "-sF, IPV4, closed",
        "-sF, IPV6, closed", "-sA, IPV4, unfiltered",
    })
    @Tag("T-HS-2")
    @Tag("T-AC-11")
    void aPortScanIsAnsweredAsByAHost(String scan, AddressFamily family, String openPort) {
        List<String> command = new ArrayList<>(List.of("nmap", "-n", "-Pn", "--send-ip", "-oG", "-", scan));
        if (family == AddressFamily.IPV6) {
            command.add("-6");
        }
        command.addAll(List.of("-p", Applications.PORT + "," + Applications.CLOSED_PORT, family.destination()));

        Ended ended = lab.lab().client().run(LIMIT, "nmap", command).orFail();

        String closedPort = openPort.equals("open") ? "closed" : openPort;
        assertThat(PORT.matcher(ended.output())
                        .results()
                        .collect(Collectors.toMap(result -> result.group(1), result -> result.group(2))))
                .as(ended.toString())
                .isEqualTo(Map.of("" + Applications.PORT, openPort, "" + Applications.CLOSED_PORT, closedPort));
    }

    /// Each is answered once or not at all, and many beginnings of datagrams that never go on fill no memory.
    @Test
    @Tag("T-AC-11")
    @Tag("T-HD-9")
    @Tag("T-HD-10")
    @Tag("T-IP-2")
    @Tag("T-IP-3")
    @Tag("T-RA-2")
    @Tag("T-RA-3")
    @Tag("T-RA-4")
    @Tag("T-RA-6")
    @Tag("T-RA-7")
    @Tag("T-RA-8")
    void packetsThatNobodyHonestSendsAreHarmless() throws IOException, URISyntaxException {
        Path folder = Path.of(AttackIT.class.getResource("packets.py").toURI()).getParent();
        long residentBefore = lab.daemon().usage().residentBytes();

        Ended ended = lab.lab()
                .client()
                .run(
                        LIMIT,
                        "scapy",
                        List.of(
                                "/usr/bin/python3",
                                folder.resolve("packets.py").toString(),
                                DaemonConfig.DEVICE,
                                AddressFamily.IPV4.destination(),
                                AddressFamily.IPV6.destination(),
                                "" + Applications.PORT))
                .orFail();

        assertThat(ended.output()).isEqualTo(Files.readString(folder.resolve("answers.txt")));
        assertThat(lab.daemon().usage().residentBytes() - residentBefore).isLessThan(MOST_GROWTH_BYTES);
    }

    @Test
    @Tag("T-HS-11")
    void aFloodOfSynsFromEverywhereHurtsNoOpenConnection() {
        long residentBefore = lab.daemon().usage().residentBytes();
        LabProcess download = start(TransferMode.DOWN_SLOWLY_READ, AddressFamily.IPV4);
        LabProcess upload = start(TransferMode.UP_SLOWLY_READ, AddressFamily.IPV6);
        download.awaitUntil("both connected", LIMIT, () -> proxied(Applications.PORT) >= 2);
        long acceptedBefore = accepted();

        Ended flood = flood("-S", "--rand-source", "-p", "80", SILENT);

        long dials = accepted() - acceptedBefore;
        int open = proxied(SocksServer.PORT);
        assertThat(Applications.report(download).failures()).isEmpty();
        assertThat(Applications.report(upload).failures()).isEmpty();
        long growth = lab.daemon().usage().residentBytes() - residentBefore;
        System.out.printf(
                "%d SYNs in %d s from spoofed sources: %d dials at the proxy, %d connections there at the end,"
                        + " memory grew by %d KiB%n",
                sent(flood), FLOOD_SECONDS, dials, open, growth >> 10);
        assertThat(sent(flood)).isGreaterThan(10L * DIALS);
        assertThat(dials).isBetween(1L, (long) DIALS + SPARE_DIALS);
        assertThat(growth).isLessThan(MOST_GROWTH_BYTES);
    }

    private static LabProcess start(TransferMode mode, AddressFamily family) {
        return lab.applications().startTransfer(mode, family, Applications.PORT, 1, ESTABLISHED_BYTES, SEED);
    }

    private static Ended flood(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                "timeout", "-s", "INT", "" + FLOOD_SECONDS, "hping3", "-q", "--flood", "-I", DaemonConfig.DEVICE));
        command.addAll(List.of(arguments));
        return lab.lab().client().run(LIMIT, "hping3", command);
    }

    private static long sent(Ended flood) {
        return SENT.matcher(flood.output() + flood.errors())
                .results()
                .map(MatchResult::group)
                .mapToLong(text -> Long.parseLong(text.substring(0, text.indexOf(' '))))
                .sum();
    }

    /// Connections that the kernel on the server's side has accepted, by anybody there.
    private static long accepted() {
        return KernelCounters.read(lab.lab().server()).value("TcpPassiveOpens");
    }

    /// Connections that are open there at a port.
    private static int proxied(int port) {
        return (int) lab.lab()
                .server()
                .run("ss", "-Htn", "state", "established", "( sport = :" + port + " )")
                .orFail()
                .output()
                .lines()
                .count();
    }
}
