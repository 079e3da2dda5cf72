// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import io.socks5tunnel.api.spi.ChecksumState;
import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.GsoType;
import io.socks5tunnel.api.spi.OutboundPacket;
import io.socks5tunnel.api.spi.PacketBurst;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.TunCapabilities;
import io.socks5tunnel.api.spi.TunDevice;
import io.socks5tunnel.api.spi.TunQueue;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;

/// A device whose kernel is the test.
final class FakeDevice implements TunDevice {
    final List<FakeQueue> queues = new ArrayList<>();
    int closes;
    boolean canRest;
    volatile IOException restFailure;
    final List<String> served = new CopyOnWriteArrayList<>();

    FakeDevice(int queueCount) {
        for (int i = 0; i < queueCount; i++) {
            queues.add(new FakeQueue());
        }
    }

    @Override
    public String name() {
        return "fake0";
    }

    @Override
    public int index() {
        return 7;
    }

    @Override
    public int mtuBytes() {
        return 1500;
    }

    @Override
    public int queueCount() {
        return queues.size();
    }

    @Override
    public TunQueue queue(int index) {
        return queues.get(index);
    }

    @Override
    public String description() {
        return "a fake";
    }

    @Override
    public boolean canRestQueues() {
        return canRest;
    }

    /// Remembers how many, and by whom it was said.
    @Override
    public void serve(int queueCount) throws IOException {
        served.add(queueCount + " " + Thread.currentThread().getName());
        if (restFailure != null) {
            throw restFailure;
        }
    }

    @Override
    public void close() {
        closes++;
    }

    static final class FakeQueue implements TunQueue {
        final List<byte[]> written = new ArrayList<>();
        volatile IOException failure;
        private final Queue<byte[]> waiting = new ArrayDeque<>();
        private Runnable signal;

        void arrive(byte[] packet) {
            waiting.add(packet);
            signal.run();
        }

        void failWith(IOException newFailure) {
            failure = newFailure;
            signal.run();
        }

        @Override
        public boolean read(PacketBurst burst) throws IOException {
            if (failure != null) {
                throw failure;
            }
            while (!waiting.isEmpty()) {
                Slab slab = burst.slabForNext(2000);
                if (slab == null) {
                    return true;
                }
                byte[] packet = waiting.remove();
                slab.bytes().put(burst.nextOffset(), packet);
                burst.add(burst.nextOffset(), packet.length, ChecksumState.VALID, GsoType.NONE, 0);
            }
            return false;
        }

        @Override
        public boolean write(OutboundPacket packet) throws IOException {
            if (failure != null) {
                throw failure;
            }
            byte[] bytes = new byte[packet.totalBytes()];
            packet.headerSlab().bytes().get(packet.headerOffset(), bytes, 0, packet.headerLength());
            int at = packet.headerLength();
            GatherList payload = packet.payload();
            for (int i = 0; i < payload.count(); i++) {
                payload.slab(i).bytes().get(payload.offset(i), bytes, at, payload.length(i));
                at += payload.length(i);
            }
            written.add(bytes);
            return true;
        }

        @Override
        public TunCapabilities capabilities() {
            return TunCapabilities.NONE;
        }

        @Override
        public int pollDescriptor() {
            return NO_DESCRIPTOR;
        }

        @Override
        public void onReadable(Runnable newSignal) {
            signal = newSignal;
        }
    }
}
