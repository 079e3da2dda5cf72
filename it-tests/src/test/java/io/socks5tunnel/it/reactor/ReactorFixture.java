// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.it.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.Reactor;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.UpstreamOptions;
import io.socks5tunnel.api.spi.UpstreamSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// A reactor with a world around it, and what tests do with it again and again. The test's thread is the shard.
abstract class ReactorFixture {
    static final UpstreamOptions PLAIN = new UpstreamOptions(0, false);

    ReactorWorld world;
    Reactor reactor;
    final Readiness readiness = new Readiness();
    final Slab slab = new Slab();

    abstract ReactorWorld world() throws IOException;

    @BeforeEach
    void open() throws IOException {
        world = world();
        reactor = world.reactor();
    }

    @AfterEach
    void close() throws IOException {
        world.close();
    }

    void turnUntil(BooleanSupplier condition) throws IOException {
        while (!condition.getAsBoolean()) {
            world.turn();
        }
    }

    UpstreamSocket connected() throws IOException {
        UpstreamSocket socket = reactor.connect(world.server(), PLAIN, readiness);
        turnUntil(readiness::isWritable);
        assertThat(socket.finishConnect()).isTrue();
        return socket;
    }

    GatherList range(int offset, int length) {
        var list = new GatherList();
        list.add(slab, offset, length);
        return list;
    }

    int write(UpstreamSocket socket, byte... bytes) throws IOException {
        slab.bytes().put(0, bytes);
        return socket.write(range(0, bytes.length), false);
    }

    int readSome(UpstreamSocket socket) throws IOException {
        int count = socket.read(range(0, 1000));
        while (count == 0) {
            readiness.clear();
            turnUntil(readiness::isReadable);
            count = socket.read(range(0, 1000));
        }
        return count;
    }

    byte[] taken(ReactorWorld.Stream stream, int length) throws IOException {
        var all = new ByteArrayOutputStream();
        while (all.size() < length) {
            world.turn();
            all.writeBytes(stream.take());
        }
        return all.toByteArray();
    }
}
