// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.sim.Engines;
import io.socks5tunnel.sim.IpProtocol;
import io.socks5tunnel.sim.ParsedPacket;
import io.socks5tunnel.sim.SimPacket;
import io.socks5tunnel.sim.TcpFlag;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The capture of the README: curl fetching a page, recorded on this program's own TUN device.
class ExampleReplayTest {
    /// Of the page that the web server had.
    private static final String PAGE_SHA_256 = "9e0cdfc477176a0cb3f0e808fad982098c98f5ca8d3e8c849bbbe971c97adf05";

    private static final int PAGE_BYTES = 28_399;

    private final FileSystem files = Jimfs.newFileSystem(Configuration.unix());
    private final Path capture = files.getPath("curl-through-tunnel.pcap");
    private final ByteArrayOutputStream down = new ByteArrayOutputStream();
    private final List<SimPacket> fromClient = new ArrayList<>();

    /// Collects what curl would have got.
    private final class Collector implements ReplayObserver {
        private int nextSeq;

        @Override
        public void onClientPacket(long nanos, FlowKey flow, int instance, SimPacket packet, String remarks) {
            fromClient.add(packet);
        }

        @Override
        public void onTunnelPacket(long nanos, FlowKey flow, int instance, SimPacket packet) {
            ParsedPacket parsed = ParsedPacket.parse(packet).requireSound();
            if (parsed.has(TcpFlag.SYN)) {
                nextSeq = parsed.seq() + 1;
            } else if (parsed.payloadLength() > 0 && parsed.seq() == nextSeq) {
                down.writeBytes(parsed.payload());
                nextSeq += parsed.payloadLength();
            }
        }
    }

    @BeforeEach
    void writeCapture() throws IOException {
        Files.write(capture, BrokenReplayTest.exampleBytes());
    }

    @AfterEach
    void close() throws IOException {
        files.close();
    }

    @Test
    void curlGetsThePageByteForByte() throws IOException, NoSuchAlgorithmException {
        replay(ReplaySettings.DEFAULT);

        byte[] answer = down.toByteArray();
        String head = new String(answer, 0, answer.length - PAGE_BYTES, StandardCharsets.US_ASCII);
        assertThat(head).startsWith("HTTP/1.0 200 OK").endsWith("\r\n\r\n");
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(answer, answer.length - PAGE_BYTES, PAGE_BYTES);
        assertThat(HexFormat.of().formatHex(digest.digest())).isEqualTo(PAGE_SHA_256);
    }

    @Test
    void nothingHadToBeMadeUp() throws IOException {
        FlowReport flow = replay(ReplaySettings.DEFAULT).flows().getFirst();

        assertThat(flow.key().protocol()).isEqualTo(IpProtocol.TCP);
        assertThat(flow.end()).isEqualTo(FlowEnd.CLOSED);
        assertThat(flow.bytesUp()).isEqualTo(83);
        assertThat(flow.resendsMade()).isZero();
        assertThat(flow.drops()).isEmpty();
        assertThat(flow.repairs().madeUpAcks()
                        + flow.repairs().paddedDown()
                        + flow.repairs().forced())
                .isZero();
    }

    @Test
    void everyPacketOfTheClientIsSound() throws IOException {
        replay(ReplaySettings.DEFAULT);

        assertThat(fromClient)
                .isNotEmpty()
                .allSatisfy(packet ->
                        assertThat(ParsedPacket.parse(packet).faults()).isEmpty());
    }

    @Test
    void verbatimLeavesTheChecksumsAsTheKernelHandedThemToTheDevice() throws IOException {
        ReplayReport report = replay(ReplaySettings.DEFAULT.withVerbatimChecksums());

        assertThat(report.flows().getFirst().drops()).containsOnlyKeys(DropReason.TCP_CHECKSUM);
        assertThat(report.flows().getFirst().bytesUp()).isZero();
    }

    @Test
    void aSmallerDeviceGetsSmallerSegments() throws IOException {
        ReplayReport report = replay(new ReplaySettings(600, 1, 0, false, Optional.empty()));

        assertThat(report.flows().getFirst().bytesDown()).isEqualTo(PAGE_BYTES + 189);
        assertThat(fromClient).allSatisfy(packet -> assertThat(packet.length()).isLessThanOrEqualTo(600));
    }

    private ReplayReport replay(ReplaySettings settings) throws IOException {
        return Replay.of(settings).watchedBy(new Collector()).on(Engines.real()).run(List.of(capture));
    }
}
