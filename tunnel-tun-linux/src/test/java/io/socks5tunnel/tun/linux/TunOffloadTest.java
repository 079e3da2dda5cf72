// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.socks5tunnel.api.spi.TunCapabilities;
import io.socks5tunnel.tun.linux.nativecalls.DeviceCalls;
import io.socks5tunnel.tun.linux.nativecalls.Errno;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Kernels that know fewer offloads than today's. The native calls stand for the kernel, a foreign thing, so they
/// are mocked.
class TunOffloadTest {
    private static final TunCapabilities DATAGRAMS = new TunCapabilities(true, true, true);
    private static final TunCapabilities SEGMENTS = new TunCapabilities(true, true, false);
    private static final TunCapabilities CHECKSUMS = new TunCapabilities(true, false, false);

    private final List<Long> asked = new ArrayList<>();

    private DeviceCalls kernelThatKnows(long bits) {
        DeviceCalls calls = mock(DeviceCalls.class);
        when(calls.ioctl(anyInt(), eq(TunFlag.TUNSETOFFLOAD), anyLong())).thenAnswer(call -> {
            long mask = call.getArgument(2);
            asked.add(mask);
            return (mask & ~bits) == 0 ? 0 : -Errno.EINVAL;
        });
        return calls;
    }

    private TunOffload negotiated(long knownBits, boolean wanted) throws IOException {
        return TunOffload.negotiate(kernelThatKnows(knownBits), 5, "t0", 10, wanted);
    }

    @Nested
    class Negotiation {
        @Test
        void takesTheWidestSetFirst() throws Exception {
            TunOffload offload = negotiated(0xff, true);

            assertThat(asked).containsExactly(0x6fL);
            assertThat(offload.capabilities()).isEqualTo(DATAGRAMS);
            assertThat(offload.deliversSuperSegments()).isTrue();
            assertThat(offload.description())
                    .isEqualTo("checksum and TCP and UDP segmentation offload (IPv4, IPv6, ECN)");
        }

        /// Before Linux 6.2.
        @Test
        void doesWithoutDatagrams() throws Exception {
            TunOffload offload = negotiated(0x1f, true);

            assertThat(asked).containsExactly(0x6fL, 0xfL);
            assertThat(offload.capabilities()).isEqualTo(SEGMENTS);
            assertThat(offload.deliversSuperSegments()).isTrue();
            assertThat(offload.description()).isEqualTo("checksum and TCP segmentation offload (IPv4, IPv6, ECN)");
        }

        @Test
        void doesWithoutEcn() throws Exception {
            TunOffload offload = negotiated(0x7, true);

            assertThat(asked).containsExactly(0x6fL, 0xfL, 0x7L);
            assertThat(offload.capabilities()).isEqualTo(SEGMENTS);
            assertThat(offload.description()).contains("segmentation").doesNotContain("ECN");
        }

        @Test
        void doesWithChecksumsAlone() throws Exception {
            TunOffload offload = negotiated(0x1, true);

            assertThat(asked).containsExactly(0x6fL, 0xfL, 0x7L, 0x1L);
            assertThat(offload.capabilities()).isEqualTo(CHECKSUMS);
            assertThat(offload.deliversSuperSegments()).isFalse();
            assertThat(offload.description()).isEqualTo("checksum offload");
        }

        @Test
        void doesWithNothing() throws Exception {
            TunOffload offload = negotiated(0, true);

            assertThat(asked).containsExactly(0x6fL, 0xfL, 0x7L, 0x1L, 0L);
            assertThat(offload.capabilities()).isEqualTo(TunCapabilities.NONE);
            assertThat(offload.headerBytes()).isEqualTo(10);
        }

        @Test
        void clearsWhatAnotherProgramLeftWhenNothingIsWanted() throws Exception {
            TunOffload offload = negotiated(0xff, false);

            assertThat(asked).containsExactly(0L);
            assertThat(offload.capabilities()).isEqualTo(TunCapabilities.NONE);
        }

        @Test
        void failsForAnotherReasonThanAnUnknownBit() {
            DeviceCalls calls = mock(DeviceCalls.class);
            when(calls.ioctl(anyInt(), anyLong(), anyLong())).thenReturn(-Errno.EBADFD);

            assertThatThrownBy(() -> TunOffload.negotiate(calls, 5, "t0", 10, true))
                    .isInstanceOf(IOException.class)
                    .hasMessage("setting the offload of t0: the device is gone");
        }
    }

    @Nested
    class AtRunTime {
        @Test
        void datagramsGoAlone() throws Exception {
            TunOffload offload = negotiated(0xff, true);

            offload.refuseSuperDatagrams();
            assertThat(offload.capabilities()).isEqualTo(SEGMENTS);
            offload.refuseSuperSegments();
            offload.refuseSuperDatagrams();
            assertThat(offload.capabilities()).isEqualTo(CHECKSUMS);
        }

        @Test
        void superSegmentsGoFirst() throws Exception {
            TunOffload offload = negotiated(0xff, true);

            offload.refuseSuperSegments();
            offload.refuseSuperSegments();
            assertThat(offload.capabilities()).isEqualTo(CHECKSUMS);

            offload.refusePartialChecksums();
            assertThat(offload.capabilities()).isEqualTo(TunCapabilities.NONE);
            offload.refuseSuperSegments();
            assertThat(offload.capabilities()).isEqualTo(TunCapabilities.NONE);
        }
    }
}
