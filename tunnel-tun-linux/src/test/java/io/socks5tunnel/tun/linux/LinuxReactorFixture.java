// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.Reactor;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.UpstreamOptions;
import io.socks5tunnel.api.spi.UpstreamSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/// A reactor with real sockets on the loopback interface. The test's thread is the shard.
///
/// A lost event shows as a wait without end, which no interrupt ends: hence a thread per test, to be left behind.
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class LinuxReactorFixture {
    static final UpstreamOptions PLAIN = new UpstreamOptions(0, false);

    LinuxReactor reactor;
    ServerSocket server;
    final ReadyEvents events = new ReadyEvents();

    @BeforeEach
    void open() throws IOException {
        reactor = LinuxReactor.open();
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        reactor.close();
        server.close();
    }

    void awaitUntil(BooleanSupplier condition) throws IOException {
        while (!condition.getAsBoolean()) {
            reactor.await(Reactor.NO_DEADLINE);
        }
    }

    UpstreamSocket connected(InetSocketAddress address, UpstreamOptions options) throws IOException {
        UpstreamSocket socket = reactor.connect(address, options, events);
        while (!socket.finishConnect()) {
            reactor.await(Reactor.NO_DEADLINE);
        }
        return socket;
    }

    UpstreamSocket connected() throws IOException {
        return connected((InetSocketAddress) server.getLocalSocketAddress(), PLAIN);
    }

    static GatherList ranges(Slab... slabs) {
        var list = new GatherList();
        for (Slab slab : slabs) {
            list.add(slab, 0, Slab.CAPACITY_BYTES);
        }
        return list;
    }

    static GatherList bytes(String text) {
        var slab = new Slab();
        slab.bytes().put(0, text.getBytes(StandardCharsets.US_ASCII));
        var list = new GatherList();
        list.add(slab, 0, text.length());
        return list;
    }

    int readSome(UpstreamSocket socket, GatherList into) throws IOException {
        int count = socket.read(into);
        while (count == 0) {
            reactor.await(Reactor.NO_DEADLINE);
            count = socket.read(into);
        }
        return count;
    }
}
