// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socks5tunnel.api.CpuList;
import io.socks5tunnel.api.spi.OutboundPacket;
import io.socks5tunnel.api.spi.PacketBurst;
import io.socks5tunnel.api.spi.Reactor;
import io.socks5tunnel.api.spi.ReadyHandler;
import io.socks5tunnel.api.spi.TunCapabilities;
import io.socks5tunnel.api.spi.TunQueue;
import io.socks5tunnel.api.spi.UpstreamOptions;
import io.socks5tunnel.api.spi.UpstreamSocket;
import io.socks5tunnel.tun.linux.nativecalls.ThreadAffinity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// The reactor with real sockets on the loopback interface. The test's thread is the shard.
class LinuxReactorIT extends LinuxReactorFixture {

    @Nested
    class Batches {
        private static final int SCHED_OTHER = 0;
        private static final int SCHED_BATCH = 3;
        private static final int SCHED_IDLE = 5;

        @Test
        void spareThoseWhoFeedTheShardAnInterruption() throws Exception {
            reactor.preferBatches(true);
            assertThat(policyOfThisThread()).isEqualTo(SCHED_BATCH);

            reactor.preferBatches(false);
            assertThat(policyOfThisThread()).isEqualTo(SCHED_OTHER);
        }

        @Test
        void doNotChangeAThreadThatSomebodyHasGivenAPolicy() throws Exception {
            String thread =
                    Path.of("/proc/thread-self").toRealPath().getFileName().toString();
            assertThat(new ProcessBuilder("chrt", "--idle", "--pid", "0", thread)
                            .inheritIO()
                            .start()
                            .waitFor())
                    .isZero();
            reactor.preferBatches(true);
            assertThat(policyOfThisThread()).isEqualTo(SCHED_IDLE);

            reactor.preferBatches(false);
            assertThat(policyOfThisThread()).isEqualTo(SCHED_IDLE);
        }

        /// Field 41 of `proc_pid_stat(5)`. The second field is the name, in brackets, which may hold spaces.
        private static int policyOfThisThread() throws IOException {
            String status = Files.readString(Path.of("/proc/thread-self/stat"));
            String[] fields = status.substring(status.lastIndexOf(')') + 2).split(" ", -1);
            return Integer.parseInt(fields[41 - 3]);
        }
    }

    /// Each test has a thread of its own, so none leaves the next one bound.
    @Nested
    class Cpus {
        private final CpuList allowed =
                CpuList.parse(statusLine("Cpus_allowed_list")).orElseThrow();
        private final CpuList last = new CpuList(List.of(allowed.cpus().getLast()));

        @Test
        void areThoseThatTheThreadMayRunOn() throws Exception {
            reactor.runOn(last);
            assertThat(statusLine("Cpus_allowed_list")).isEqualTo(last.toString());
            assertThat(ThreadAffinity.current().stream()).containsExactlyElementsOf(last.cpus());

            reactor.runOn(allowed);
            assertThat(statusLine("Cpus_allowed_list")).isEqualTo(allowed.toString());
        }

        @Test
        void thatAreNotThereDoNotCount() throws Exception {
            reactor.runOn(new CpuList(List.of(CpuList.MAX_CPU, last.cpus().getFirst())));

            assertThat(statusLine("Cpus_allowed_list")).isEqualTo(last.toString());
        }

        @Test
        void mustNotBeMissingAltogether() {
            CpuList missing = new CpuList(List.of(CpuList.MAX_CPU));

            assertThatThrownBy(() -> reactor.runOn(missing))
                    .isInstanceOf(IOException.class)
                    .hasMessage("binding the thread to CPUs: invalid argument");
            assertThat(statusLine("Cpus_allowed_list")).isEqualTo(allowed.toString());
        }

        @Test
        void ofAllNodesAreThoseThatTheThreadMayRunOn() throws Exception {
            LinuxReactorProvider provider = new LinuxReactorProvider();
            assertThat(provider.cpusByNode().stream().flatMap(node -> node.cpus().stream()))
                    .containsExactlyInAnyOrderElementsOf(
                            ThreadAffinity.current().stream().boxed().toList());

            reactor.runOn(last);
            assertThat(provider.cpusByNode()).containsExactly(last);
        }

        private static String statusLine(String name) {
            try (var lines = Files.lines(Path.of("/proc/thread-self/status"))) {
                return lines.filter(line -> line.startsWith(name + ":"))
                        .findFirst()
                        .orElseThrow()
                        .substring(name.length() + 1)
                        .strip();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Nested
    class Connect {
        @Test
        void endsWithAToldWrite() throws Exception {
            var address = (InetSocketAddress) server.getLocalSocketAddress();
            UpstreamSocket socket = reactor.connect(address, PLAIN, events);
            while (!events.isWritable()) {
                reactor.await(Reactor.NO_DEADLINE);
            }

            assertThat(socket.finishConnect()).isTrue();
            try (Socket peer = server.accept()) {
                assertThat(socket.localAddress()).isEqualTo(peer.getRemoteSocketAddress());
                assertThat(socket.localAddress())
                        .isEqualTo(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), peer.getPort()));
            }
            socket.close();
        }

        @Test
        void worksOverIpv6() throws Exception {
            try (var ipv6 = new ServerSocket(0, 1, InetAddress.ofLiteral("::1"))) {
                UpstreamSocket socket = connected((InetSocketAddress) ipv6.getLocalSocketAddress(), PLAIN);

                assertThat(socket.localAddress().getAddress()).isEqualTo(InetAddress.ofLiteral("::1"));
            }
        }

        @Test
        void saysThatItWasRefused() throws Exception {
            var closed = (InetSocketAddress) server.getLocalSocketAddress();
            server.close();

            assertThatThrownBy(() -> connected(closed, PLAIN))
                    .isInstanceOf(IOException.class)
                    .hasMessage("connecting to [127.0.0.1]:" + closed.getPort() + ": connection refused");
        }

        /// A route for all, and a rule that forbids marked packets to go anywhere.
        @Test
        void setsTheMark() throws Exception {
            OwnNamespace.run(() -> {
                try (var own = LinuxReactor.open();
                        var _ = LinuxTunIT.open("t0", 1)) {
                    OwnNamespace.ip("route", "add", "198.18.0.0/15", "dev", "t0");
                    OwnNamespace.ip("rule", "add", "fwmark", "438", "prohibit");
                    var target = new InetSocketAddress(InetAddress.ofLiteral("198.18.0.9"), 80);

                    own.connect(target, PLAIN, events).close();
                    assertThatThrownBy(() -> own.connect(target, new UpstreamOptions(438, false), events))
                            .isInstanceOf(IOException.class)
                            .hasMessage("connecting to [198.18.0.9]:80: permission denied");
                }
            });
        }

        @Test
        void worksWithFastOpen() throws Exception {
            UpstreamSocket socket =
                    connected((InetSocketAddress) server.getLocalSocketAddress(), new UpstreamOptions(0, true));
            assertThat(socket.write(bytes("hello"), false)).isEqualTo(5);

            try (Socket peer = server.accept()) {
                assertThat(peer.getInputStream().readNBytes(5)).asString().isEqualTo("hello");
            }
        }

        @Test
        void wantsAResolvedAddress() {
            assertThatThrownBy(() -> reactor.connect(InetSocketAddress.createUnresolved("name", 1), PLAIN, events))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("not resolved");
        }
    }

    @Nested
    class Waiting {
        @Test
        void endsAtTheDeadlineAndNotBefore() throws Exception {
            for (int micros : new int[] {50, 300, 1_500, 20_000}) {
                long deadline =
                        reactor.nowNanos() + Duration.ofNanos(micros * 1000L).toNanos();
                int waits = 0;
                while (reactor.nowNanos() - deadline < 0) {
                    reactor.await(deadline);
                    waits++;
                }
                // One wait is enough, two where the clocks of the kernel and the JVM differ by a little.
                assertThat(waits).isBetween(1, 2);
            }
        }

        @Test
        void returnsAtOnceWhenTheDeadlineHasPassed() throws Exception {
            reactor.await(reactor.nowNanos() - 1);
            reactor.await(Long.MIN_VALUE / 4);
            assertThat(events.told()).isZero();
        }

        @Test
        void isEndedByAWakeUpFromAnotherThread() throws Exception {
            var waker = Thread.ofPlatform().start(reactor::wakeup);
            reactor.await(Reactor.NO_DEADLINE);
            waker.join();
        }

        @Test
        void doesNotBeginAfterAWakeUp() throws Exception {
            reactor.wakeup();
            reactor.wakeup();
            reactor.await(Reactor.NO_DEADLINE);
        }

        /// Two threads that wake each other in turn: a single lost wake-up would stop them for ever.
        @Test
        void losesNoWakeUp() throws Exception {
            int rounds = 20_000;
            var turn = new java.util.concurrent.atomic.AtomicInteger();
            var other = LinuxReactor.open();
            var partner = CompletableFuture.runAsync(() -> {
                try {
                    for (int i = 0; i < rounds; i++) {
                        while (turn.get() != 2 * i + 1) {
                            other.await(Reactor.NO_DEADLINE);
                        }
                        turn.incrementAndGet();
                        reactor.wakeup();
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            for (int i = 0; i < rounds; i++) {
                turn.incrementAndGet();
                other.wakeup();
                while (turn.get() != 2 * i + 2) {
                    reactor.await(Reactor.NO_DEADLINE);
                }
            }
            partner.join();
            other.close();
            assertThat(turn.get()).isEqualTo(2 * rounds);
        }

        @Test
        void isHarmlesslyWokenAfterTheClose() {
            reactor.close();
            reactor.close();
            reactor.wakeup();
        }
    }

    @Nested
    class Names {
        private final List<InetAddress> found = new ArrayList<>();
        private int answers;
        private Thread shard;

        private void onResolved(List<InetAddress> addresses) {
            assertThat(Thread.currentThread()).isSameAs(shard);
            found.addAll(addresses);
            answers++;
        }

        @Test
        void areResolvedOnTheShard() throws Exception {
            shard = Thread.currentThread();
            reactor.resolve("localhost", this::onResolved);
            awaitUntil(() -> answers == 1);

            assertThat(found).allMatch(InetAddress::isLoopbackAddress).isNotEmpty();
        }

        @Test
        void thatDoNotExistGiveNothing() throws Exception {
            shard = Thread.currentThread();
            reactor.resolve("no such name.invalid", this::onResolved);
            awaitUntil(() -> answers == 1);

            assertThat(found).isEmpty();
        }
    }

    @Nested
    class Queues {
        /// A queue that can only call.
        private final class WithoutDescriptor implements TunQueue {
            private Runnable signal;

            @Override
            public boolean read(PacketBurst burst) {
                return false;
            }

            @Override
            public boolean write(OutboundPacket packet) {
                return false;
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

        @Test
        void withoutADescriptorCall() throws Exception {
            var queue = new WithoutDescriptor();
            reactor.watch(queue, events);
            reactor.await(reactor.nowNanos());
            assertThat(events.told()).isZero();

            var caller = Thread.ofPlatform().start(queue.signal);
            awaitUntil(events::isReadable);
            caller.join();
            reactor.await(reactor.nowNanos());
            assertThat(events.told()).isEqualTo(1);
        }

        @Test
        void ofADeviceAreToldOfEveryBurst() throws Exception {
            OwnNamespace.run(() -> {
                try (var own = LinuxReactor.open();
                        var device = LinuxTunIT.open("t0", 1);
                        var sender = new java.net.DatagramSocket()) {
                    OwnNamespace.ip("route", "add", "198.18.0.0/15", "dev", "t0");
                    own.watch(device.queue(0), events);
                    var burst = new PacketBurst(new FreshSlabs(64));
                    for (int round = 0; round < 3; round++) {
                        sender.send(
                                new java.net.DatagramPacket(new byte[10], 10, new InetSocketAddress("198.18.0.9", 9)));
                        events.clear();
                        while (!events.isReadable()) {
                            own.await(Reactor.NO_DEADLINE);
                        }
                        burst.clear();
                        assertThat(device.queue(0).read(burst)).isFalse();
                        assertThat(burst.count()).isPositive();
                    }
                }
            });
        }
    }

    @Nested
    class Entropy {
        @Test
        void differsFromCallToCall() {
            byte[] first = new byte[32];
            byte[] second = new byte[32];
            reactor.fillWithEntropy(first);
            reactor.fillWithEntropy(second);

            assertThat(first).isNotEqualTo(second);
        }
    }

    @Nested
    class Closing {
        private final List<UpstreamSocket> sockets = new ArrayList<>();
        private final ReadyEvents late = new ReadyEvents();
        private int toldReadable;

        /// Whoever hears first that there is something to read closes both sockets, so that the event of the other,
        /// in the same batch, finds its place in the table taken by a third.
        private void onReady(int readyOps) {
            if ((readyOps & ReadyHandler.READABLE) == 0) {
                return;
            }
            toldReadable++;
            sockets.forEach(UpstreamSocket::close);
            try {
                for (int i = 0; i < 2; i++) {
                    reactor.connect((InetSocketAddress) server.getLocalSocketAddress(), PLAIN, late);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Test
        void keepsLateEventsFromTheNextSocket() throws Exception {
            for (int i = 0; i < 2; i++) {
                UpstreamSocket socket =
                        reactor.connect((InetSocketAddress) server.getLocalSocketAddress(), PLAIN, this::onReady);
                while (!socket.finishConnect()) {
                    reactor.await(Reactor.NO_DEADLINE);
                }
                sockets.add(socket);
            }
            try (Socket first = server.accept();
                    Socket second = server.accept()) {
                first.getOutputStream().write(1);
                second.getOutputStream().write(1);

                reactor.await(Reactor.NO_DEADLINE);

                assertThat(toldReadable).isEqualTo(1);
                assertThat(late.told()).isZero();
            }
        }
    }
}
