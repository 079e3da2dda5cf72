// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import io.socks5tunnel.sim.IpProtocol;
import io.socks5tunnel.sim.ParsedPacket;
import io.socks5tunnel.sim.SimPacket;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Plays everything that is no readable TCP segment: datagrams, ICMP, fragments and damaged packets. What a client
/// sent goes into the tunnel as it is.
///
/// The client of a UDP flow is the side with the higher port when the other one is a well-known port, else who was
/// seen first; of other packets, who was seen first.
final class OtherTraffic {
    private static final int WELL_KNOWN_PORTS = 1024;
    private static final int UDP_CHECKSUM_AT = 6;
    private static final int MAX_FLOWS = ReplayReport.MAX_ROWS;

    private final ReplaySettings settings;
    private final BiConsumer<OtherFlow, SimPacket> injection;
    private final CapturedFlows connections;
    private final @Nullable RecordedDatagrams servers;
    private final Map<FlowKey, OtherFlow> flows = new LinkedHashMap<>();

    /// @param connections the TCP flows, which ICMP errors may be about
    /// @param servers who plays the captured servers, null if a real one answers
    OtherTraffic(
            ReplaySettings settings,
            BiConsumer<OtherFlow, SimPacket> injection,
            CapturedFlows connections,
            @Nullable RecordedDatagrams servers) {
        this.settings = settings;
        this.injection = injection;
        this.connections = connections;
        this.servers = servers;
    }

    void play(ReplayPacket packet) {
        ParsedPacket parsed = packet.parsed();
        FlowKey quoted = parsed.isIcmp() ? IcmpQuote.flow(parsed) : null;
        if (quoted != null && isOfClient(quoted, parsed)) {
            return;
        }
        FlowKey key = new FlowKey(parsed.protocol(), parsed.sourceSocket(), parsed.destinationSocket());
        OtherFlow flow = flows.get(key);
        if (flow != null) {
            inject(flow, packet, quoted);
            return;
        }
        OtherFlow reversed = flows.get(key.reversed());
        if (reversed != null) {
            answer(reversed, packet);
            return;
        }
        boolean isFromClient = isFromClient(packet);
        OtherFlow added = new OtherFlow(isFromClient ? key : key.reversed());
        if (flows.size() < MAX_FLOWS) {
            flows.put(added.key(), added);
        }
        if (isFromClient) {
            inject(added, packet, quoted);
        } else {
            answer(added, packet);
        }
    }

    /// An error about what a client had sent comes from behind the tunnel: it is no packet for the tunnel, but may
    /// be the captured server's refusal.
    private boolean isOfClient(FlowKey quoted, ParsedPacket error) {
        TcpFlow flow = connections.find(quoted);
        if (flow != null) {
            flow.onRefused(IcmpQuote.refusal(error));
        }
        return flow != null || flows.containsKey(quoted);
    }

    private void answer(OtherFlow flow, ReplayPacket packet) {
        if (!packet.isUdp()) {
            return;
        }
        byte[] payload = packet.parsed().payload();
        flow.onCaptured(payload.length);
        if (servers != null) {
            servers.answer(flow, payload);
        }
    }

    /// The tunnel sent something that is no TCP.
    ///
    /// @param quoted the flow whose packet it quotes, if it is an ICMP error
    void onAnswer(ParsedPacket answer, @Nullable FlowKey quoted) {
        FlowKey key = quoted != null
                ? quoted
                : new FlowKey(answer.protocol(), answer.destinationSocket(), answer.sourceSocket());
        OtherFlow flow = flows.get(key);
        if (flow != null) {
            flow.onDown(answer.isUdp() ? answer.payload() : new byte[0]);
        }
    }

    List<FlowReport> reports() {
        List<FlowReport> reports = new ArrayList<>();
        for (OtherFlow flow : flows.values()) {
            reports.add(flow.report());
        }
        return reports;
    }

    private void inject(OtherFlow flow, ReplayPacket packet, @Nullable FlowKey quoted) {
        if (packet.isUdp() && servers != null) {
            servers.onPlayed(flow, packet.parsed().payload());
        }
        if (!packet.fragments().isEmpty()) {
            for (byte[] fragment : packet.fragments()) {
                flow.onPlayed();
                injection.accept(flow, SimPacket.of(fragment));
            }
            return;
        }
        flow.onPlayed();
        byte[] bytes = packet.bytes();
        if (packet.isUdp() && !settings.isVerbatim()) {
            bytes = bytes.clone();
            IpHeaders.setLength(bytes);
            int udp = packet.transportOffset();
            IpHeaders.setTransportChecksum(bytes, udp, udp + UDP_CHECKSUM_AT, IpProtocol.UDP);
        }
        TcpFlow about = quoted == null ? null : connections.find(quoted.reversed());
        injection.accept(flow, SimPacket.of(about == null ? bytes : IcmpQuote.translate(packet, about.serverShift())));
    }

    private static boolean isFromClient(ReplayPacket packet) {
        InetSocketAddress source = packet.parsed().sourceSocket();
        InetSocketAddress destination = packet.parsed().destinationSocket();
        boolean isAnswer =
                packet.isUdp() && source.getPort() < WELL_KNOWN_PORTS && destination.getPort() >= WELL_KNOWN_PORTS;
        return !isAnswer;
    }
}
