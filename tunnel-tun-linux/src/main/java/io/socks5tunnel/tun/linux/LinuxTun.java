// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import io.socks5tunnel.api.spi.TunDevice;
import io.socks5tunnel.api.spi.TunQueue;
import io.socks5tunnel.tun.linux.nativecalls.DeviceCalls;
import io.socks5tunnel.tun.linux.nativecalls.TunCalls;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/// An open TUN device of Linux.
final class LinuxTun implements TunDevice {
    private final DeviceCalls calls;
    private final String name;
    private final int index;
    private final int mtuBytes;
    private final boolean isGiven;
    private final TunOffload offload;
    private final String description;
    private final InterfaceScript preDown;
    private final RestingQueues resting;
    private final List<Integer> descriptors;
    private final List<LinuxTunQueue> queues = new ArrayList<>();
    private final AtomicBoolean isClosed = new AtomicBoolean();

    /// @param attachment the open descriptors, which this device owns unless they were given
    /// @param index of the interface, or 0
    /// @param mtuBytes the largest packet that is not a super-segment
    /// @param preDown run when this device is closed, before it is gone
    LinuxTun(
            DeviceCalls calls,
            TunAttachment attachment,
            int index,
            int mtuBytes,
            String description,
            InterfaceScript preDown) {
        this.calls = calls;
        name = attachment.name();
        this.index = index;
        this.mtuBytes = mtuBytes;
        isGiven = attachment.isGiven();
        offload = attachment.offload();
        this.description = description;
        this.preDown = preDown;
        descriptors = attachment.descriptors();
        resting = new RestingQueues(calls, attachment);
        for (int descriptor : descriptors) {
            queues.add(new LinuxTunQueue(TunCalls.ofSystem(), descriptor, name, mtuBytes, offload));
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public int mtuBytes() {
        return mtuBytes;
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
    public boolean canRestQueues() {
        return resting.isPossible();
    }

    @Override
    public void serve(int queueCount) throws IOException {
        resting.serve(queueCount);
    }

    @Override
    public String description() {
        return description;
    }

    /// Runs the pre-down script and closes the queues; shards must have ended. The offload belongs to the device
    /// and would outlive this process on a
    /// persistent one, whose next user may know nothing of it: so it is cleared.
    @Override
    public void close() {
        if (!isClosed.compareAndSet(false, true)) {
            return;
        }
        preDown.run(name, index);
        queues.forEach(LinuxTunQueue::end);
        resting.end();
        if (offload.headerBytes() > 0) {
            calls.ioctl(descriptors.getFirst(), TunFlag.TUNSETOFFLOAD, 0L);
        }
        if (!isGiven) {
            descriptors.forEach(calls::close);
        }
    }
}
