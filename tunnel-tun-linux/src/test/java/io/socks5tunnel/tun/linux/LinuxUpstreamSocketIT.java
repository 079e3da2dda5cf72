// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socks5tunnel.api.spi.GatherList;
import io.socks5tunnel.api.spi.Reactor;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.api.spi.UpstreamSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// TCP sockets of the reactor against the kernel's.
class LinuxUpstreamSocketIT extends LinuxReactorFixture {
    @Nested
    class Streams {
        @Test
        void moveManyBytesBothWaysThroughFullBuffers() throws Exception {
            byte[] sent = new byte[20 << 20];
            new Random(7).nextBytes(sent);
            UpstreamSocket socket = connected();
            Socket peer = server.accept();
            var echo = Thread.ofPlatform().unstarted(() -> {
                try {
                    peer.getInputStream().transferTo(peer.getOutputStream());
                    peer.shutdownOutput();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            byte[] received = new byte[sent.length];
            var out = new Slab();
            var in = new Slab[] {new Slab(), new Slab(), new Slab()};
            int sentBytes = 0;
            int receivedBytes = 0;
            boolean hasEnded = false;
            while (!hasEnded) {
                boolean isIdle = true;
                if (sentBytes < sent.length) {
                    int length = Math.min(Slab.CAPACITY_BYTES, sent.length - sentBytes);
                    out.bytes().put(0, sent, sentBytes, length);
                    var from = new GatherList();
                    from.add(out, 0, length / 2);
                    from.add(new Slab(), 0, 0);
                    from.add(out, length / 2, length - length / 2);
                    int written = socket.write(from, true);
                    sentBytes += written;
                    isIdle = written == 0;
                    if (isIdle && echo.getState() == Thread.State.NEW) {
                        echo.start();
                    }
                    if (sentBytes == sent.length) {
                        // a write has found the buffers full
                        assertThat(echo.getState()).isNotEqualTo(Thread.State.NEW);
                        socket.shutdownOutput();
                    }
                }
                int count = socket.read(ranges(in));
                hasEnded = count < 0;
                for (int done = 0; done < count; done += Slab.CAPACITY_BYTES) {
                    int length = Math.min(Slab.CAPACITY_BYTES, count - done);
                    in[done / Slab.CAPACITY_BYTES].bytes().get(0, received, receivedBytes, length);
                    receivedBytes += length;
                }
                if (count == 0 && isIdle) {
                    reactor.await(Reactor.NO_DEADLINE);
                }
            }
            echo.join();
            assertThat(receivedBytes).isEqualTo(sent.length);
            assertThat(received).isEqualTo(sent);
            peer.close();
        }

        @Test
        void areReadToTheEndAfterAHalfClose() throws Exception {
            UpstreamSocket socket = connected();
            try (Socket peer = server.accept()) {
                socket.shutdownOutput();
                assertThat(peer.getInputStream().read()).isEqualTo(-1);
                peer.getOutputStream().write(new byte[10]);
                var slab = new Slab();

                assertThat(readSome(socket, ranges(slab))).isEqualTo(10);
                peer.shutdownOutput();
                assertThat(readSome(socket, ranges(slab))).isEqualTo(-1);
            }
        }

        /// FIN came together with the last data: no further event tells of it.
        @Test
        void endEvenIfTheEndCameWithTheData() throws Exception {
            UpstreamSocket socket = connected();
            Socket peer = server.accept();
            peer.getOutputStream().write(new byte[10]);
            peer.close();
            events.clear();
            awaitUntil(events::isReadable);

            assertThat(readSome(socket, ranges(new Slab()))).isEqualTo(10);
            assertThat(readSome(socket, ranges(new Slab()))).isEqualTo(-1);
        }

        /// The kernel ends a read at urgent data without saying why.
        @Test
        void goOnAfterUrgentData() throws Exception {
            UpstreamSocket socket = connected();
            try (Socket peer = server.accept()) {
                peer.getOutputStream().write(new byte[10]);
                peer.sendUrgentData(1);
                peer.getOutputStream().write(new byte[20]);
                // All of it has come and been told of: no further event will help a read that ends early.
                events.clear();
                awaitUntil(events::isReadable);
                int received = 0;
                while (received < 30) {
                    received += readSome(socket, ranges(new Slab()));
                }
                assertThat(received).isEqualTo(30);
            }
        }

        @Test
        void tellTheOtherEndOfAnAbort() throws Exception {
            UpstreamSocket socket = connected();
            try (Socket peer = server.accept()) {
                socket.abort();
                socket.abort();

                assertThatThrownBy(() -> peer.getInputStream().read()).isInstanceOf(SocketException.class);
                assertThatThrownBy(() -> socket.read(ranges(new Slab()))).hasMessageEndingWith("is closed");
            }
        }

        @Test
        void endInGoodOrderOnClose() throws Exception {
            UpstreamSocket socket = connected();
            try (Socket peer = server.accept()) {
                socket.close();

                assertThat(peer.getInputStream().read()).isEqualTo(-1);
            }
        }

        @Test
        void sayThatTheOtherEndHasReset() throws Exception {
            UpstreamSocket socket = connected();
            Socket peer = server.accept();
            peer.setSoLinger(true, 0);
            peer.close();
            events.clear();
            awaitUntil(events::isReadable);

            assertThatThrownBy(() -> socket.read(ranges(new Slab())))
                    .isInstanceOf(IOException.class)
                    .hasMessageEndingWith("connection reset");
        }

        @Test
        void spareTheCallThatWouldBlock() throws Exception {
            UpstreamSocket socket = connected();
            try (Socket peer = server.accept()) {
                assertThat(socket.read(ranges(new Slab()))).isZero();
                peer.getOutputStream().write(new byte[10]);

                // Without an event it does not look, though the bytes are there.
                assertThat(socket.read(ranges(new Slab()))).isZero();
                assertThat(readSome(socket, ranges(new Slab()))).isEqualTo(10);
            }
        }

        @Test
        void closeWithTheReactor() throws Exception {
            connected();
            try (Socket peer = server.accept()) {
                reactor.close();
                assertThat(peer.getInputStream().read()).isEqualTo(-1);
            }
        }
    }
}
