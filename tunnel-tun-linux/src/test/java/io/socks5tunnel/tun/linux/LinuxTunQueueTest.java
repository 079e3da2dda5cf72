// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.socks5tunnel.api.spi.GsoType;
import io.socks5tunnel.api.spi.OutboundPacket;
import io.socks5tunnel.api.spi.PacketBurst;
import io.socks5tunnel.api.spi.Slab;
import io.socks5tunnel.tun.linux.nativecalls.DeviceCalls;
import io.socks5tunnel.tun.linux.nativecalls.Errno;
import io.socks5tunnel.tun.linux.nativecalls.TunCalls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Kernels that misbehave. The native calls stand for the kernel, a foreign thing, so they are mocked.
class LinuxTunQueueTest {
    private static final int DESCRIPTOR = 5;

    private final TunCalls kernel = mock(TunCalls.class);
    private final OutboundPacket packet = new OutboundPacket(new Slab());
    private final PacketBurst burst = new PacketBurst(new FreshSlabs(2));
    private TunOffload offload;
    private LinuxTunQueue queue;

    @BeforeEach
    void open() throws IOException {
        offload = TunOffload.negotiate(mock(DeviceCalls.class), DESCRIPTOR, "t0", 10, true);
        queue = new LinuxTunQueue(kernel, DESCRIPTOR, "t0", 1500, offload);
        packet.reset();
        packet.headerLength(40);
    }

    private void superSegment() {
        packet.partialChecksum(20, 16);
        packet.superSegment(GsoType.TCP_V4, 1448);
        packet.payload().add(new Slab(), 0, 30_000);
    }

    @Nested
    class AWrite {
        @Test
        void withoutPayloadIsOnePlainWrite() throws Exception {
            when(kernel.write(anyInt(), anyLong(), anyLong())).thenReturn(50L);

            assertThat(queue.write(packet)).isTrue();

            verify(kernel).write(DESCRIPTOR, packet.headerSlab().address() + OutboundPacket.HEADROOM_BYTES - 10, 50);
        }

        @Test
        void withPayloadIsOneGatheredWrite() throws Exception {
            superSegment();
            packet.payload().add(new Slab(), 5, 100);
            when(kernel.writev(anyInt(), anyLong(), anyInt())).thenReturn(30_150L);

            assertThat(queue.write(packet)).isTrue();

            verify(kernel).writev(anyInt(), anyLong(), eq(3));
        }

        @Test
        void ofAnOrdinaryPacketIsOnePlainWriteOfHeadersAndPayload() throws Exception {
            var payload = new Slab();
            payload.bytes().put(5, "first".getBytes(StandardCharsets.US_ASCII));
            payload.bytes().put(100, "second".getBytes(StandardCharsets.US_ASCII));
            packet.payload().add(payload, 5, 5);
            packet.payload().add(payload, 100, 6);
            when(kernel.write(anyInt(), anyLong(), anyLong())).thenReturn(61L);

            assertThat(queue.write(packet)).isTrue();

            verify(kernel).write(DESCRIPTOR, packet.headerSlab().address() + OutboundPacket.HEADROOM_BYTES - 10, 61);
            verify(kernel, never()).writev(anyInt(), anyLong(), anyInt());
            byte[] written = new byte[11];
            packet.headerSlab().bytes().get(OutboundPacket.HEADROOM_BYTES + 40, written);
            assertThat(written).asString().isEqualTo("firstsecond");
        }

        @ParameterizedTest
        @CsvSource({"2048, false", "2049, true"})
        void gathersWhatWouldBeMuchToCopy(int payloadBytes, boolean isGathered) throws Exception {
            packet.payload().add(new Slab(), 0, payloadBytes);
            when(kernel.write(anyInt(), anyLong(), anyLong())).thenReturn(50L + payloadBytes);
            when(kernel.writev(anyInt(), anyLong(), anyInt())).thenReturn(50L + payloadBytes);

            assertThat(queue.write(packet)).isTrue();

            verify(kernel, times(isGathered ? 1 : 0)).writev(anyInt(), anyLong(), eq(2));
            verify(kernel, times(isGathered ? 0 : 1)).write(anyInt(), anyLong(), eq(50L + payloadBytes));
        }

        @Test
        void isRepeatedWhenInterrupted() throws Exception {
            when(kernel.write(anyInt(), anyLong(), anyLong())).thenReturn((long) -Errno.EINTR, 50L);

            assertThat(queue.write(packet)).isTrue();
        }

        @ParameterizedTest
        @ValueSource(ints = {Errno.EAGAIN, Errno.ENOBUFS, Errno.ENOMEM, Errno.EIO, Errno.EMSGSIZE, Errno.EINVAL})
        void losesThePacketWhenTheKernelDoesNotTakeIt(int errno) throws Exception {
            when(kernel.write(anyInt(), anyLong(), anyLong())).thenReturn((long) -errno);

            assertThat(queue.write(packet)).isFalse();
            assertThat(queue.capabilities().tcpSegmentation()).isTrue();
        }

        @ParameterizedTest
        @ValueSource(ints = {Errno.EBADFD, Errno.ENODEV, Errno.EBADF})
        void failsWhenTheDeviceIsGone(int errno) {
            when(kernel.write(anyInt(), anyLong(), anyLong())).thenReturn((long) -errno);

            assertThatThrownBy(() -> queue.write(packet))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("writing to t0: ");
        }
    }

    @Nested
    class ARefusal {
        @Test
        void ofASuperSegmentEndsThemForAllQueues() throws Exception {
            var sister = new LinuxTunQueue(kernel, 6, "t0", 1500, offload);
            superSegment();
            when(kernel.writev(anyInt(), anyLong(), anyInt())).thenReturn((long) -Errno.EINVAL);

            assertThat(queue.write(packet)).isFalse();

            assertThat(sister.capabilities().tcpSegmentation()).isFalse();
            assertThat(sister.capabilities().partialChecksum()).isTrue();
            assertThat(sister.write(packet)).isFalse();
            verify(kernel, times(1)).writev(anyInt(), anyLong(), anyInt());
        }

        @Test
        void ofAPartialChecksumEndsTheseToo() throws Exception {
            packet.partialChecksum(20, 16);
            when(kernel.write(anyInt(), anyLong(), anyLong())).thenReturn((long) -Errno.EINVAL);

            assertThat(queue.write(packet)).isFalse();

            assertThat(queue.capabilities().partialChecksum()).isFalse();
            assertThat(queue.capabilities().tcpSegmentation()).isFalse();
        }
    }

    @Nested
    class ARead {
        @Test
        void goesOnUntilNothingWaits() throws Exception {
            when(kernel.read(anyInt(), anyLong(), anyLong()))
                    .thenReturn(60L, (long) -Errno.EINTR, 61L, (long) -Errno.EAGAIN);

            assertThat(queue.read(burst)).isFalse();

            assertThat(burst.count()).isEqualTo(2);
            assertThat(burst.packet(0).offset()).isEqualTo(10);
            assertThat(burst.packet(0).length()).isEqualTo(50);
            assertThat(burst.packet(1).length()).isEqualTo(51);
        }

        @Test
        void leavesPacketsInTheKernelWhenThePoolIsEmpty() throws Exception {
            when(kernel.read(anyInt(), anyLong(), anyLong())).thenReturn(60_000L);

            assertThat(queue.read(burst)).isTrue();
            assertThat(burst.count()).isEqualTo(2);
        }

        @Test
        void skipsWhatIsNoPacket() throws Exception {
            when(kernel.read(anyInt(), anyLong(), anyLong())).thenReturn(0L, 10L, (long) -Errno.EAGAIN);

            assertThat(queue.read(burst)).isFalse();
            assertThat(burst.count()).isZero();
        }

        @Test
        void afterTheCloseFails() throws Exception {
            when(kernel.read(eq(-1), anyLong(), anyLong())).thenReturn((long) -Errno.EBADF);
            queue.end();

            assertThatThrownBy(() -> queue.read(burst)).isInstanceOf(IOException.class);
            verify(kernel, never()).read(eq(DESCRIPTOR), anyLong(), anyLong());
        }
    }
}
