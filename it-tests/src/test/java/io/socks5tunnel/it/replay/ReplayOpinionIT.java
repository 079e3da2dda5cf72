// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.it.lab.Captures;
import io.socks5tunnel.it.lab.Tshark;
import io.socks5tunnel.sim.IpProtocol;
import io.socks5tunnel.sim.replay.FlowKey;
import io.socks5tunnel.sim.replay.FlowReport;
import io.socks5tunnel.sim.replay.Replay;
import io.socks5tunnel.sim.replay.ReplayReport;
import io.socks5tunnel.sim.replay.ReplaySettings;
import io.socks5tunnel.threads.TunnelEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a replay delivers is what Wireshark puts together from the same capture, but for the streams in
/// `differences.txt` beside this class, every one of which has its reason in `docs/replay.md`.
final class ReplayOpinionIT {
    private static final int DIGEST_BYTES = 8;

    @BeforeEach
    void demand() {
        Tshark.demand();
    }

    static List<String> captures() throws IOException {
        try (Stream<String> lines = Files.lines(Captures.file("MANIFEST.tsv"))) {
            return lines.skip(1)
                    .map(line -> line.split("\t", -1))
                    .filter(cells -> cells[1].equals("yes") || Boolean.getBoolean("socks5tunnel.full"))
                    .map(cells -> cells[0])
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("captures")
    void theSameBytesAreDelivered(String name) throws IOException {
        Path capture = Captures.file(name);
        Map<FlowKey, List<FlowReport>> flows = flows(capture);
        List<String> different = new ArrayList<>();
        Map<FlowKey, Integer> used = new HashMap<>();

        for (FollowedStream stream : FollowedStream.of(capture)) {
            FlowKey key = new FlowKey(IpProtocol.TCP, moved(stream.one(), stream), moved(stream.other(), stream));
            boolean isFromOne = flows.containsKey(key);
            FlowKey known = isFromOne ? key : key.reversed();
            List<FlowReport> instances = flows.getOrDefault(known, List.of());
            int instance = used.merge(known, 1, Integer::sum) - 1;
            FlowReport flow = instance < instances.size() ? instances.get(instance) : null;
            byte[] up = isFromOne ? stream.fromOne() : stream.fromOther();
            byte[] down = isFromOne ? stream.fromOther() : stream.fromOne();
            boolean isEqual = flow == null
                    ? up.length + down.length == 0
                    : flow.digestUp().equals(digest(up)) && flow.digestDown().equals(digest(down));
            if (!isEqual) {
                different.add(Integer.toString(stream.number()));
            }
        }

        assertThat(different).containsExactlyInAnyOrderElementsOf(expected(name));
    }

    private static Map<FlowKey, List<FlowReport>> flows(Path capture) throws IOException {
        ReplayReport report =
                Replay.of(ReplaySettings.DEFAULT).on(new TunnelEngine()).run(List.of(capture));
        Map<FlowKey, List<FlowReport>> flows = new HashMap<>();
        for (FlowReport flow : report.flows()) {
            flows.computeIfAbsent(flow.key(), _ -> new ArrayList<>()).add(flow);
        }
        return flows;
    }

    /// Loopback addresses have others in a replay, see `docs/replay.md`.
    private static InetSocketAddress moved(InetSocketAddress address, FollowedStream stream) {
        InetAddress host = address.getAddress();
        if (!host.isLoopbackAddress()) {
            return address;
        }
        int otherPort = (address.equals(stream.one()) ? stream.other() : stream.one()).getPort();
        boolean isHigher = address.getPort() > otherPort;
        byte[] bytes = host.getAddress();
        bytes[0] = (byte) (bytes.length == 4 ? 198 : isHigher ? 0xfc : 0xfd);
        bytes[1] = (byte) (bytes.length == 4 ? isHigher ? 18 : 19 : 0);
        try {
            return new InetSocketAddress(InetAddress.getByAddress(bytes), address.getPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The streams of a capture that are known to differ.
    private static List<String> expected(String name) throws IOException {
        try (var in = ReplayOpinionIT.class.getResourceAsStream("differences.txt")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split("\t", -1))
                    .filter(cells -> cells[0].equals(name))
                    .map(cells -> cells[1])
                    .toList();
        }
    }

    private static String digest(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
