// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.socks5tunnel.sim.Engines;
import io.socks5tunnel.sim.IpProtocol;
import io.socks5tunnel.sim.PacketBuilder;
import io.socks5tunnel.sim.TcpSegmentBuilder;
import io.socks5tunnel.sim.capture.CaptureWriter;
import io.socks5tunnel.sim.capture.LinkType;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Replays through a real SOCKS5 server, which is on the loopback address and sends nothing on: what it was asked
/// for is what a server out there would have been asked for.
class RealServerReplayTest {
    private static final InetSocketAddress CLIENT = socket("10.0.0.5", 40_000);
    private static final InetSocketAddress CLIENT_6 = socket("fd00::5", 40_000);
    private static final InetSocketAddress WEB = socket("192.0.2.80", 80);
    private static final InetSocketAddress DNS = socket("192.0.2.53", 53);
    private static final InetSocketAddress OTHER_DNS = socket("203.0.113.53", 53);
    private static final InetSocketAddress DNS_6 = socket("2001:db8::53", 53);
    private static final int DATAGRAMS = 3;
    private static final int MILLI = 1_000_000;

    private final FileSystem files = Jimfs.newFileSystem(Configuration.unix());
    private final Path capture = files.getPath("mixed.pcapng");
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private static InetSocketAddress socket(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    @BeforeEach
    void writeCapture() throws IOException {
        try (CaptureWriter writer = CaptureWriter.pcapng(capture)) {
            writer.addInterface("tun0", LinkType.RAW);
            List<byte[]> packets = List.of(
                    datagram(CLIENT, DNS),
                    datagram(CLIENT, OTHER_DNS),
                    datagram(CLIENT_6, DNS_6),
                    client(1).flags("S").mss(1460).build(),
                    server(900).ack(2).flags("S").mss(1460).build(),
                    client(2).ack(901).build(),
                    client(2).ack(901).flags("P").payload("hello").build(),
                    server(901).ack(7).build(),
                    client(7).ack(901).flags("F").build(),
                    server(901).ack(8).flags("F").build(),
                    client(8).ack(902).build());
            for (int i = 0; i < packets.size(); i++) {
                writer.write(0, (long) i * MILLI, packets.get(i));
            }
        }
    }

    @AfterEach
    void close() throws IOException {
        files.close();
    }

    private static byte[] datagram(InetSocketAddress from, InetSocketAddress to) {
        return PacketBuilder.between(from, to).udp().payload("question").build();
    }

    private static TcpSegmentBuilder client(int seq) {
        return PacketBuilder.between(CLIENT, WEB).tcp().seq(seq).window(60_000);
    }

    private static TcpSegmentBuilder server(int seq) {
        return PacketBuilder.between(WEB, CLIENT).tcp().seq(seq).window(60_000);
    }

    private ReplayReport replay(ReplayServer server) throws IOException {
        return Replay.of(ReplaySettings.DEFAULT.withSocks(server))
                .on(Engines.real())
                .run(List.of(capture));
    }

    @Nested
    class WithNetworksForTheDestinations {
        @Test
        void theServerIsAskedForAddressesOfTheseOnly() throws IOException {
            try (NotingSocksServer server = new NotingSocksServer(DATAGRAMS)) {
                ReplayReport report = replay(ReplayServer.mapped(server.address(), "198.18.0.0/15,fd00:99::/64"));

                assertThat(server.datagrams())
                        .containsExactlyInAnyOrder(
                                socket("198.18.0.1", 53), socket("198.18.0.2", 53), socket("fd00:99::1", 53));
                assertThat(server.connections()).containsExactly(socket("198.18.0.3", 80));
                assertThat(report.unsentPackets()).isZero();
            }
        }

        @Test
        void theReportNamesTheCapturedOnesAndWhatCameBack() throws IOException {
            try (NotingSocksServer server = new NotingSocksServer(DATAGRAMS)) {
                ReplayReport report = replay(ReplayServer.mapped(server.address(), "198.18.0.0/15,fd00:99::/64"));

                assertThat(report.flows())
                        .extracting(flow -> flow.key().server())
                        .containsExactlyInAnyOrder(DNS, OTHER_DNS, DNS_6, WEB);
                assertThat(report.flows()).allSatisfy(flow -> {
                    boolean isTcp = flow.key().protocol() == IpProtocol.TCP;
                    assertThat(flow.bytesDown()).isEqualTo(isTcp ? 5 : 8);
                    // what a real server got of the datagrams, the replay cannot see
                    assertThat(flow.bytesUp()).isEqualTo(isTcp ? 5 : 0);
                });
                assertThat(report.isSuccess()).isTrue();
            }
        }

        @Test
        void whatHasNoPlaceThereIsNotSentAndSaidSo() throws IOException {
            try (NotingSocksServer server = new NotingSocksServer(DATAGRAMS - 1)) {
                ReplayReport report = replay(ReplayServer.mapped(server.address(), "198.18.0.1"));

                assertThat(server.datagrams()).containsExactly(socket("198.18.0.1", 53), socket("198.18.0.1", 53));
                assertThat(server.connections()).containsExactly(socket("198.18.0.1", 80));
                assertThat(report.unsentPackets()).isEqualTo(1);
                assertThat(report.isSuccess()).isFalse();
            }
        }
    }

    @Nested
    class WithTheRealDestinations {
        @Test
        void theServerIsAskedForThemWhenTheyAreAskedFor() throws IOException {
            try (NotingSocksServer server = new NotingSocksServer(DATAGRAMS)) {
                replay(ReplayServer.withRealDestinations(server.address()));

                assertThat(server.datagrams()).containsExactlyInAnyOrder(DNS, OTHER_DNS, DNS_6);
                assertThat(server.connections()).containsExactly(WEB);
            }
        }
    }

    @Nested
    class OnTheCommandLine {
        private int run(String... options) {
            List<String> arguments = new ArrayList<>(List.of(capture.toString()));
            arguments.addAll(List.of(options));
            return new ReplayCommand(files, Engines.real())
                    .run(arguments, new PrintWriter(out, true), new PrintWriter(err, true));
        }

        @Test
        void aServerWithoutDestinationIsRefusedBeforeAnythingIsSent() throws IOException {
            try (NotingSocksServer server = new NotingSocksServer(0)) {
                assertThat(run("--socks5", "127.0.0.1:" + server.address().getPort()))
                        .isEqualTo(2);

                assertThat(err.toString()).contains("--destination").contains("--real-destinations");
                assertThat(server.connections()).isEmpty();
                assertThat(server.datagrams()).isEmpty();
            }
        }

        @Test
        void theDestinationIsObeyed() throws IOException {
            try (NotingSocksServer server = new NotingSocksServer(DATAGRAMS)) {
                int code = run(
                        "--socks5",
                        "127.0.0.1:" + server.address().getPort(),
                        "--destination",
                        "198.18.0.0/15,fd00:99::/64");

                assertThat(code).isZero();
                assertThat(server.connections()).containsExactly(socket("198.18.0.3", 80));
                assertThat(out.toString()).contains("10.0.0.5:40000>192.0.2.80:80");
            }
        }

        @Test
        void whatMakesNoSenseIsRefused() {
            assertThat(run("--destination", "198.18.0.0/15")).isEqualTo(2);
            assertThat(run("--real-destinations")).isEqualTo(2);
            assertThat(run("--socks5", "127.0.0.1:1080", "--destination", "nowhere"))
                    .isEqualTo(2);
            assertThat(run("--socks5", "127.0.0.1:1080", "--destination", "::1", "--real-destinations"))
                    .isEqualTo(2);
            assertThat(err.toString()).contains("--destination is for --socks5 only");
        }
    }
}
