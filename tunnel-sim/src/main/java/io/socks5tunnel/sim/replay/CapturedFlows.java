// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.sim.replay;

import io.socks5tunnel.sim.IpProtocol;
import io.socks5tunnel.sim.TcpFlag;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The TCP flows of a capture: finds out to which one a packet belongs and which side sent it.
///
/// The client is who sent the SYN. Where that is not in the capture it is who received the SYN-ACK, else the side
/// with the higher port, else who was seen first.
final class CapturedFlows {
    private final Map<FlowKey, TcpFlow> flows = new LinkedHashMap<>();
    private final Factory factory;
    private final Consumer<TcpFlow> onReplaced;

    /// Makes a flow.
    interface Factory {
        /// @param predecessor an earlier flow with the same addresses and ports, null if there was none
        TcpFlow create(FlowKey key, int instance, @Nullable TcpFlow predecessor);
    }

    /// A packet with the flow that it belongs to.
    record Sorted(ReplayPacket packet, @Nullable TcpFlow flow, boolean isFromClient) {}

    /// @param onReplaced told of flows whose addresses and ports are used anew; they have got no further packets
    CapturedFlows(Factory factory, Consumer<TcpFlow> onReplaced) {
        this.factory = factory;
        this.onReplaced = onReplaced;
    }

    /// Sorts a TCP segment and remembers what it tells about its flow.
    Sorted sort(ReplayPacket packet) {
        FlowKey key = new FlowKey(
                IpProtocol.TCP, packet.parsed().sourceSocket(), packet.parsed().destinationSocket());
        TcpFlow flow = flows.get(key);
        boolean isFromClient = flow != null;
        if (flow == null) {
            flow = flows.get(key.reversed());
        }
        if (flow == null) {
            isFromClient = isClient(packet);
            flow = add(isFromClient ? key : key.reversed(), null);
        } else if (isNewFlow(packet, flow, isFromClient)) {
            flow = add(key, flow);
            isFromClient = true;
        }
        if (isFromClient) {
            flow.story().onClient(packet);
        } else {
            flow.story().onServer(packet);
        }
        flow.onRead();
        return new Sorted(packet, flow, isFromClient);
    }

    /// The flow with these addresses and ports that is in the capture now, null if there is none.
    @Nullable
    TcpFlow find(FlowKey key) {
        return flows.get(key);
    }

    Collection<TcpFlow> all() {
        return flows.values();
    }

    void remove(TcpFlow flow) {
        flows.remove(flow.key(), flow);
    }

    private TcpFlow add(FlowKey key, @Nullable TcpFlow predecessor) {
        int instance = 1;
        if (predecessor != null) {
            flows.remove(predecessor.key());
            instance = predecessor.instance() + 1;
            onReplaced.accept(predecessor);
        }
        TcpFlow flow = factory.create(key, instance, predecessor);
        flows.put(key, flow);
        return flow;
    }

    /// A SYN with another initial sequence number begins another flow. From the other side it may be half of a
    /// split handshake, as long as the flow has not got any further.
    private static boolean isNewFlow(ReplayPacket packet, TcpFlow flow, boolean isFromClient) {
        if (!packet.isOpening()) {
            return false;
        }
        if (isFromClient) {
            boolean isOther = packet.parsed().seq() != flow.story().clientIsn();
            return isOther || flow.story().isOverBefore(packet.atNanos());
        }
        return flow.story().hasServerIsn()
                && packet.parsed().seq() != flow.story().serverIsn();
    }

    private static boolean isClient(ReplayPacket packet) {
        if (packet.has(TcpFlag.SYN)) {
            return !packet.has(TcpFlag.ACK);
        }
        InetSocketAddress source = packet.parsed().sourceSocket();
        InetSocketAddress destination = packet.parsed().destinationSocket();
        return source.getPort() >= destination.getPort();
    }
}
