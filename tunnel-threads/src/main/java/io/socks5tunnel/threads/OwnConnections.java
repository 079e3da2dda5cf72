// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.stack.FlowKey;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/// The connections to the SOCKS server that are being made, by their addresses: one that comes in as a client's
/// would go round for ever, since each round makes a new one.
///
/// The kernel may bring such a SYN to another shard before its dial is noted here. It is let through then, and it
/// is the SYN of the dial that it causes which is found: a round more, but no more than that. Written twice per
/// flow, read once.
///
/// Sockets to its relays are noted for as long as they are open, since each datagram would go round. May be used
/// from any thread.
final class OwnConnections {
    private static final Logger LOGGER = System.getLogger(OwnConnections.class.getName());

    private final Set<FlowKey> connecting = ConcurrentHashMap.newKeySet();
    private final Set<FlowKey> datagramSockets = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean isLoopTold = new AtomicBoolean();
    private final AtomicBoolean isUnresolvedTold = new AtomicBoolean();
    private final LoopAdvice advice;

    /// Of a tunnel of which nothing is known.
    OwnConnections() {
        this(LoopAdvice.NONE);
    }

    /// @param advice for a user who has made a loop
    OwnConnections(LoopAdvice advice) {
        this.advice = advice;
    }

    /// Notes a connection that is being made.
    ///
    /// @param local this end, as the kernel chose it
    /// @return its name, to [remove][#remove] it by
    FlowKey add(InetSocketAddress local, InetSocketAddress server) {
        FlowKey key = key(local, server);
        connecting.add(key);
        return key;
    }

    /// Notes a UDP socket.
    ///
    /// @param local this end, as the kernel chose it
    /// @return its name, to [remove][#removeDatagrams] it by
    FlowKey addDatagrams(InetSocketAddress local, InetSocketAddress relay) {
        FlowKey key = key(local, relay);
        datagramSockets.add(key);
        return key;
    }

    /// Forgets a UDP socket that was closed.
    void removeDatagrams(FlowKey key) {
        datagramSockets.remove(key);
    }

    /// Whether a client's datagram is in truth one of ours.
    boolean containsDatagrams(FlowKey key) {
        return datagramSockets.contains(key);
    }

    /// Forgets a connection that was made or has failed.
    void remove(FlowKey key) {
        connecting.remove(key);
    }

    /// Whether a client's connection is in truth one of ours.
    boolean contains(FlowKey key) {
        return connecting.contains(key);
    }

    /// Connections and sockets noted now.
    int size() {
        return connecting.size() + datagramSockets.size();
    }

    /// Says what is wrong and what helps, once in the life of a tunnel.
    void tellLoop(FlowKey key) {
        if (isLoopTold.compareAndSet(false, true)) {
            LOGGER.log(Level.WARNING, advice.onLoop(key));
        }
    }

    /// Says that the server's name was not found and why that may be, once in the life of a tunnel.
    void tellUnresolved(String host) {
        if (isUnresolvedTold.compareAndSet(false, true)) {
            LOGGER.log(Level.WARNING, advice.onUnresolved(host));
        }
    }

    private static FlowKey key(InetSocketAddress local, InetSocketAddress server) {
        return new FlowKey(
                high(local.getAddress()),
                low(local.getAddress()),
                local.getPort(),
                high(server.getAddress()),
                low(server.getAddress()),
                server.getPort());
    }

    private static long high(InetAddress address) {
        byte[] raw = address.getAddress();
        return raw.length == 4 ? 0 : ByteBuffer.wrap(raw).getLong();
    }

    private static long low(InetAddress address) {
        byte[] raw = address.getAddress();
        return raw.length == 4
                ? FlowKey.mappedIpv4(ByteBuffer.wrap(raw).getInt())
                : ByteBuffer.wrap(raw).getLong(8);
    }
}
