// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.socks5tunnel.api.TunSettings;
import io.socks5tunnel.tun.linux.nativecalls.DeviceCalls;
import io.socks5tunnel.tun.linux.nativecalls.Errno;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Systems that refuse. The native calls stand for the kernel, a foreign thing, so they are mocked.
class TunOpenerTest {
    private static final int DESCRIPTOR = 7;

    private final DeviceCalls kernel = mock(DeviceCalls.class);
    private final TunOpener opener = new TunOpener(kernel);
    private final List<Integer> flagsAsked = new ArrayList<>();

    private void kernelThatRefuses(int flags, int errno) {
        when(kernel.open(anyString())).thenReturn(DESCRIPTOR);
        when(kernel.ioctl(anyInt(), eq(TunFlag.TUNSETIFF), any(byte[].class))).thenAnswer(call -> {
            byte[] request = call.getArgument(2);
            int asked = ByteBuffer.wrap(request).order(ByteOrder.nativeOrder()).getShort(16);
            flagsAsked.add(asked);
            return (asked & flags) == 0 ? 0 : -errno;
        });
    }

    @ParameterizedTest
    @CsvSource({
        "2, there is no /dev/net/tun",
        "19, there is no /dev/net/tun",
        "13, no right to open /dev/net/tun",
        "1, no right to open /dev/net/tun",
        "24, too many open files in this process"
    })
    void aDeviceFileThatDoesNotOpenIsExplained(int errno, String words) {
        when(kernel.open(anyString())).thenReturn(-errno);

        assertThatThrownBy(() -> opener.open(TunSettings.DEFAULT, 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(words);
    }

    @ParameterizedTest
    @CsvSource({"1, CAP_NET_ADMIN", "16, in use", "12, out of memory"})
    void aDeviceThatIsRefusedIsExplainedAndTheFileClosed(int errno, String words) {
        kernelThatRefuses(-1, errno);

        assertThatThrownBy(() -> opener.open(TunSettings.DEFAULT, 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(words);
        verify(kernel, times(1)).close(DESCRIPTOR);
    }

    @Nested
    class AnOldKernel {
        @Test
        void withoutVirtioHeadersIsUsedWithoutOffload() throws Exception {
            kernelThatRefuses(TunFlag.IFF_VNET_HDR, Errno.EINVAL);

            TunAttachment attachment = opener.open(TunSettings.DEFAULT, 1);

            assertThat(attachment.offload().headerBytes()).isZero();
            assertThat(attachment.descriptors()).containsExactly(DESCRIPTOR);
            assertThat(flagsAsked).containsExactly(0x5001, 0x5101, 0x1001);
            verify(kernel, never()).ioctl(anyInt(), eq(TunFlag.TUNSETOFFLOAD), anyLong());
        }

        @Test
        void withoutQueuesIsUsedWithOne() throws Exception {
            kernelThatRefuses(TunFlag.IFF_MULTI_QUEUE, Errno.EINVAL);

            TunAttachment attachment = opener.open(TunSettings.DEFAULT, 4);

            assertThat(attachment.descriptors()).hasSize(1);
            assertThat(attachment.offload().headerBytes()).isEqualTo(10);
        }
    }

    @Nested
    class SeveralQueues {
        @Test
        void areClosedWhenOneFails() {
            when(kernel.open(anyString())).thenReturn(3, 4, 5);
            when(kernel.ioctl(eq(3), eq(TunFlag.TUNSETIFF), any(byte[].class))).thenReturn(0);
            when(kernel.ioctl(eq(4), eq(TunFlag.TUNSETIFF), any(byte[].class))).thenReturn(0);
            when(kernel.ioctl(eq(5), eq(TunFlag.TUNSETIFF), any(byte[].class))).thenReturn(-Errno.ENOMEM);

            assertThatThrownBy(() -> opener.open(TunSettings.DEFAULT, 4))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("attaching queue 2");
            for (int descriptor = 3; descriptor <= 5; descriptor++) {
                verify(kernel, times(1)).close(descriptor);
            }
        }
    }
}
