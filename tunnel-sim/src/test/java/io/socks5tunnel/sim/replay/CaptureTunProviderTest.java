// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socks5tunnel.api.TunSettings;
import io.socks5tunnel.api.spi.InboundPacket;
import io.socks5tunnel.api.spi.PacketBurst;
import io.socks5tunnel.api.spi.TunDevice;
import io.socks5tunnel.api.spi.TunQueue;
import io.socks5tunnel.api.spi.TunRequest;
import io.socks5tunnel.sim.CountingSlabPool;
import io.socks5tunnel.sim.PacketBuilder;
import io.socks5tunnel.sim.ParsedPacket;
import io.socks5tunnel.sim.SimTunProvider;
import io.socks5tunnel.sim.TcpFlag;
import io.socks5tunnel.sim.capture.CaptureWriter;
import io.socks5tunnel.sim.capture.LinkType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaptureTunProviderTest {
    private static final InetSocketAddress CLIENT = new InetSocketAddress(InetAddress.ofLiteral("198.18.0.1"), 4000);
    private static final InetSocketAddress SERVER = new InetSocketAddress(InetAddress.ofLiteral("198.18.0.2"), 80);

    private final CaptureTunProvider provider = new CaptureTunProvider();

    @TempDir
    private Path folder;

    private static TunRequest request(String name) {
        TunSettings defaults = TunSettings.DEFAULT;
        TunSettings settings = new TunSettings(
                name,
                1400,
                defaults.ipv4(),
                defaults.ipv6(),
                defaults.icmp(),
                Optional.empty(),
                Optional.empty(),
                defaults.offload(),
                defaults.tcpRefusal(),
                defaults.tcpAccept());
        return new TunRequest(settings, 2, TunQueue.NO_DESCRIPTOR);
    }

    private static byte[] copy(InboundPacket packet) {
        byte[] bytes = new byte[packet.length()];
        packet.bytes().get(packet.offset(), bytes);
        return bytes;
    }

    @ParameterizedTest
    @CsvSource({
        "sim:capture.pcap, true, false",
        "sim:/var/captures/one, true, false",
        "sim:captures/one.pcapng.gz, true, false",
        "sim:one, false, true",
        "tun0.pcap, false, false",
        "tun0, false, false"
    })
    void aDotOrASlashTellsAFileFromAName(String name, boolean isFile, boolean isName) {
        assertThat(provider.supports(request(name))).isEqualTo(isFile);
        assertThat(new SimTunProvider().supports(request(name))).isEqualTo(isName);
    }

    @Test
    void anOpenDescriptorIsForOthers() {
        TunSettings settings = request("sim:capture.pcap").settings();

        assertThat(provider.supports(new TunRequest(settings, 1, 7))).isFalse();
    }

    @Test
    void aMissingFileIsTold() {
        assertThatThrownBy(() -> provider.open(request("sim:" + folder.resolve("missing.pcap"))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("tunnel.name")
                .hasMessageContaining("missing.pcap");
    }

    @Test
    void aFileThatIsNoCaptureIsTold() throws IOException {
        Path file = Files.writeString(folder.resolve("letter.pcap"), "Dear Sirs");

        assertThatThrownBy(() -> provider.open(request("sim:" + file)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("neither pcap nor pcapng");
    }

    @Test
    @Timeout(30)
    void theClientsPacketsComeInAndTheServersDoNot() throws IOException, InterruptedException {
        Path file = folder.resolve("one.pcapng");
        try (CaptureWriter writer = CaptureWriter.pcapng(file)) {
            int tun = writer.addInterface("tun0", LinkType.RAW);
            writer.write(
                    tun,
                    0,
                    PacketBuilder.between(CLIENT, SERVER)
                            .tcp()
                            .seq(1)
                            .flags("S")
                            .packet()
                            .bytes());
            writer.write(
                    tun,
                    1,
                    PacketBuilder.between(SERVER, CLIENT)
                            .tcp()
                            .seq(9)
                            .ack(2)
                            .flags("SA")
                            .packet()
                            .bytes());
        }
        CountDownLatch readable = new CountDownLatch(1);

        try (TunDevice device = provider.open(request("sim:" + file))) {
            assertThat(device.queueCount()).isEqualTo(2);
            assertThat(device.mtuBytes()).isEqualTo(1400);
            for (int i = 0; i < device.queueCount(); i++) {
                device.queue(i).onReadable(readable::countDown);
            }
            readable.await();

            PacketBurst burst = new PacketBurst(new CountingSlabPool(4));
            device.queue(0).read(burst);
            device.queue(1).read(burst);
            assertThat(burst.count()).isEqualTo(1);
            ParsedPacket first = ParsedPacket.parse(copy(burst.packet(0)));
            assertThat(first.sourceSocket()).isEqualTo(CLIENT);
            assertThat(first.has(TcpFlag.SYN)).isTrue();
        }
    }
}
