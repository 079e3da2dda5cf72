// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.socks5tunnel.tun.linux.nativecalls.DeviceCalls;
import io.socks5tunnel.tun.linux.nativecalls.Errno;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the kernel, a foreign thing that is mocked here, is told in which order.
class RestingQueuesTest {
    private static final long TUNSETQUEUE = 0x400454d9L;
    private static final int MULTI_QUEUE = 0x100;

    private final DeviceCalls kernel = mock(DeviceCalls.class);
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private volatile int result;

    private RestingQueues queues(int flags, boolean isGiven) {
        return new RestingQueues(
                kernel, new TunAttachment("t0", List.of(10, 11, 12), flags, isGiven, TunOffload.none("t0")));
    }

    @BeforeEach
    void remember() {
        when(kernel.ioctl(anyInt(), eq(TUNSETQUEUE), any(byte[].class))).thenAnswer(call -> {
            byte[] structure = call.getArgument(2);
            int flags =
                    ByteBuffer.wrap(structure).order(ByteOrder.nativeOrder()).getShort(16);
            calls.add((flags == 0x400 ? "-" : flags == 0x200 ? "+" : "?") + call.getArgument(0));
            return result;
        });
    }

    @Test
    void theLastGoesFirstAndTheFirstOfThoseAwayComesBack() throws IOException {
        RestingQueues queues = queues(MULTI_QUEUE, false);

        queues.serve(3);
        assertThat(calls).isEmpty();
        queues.serve(1);
        assertThat(calls).containsExactly("-12", "-11");
        queues.serve(3);
        assertThat(calls).containsExactly("-12", "-11", "+11", "+12");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 4})
    void oneStaysAndNoneIsInvented(int wanted) {
        assertThatThrownBy(() -> queues(MULTI_QUEUE, false).serve(wanted)).isInstanceOf(IllegalArgumentException.class);
        assertThat(calls).isEmpty();
    }

    @Test
    void isPossibleWhereADeviceHasSeveral() {
        assertThat(queues(MULTI_QUEUE, false).isPossible()).isTrue();
        assertThat(queues(0, false).isPossible()).isFalse();
    }

    @Test
    void aRefusalIsToldAndWhatWasDoneIsRemembered() throws IOException {
        RestingQueues queues = queues(MULTI_QUEUE, false);
        queues.serve(2);
        result = -Errno.EPERM;

        assertThatThrownBy(() -> queues.serve(1)).hasMessageStartingWith("detaching a queue of t0: ");
        assertThatThrownBy(() -> queues.serve(3)).hasMessageStartingWith("attaching a queue of t0: ");
        result = 0;
        queues.serve(3);

        assertThat(calls).containsExactly("-12", "-11", "+12", "+12");
    }

    @Test
    void noDescriptorIsTouchedAfterTheEnd() throws IOException {
        RestingQueues queues = queues(MULTI_QUEUE, false);
        queues.serve(2);
        queues.end();

        assertThatThrownBy(() -> queues.serve(3)).hasMessage("t0 is closed");
        assertThat(calls).containsExactly("-12");
    }

    @Test
    void descriptorsOfOthersAreGivenBackAsTheyCame() throws IOException {
        RestingQueues queues = queues(MULTI_QUEUE, true);
        queues.serve(1);
        queues.end();

        assertThat(calls).containsExactly("-12", "-11", "+11", "+12");
    }

    /// The descriptor would be closed, and might be somebody else's, while the kernel is asked.
    @Test
    void theEndWaitsForACallUnderWay() throws Exception {
        var entered = new CountDownLatch(1);
        var leave = new CountDownLatch(1);
        when(kernel.ioctl(anyInt(), eq(TUNSETQUEUE), any(byte[].class))).thenAnswer(_ -> {
            entered.countDown();
            assertThat(leave.await(20, TimeUnit.SECONDS)).isTrue();
            calls.add("left");
            return 0;
        });
        RestingQueues queues = queues(MULTI_QUEUE, false);
        CompletableFuture<Boolean> serving = CompletableFuture.supplyAsync(() -> {
            try {
                queues.serve(2);
                return true;
            } catch (IOException _) {
                return false;
            }
        });
        assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
        Thread ending = Thread.ofPlatform().daemon().start(() -> {
            queues.end();
            calls.add("ended");
        });
        while (ending.getState() != Thread.State.BLOCKED) {
            Thread.onSpinWait();
        }

        leave.countDown();

        assertThat(ending.join(Duration.ofSeconds(20))).isTrue();
        assertThat(serving).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(true);
        assertThat(calls).containsExactly("left", "ended");
    }
}
