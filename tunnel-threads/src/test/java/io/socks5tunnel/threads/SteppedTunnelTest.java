// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socks5tunnel.api.DropReason;
import io.socks5tunnel.api.spi.Reactor;
import io.socks5tunnel.api.spi.SteppedTunnel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Whole shards with the real stack, stepped by hand.
class SteppedTunnelTest {
    private static final int CLIENT = 0x0a000001;
    private static final int SERVER = 0xc6130001;
    private static final int SYN_ACK = 0x12;
    private static final int RST = 0x04;

    private final List<FakeReactor> reactors = new ArrayList<>();

    @Nested
    class WithAQueuePerShard {
        private final FakeDevice device = new FakeDevice(2);
        private final SteppedTunnel tunnel = tunnel(2, device);

        @Test
        void aSynIsAnsweredWhenTheServerHasConnected() throws IOException {
            open(0, 40_000);

            assertThat(device.queues.get(0).written).hasSize(1);
            assertThat(Packets.flags(device.queues.get(0).written.getFirst())).isEqualTo(SYN_ACK);
            assertThat(tunnel.statistics().tcpFlowsPerShard()).containsExactly(1L, 0L);
        }

        @Test
        void aStrayIsDeliveredToItsOwner() throws IOException {
            int ackNumber = open(0, 40_000);
            byte[] request = Packets.ipv4(CLIENT, 40_000, SERVER, 80, 0x18, 1001, ackNumber, Fixtures.bytes("hello"));

            device.queues.get(1).arrive(request);
            tunnel.step(1);
            tunnel.step(0);

            assertThat(Fixtures.text(reactors.get(0).socket().written)).endsWith("hello");
            assertThat(tunnel.statistics().strays()).isEqualTo(1);
            assertThat(reactors.get(1).sockets).isEmpty();
            assertThat(device.queues.get(1).written)
                    .as("no reset from the wrong shard")
                    .isEmpty();
        }

        @Test
        @Tag("T-HS-3")
        void aSynThatIsResentToAnotherShardStartsNoSecondDial() throws IOException {
            device.queues.get(0).arrive(Packets.ipv4Syn(CLIENT, 40_000, SERVER, 80));
            tunnel.step(0);
            device.queues.get(1).arrive(Packets.ipv4Syn(CLIENT, 40_000, SERVER, 80));
            tunnel.step(1);
            tunnel.step(0);

            assertThat(reactors.get(0).sockets).hasSize(1);
            assertThat(reactors.get(1).sockets).isEmpty();
            assertThat(tunnel.statistics().drops()).containsEntry(DropReason.TCP_SYN_REPEATED, 1L);
        }

        @Test
        void strangersAreAnsweredWhereTheyCome() throws IOException {
            device.queues.get(1).arrive(Packets.ipv4Ack(CLIENT, 40_000, SERVER, 80));
            tunnel.step(1);

            assertThat(device.queues.get(1).written).hasSize(1);
            assertThat(Packets.flags(device.queues.get(1).written.getFirst()) & RST)
                    .isEqualTo(RST);
        }

        @Test
        void aFullMailboxDropsAndCounts() throws IOException {
            open(0, 40_000);
            for (int i = 0; i < 80; i++) {
                device.queues.get(1).arrive(Packets.ipv4Ack(CLIENT, 40_000, SERVER, 80));
                tunnel.step(1);
            }

            assertThat(tunnel.statistics().strays()).isEqualTo(ShardMailbox.MAX_PARCELS);
            assertThat(tunnel.statistics().drops())
                    .containsEntry(DropReason.STRAY_MAILBOX_FULL, 80L - ShardMailbox.MAX_PARCELS);
        }

        @Test
        void anIdleShardAsksForNoStep() throws IOException {
            assertThat(tunnel.step(0)).isEqualTo(Reactor.NO_DEADLINE);
        }

        @Test
        void closingResetsTheClientsAndAbortsTheServers() throws IOException {
            open(0, 40_000);
            tunnel.close();

            byte[] last = device.queues.get(0).written.getLast();
            assertThat(Packets.flags(last) & RST).isEqualTo(RST);
            assertThat(reactors.get(0).socket().isAborted).isTrue();
            assertThat(reactors).allMatch(reactor -> reactor.isClosed);
            assertThat(device.closes).isEqualTo(1);
        }

        /// As after the sleep of a machine whose clock went on, or of a virtual one that was moved.
        @Test
        void aClockThatLeapsAYearEndsWhatWasUnderWayAndNothingElse() throws IOException {
            open(0, 40_000);
            device.queues.get(0).arrive(Packets.ipv4Syn(CLIENT, 40_001, SERVER, 80));
            tunnel.step(0);
            device.queues.get(0).written.clear();

            reactors.get(0).nowNanos += 365L * 86_400 * 1_000_000_000L;
            for (int i = 0; i < 3; i++) {
                tunnel.step(0);
            }

            assertThat(device.queues.get(0).written)
                    .as("a reset, and ICMP to the one that waited")
                    .hasSize(2);
            assertThat(reactors.get(0).sockets).hasSize(2).allMatch(socket -> socket.isAborted);
            assertThat(tunnel.statistics().tcpFlowsOpen()).isZero();
            device.queues.get(0).written.clear();
            open(0, 40_002);
            assertThat(tunnel.statistics().tcpFlowsOpen()).isOne();
        }

        @Test
        void denseDatagramsAreReadInBatchesAsLongAsTheyAreDense() throws IOException {
            FakeReactor reactor = reactors.getFirst();
            sendDatagrams(1);
            Fixtures.answerHandshake(reactor.socket());
            sendDatagrams(199);
            reactor.nowNanos += 10_000_000;
            tunnel.step(0);
            assertThat(tunnel.statistics().udp().datagramsUp()).isEqualTo(200);
            assertThat(reactor.prefersBatches).isTrue();

            sendDatagrams(99);
            reactor.nowNanos += 10_000_000;
            tunnel.step(0);
            assertThat(reactor.prefersBatches).isFalse();
        }

        private void sendDatagrams(int count) throws IOException {
            for (int i = 0; i < count; i++) {
                device.queues.getFirst().arrive(Packets.ipv4Udp(CLIENT, 40_000, SERVER, 53, (byte) i));
                tunnel.step(0);
            }
        }

        @Test
        void aDeviceThatIsGoneFailsTheStep() {
            device.queues.get(0).failWith(new IOException("gone"));

            assertThatThrownBy(() -> tunnel.step(0)).isInstanceOf(DeviceFailedException.class);
            assertThatThrownBy(tunnel::awaitEnd).hasMessageContaining("gone");
        }

        private int open(int shard, int port) throws IOException {
            device.queues.get(shard).arrive(Packets.ipv4Syn(CLIENT, port, SERVER, 80));
            tunnel.step(shard);
            Fixtures.answerHandshake(reactors.get(shard).socket());
            tunnel.step(shard);
            byte[] synAck = device.queues.get(shard).written.getFirst();
            int ackNumber = ackOf(synAck);
            device.queues.get(shard).arrive(Packets.ipv4(CLIENT, port, SERVER, 80, 0x10, 1001, ackNumber));
            tunnel.step(shard);
            return ackNumber;
        }
    }

    @Nested
    class WithOneQueueForThreeShards {
        private final FakeDevice device = new FakeDevice(1);
        private final SteppedTunnel tunnel = tunnel(3, device);

        @Test
        void flowsAreSpreadAndAllAreAnsweredThroughTheQueue() throws IOException {
            int flows = 60;
            for (int port = 1; port <= flows; port++) {
                device.queues.getFirst().arrive(Packets.ipv4Syn(CLIENT, port, SERVER, 80));
            }
            stepAll();
            stepAll();
            reactors.forEach(reactor -> reactor.sockets.forEach(Fixtures::answerHandshake));
            stepAll();

            assertThat(device.queues.getFirst().written)
                    .hasSize(flows)
                    .allMatch(packet -> Packets.flags(packet) == SYN_ACK);
            for (byte[] synAck : device.queues.getFirst().written) {
                int port = java.nio.ByteBuffer.wrap(synAck).getShort(22);
                device.queues.getFirst().arrive(Packets.ipv4(CLIENT, port, SERVER, 80, 0x10, 1001, ackOf(synAck)));
            }
            stepAll();
            stepAll();
            assertThat(tunnel.statistics().tcpFlowsPerShard()).hasSize(3).allMatch(count -> count > 5);
            assertThat(tunnel.statistics().txPackets()).isEqualTo(2L * flows);
            assertThat(tunnel.statistics().rxPackets()).isEqualTo(flows);
            assertThat(tunnel.statistics().strays())
                    .isEqualTo(
                            2 * (flows - tunnel.statistics().tcpFlowsPerShard().getFirst()));
        }

        private void stepAll() throws IOException {
            for (int shard = 0; shard < 3; shard++) {
                tunnel.step(shard);
            }
        }
    }

    private static int ackOf(byte[] synAck) {
        return java.nio.ByteBuffer.wrap(synAck).getInt(24) + 1;
    }

    private SteppedTunnel tunnel(int shards, FakeDevice device) {
        try {
            return new TunnelEngine()
                    .startStepped(Fixtures.config(shards), device, FakeReactor.provider(reactors, false));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
