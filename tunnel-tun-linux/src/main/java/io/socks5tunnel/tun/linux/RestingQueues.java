// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import io.socks5tunnel.tun.linux.nativecalls.DeviceCalls;
import io.socks5tunnel.tun.linux.nativecalls.NativeCallException;
import java.io.IOException;
import java.util.List;

/// Detaches queues of a device, which the kernel then gives no packets, and attaches them again. Neither needs a
/// right.
///
/// They are a stack. The kernel puts its last queue into the place of a detached one, and appends one that comes
/// back; so if always the last goes and the first of those that rest comes back, every queue keeps its place, and
/// with it what the kernel remembers of flows.
///
/// May be used from any thread. No descriptor is touched after [#end].
final class RestingQueues {
    private final DeviceCalls calls;
    private final TunAttachment attachment;
    private int attached;
    private boolean isOver;

    /// All queues are attached now.
    RestingQueues(DeviceCalls calls, TunAttachment attachment) {
        this.calls = calls;
        this.attachment = attachment;
        attached = attachment.descriptors().size();
    }

    /// Whether the kernel knows it of this device.
    boolean isPossible() {
        return (attachment.flags() & TunFlag.IFF_MULTI_QUEUE) != 0;
    }

    /// Attaches or detaches until `wanted` queues are attached.
    synchronized void serve(int wanted) throws IOException {
        List<Integer> descriptors = attachment.descriptors();
        if (wanted < 1 || wanted > descriptors.size()) {
            throw new IllegalArgumentException(wanted + " of " + descriptors.size() + " queues");
        }
        if (isOver) {
            throw new IOException(attachment.name() + " is closed");
        }
        while (attached > wanted) {
            change(descriptors.get(attached - 1), TunFlag.IFF_DETACH_QUEUE);
            attached--;
        }
        while (attached < wanted) {
            change(descriptors.get(attached), TunFlag.IFF_ATTACH_QUEUE);
            attached++;
        }
    }

    /// Waits for a change under way and makes every further one fail. Descriptors that somebody else goes on to use
    /// are attached again, as they came.
    synchronized void end() {
        isOver = true;
        if (attachment.isGiven()) {
            attachment
                    .descriptors()
                    .subList(attached, attachment.descriptors().size())
                    .forEach(descriptor -> tryChange(descriptor, TunFlag.IFF_ATTACH_QUEUE));
        }
    }

    private void change(int descriptor, int flag) throws IOException {
        int result = tryChange(descriptor, flag);
        if (result < 0) {
            String what = flag == TunFlag.IFF_ATTACH_QUEUE ? "attaching" : "detaching";
            throw new NativeCallException(what + " a queue of " + attachment.name(), -result);
        }
    }

    private int tryChange(int descriptor, int flag) {
        return calls.ioctl(
                descriptor,
                TunFlag.TUNSETQUEUE,
                new InterfaceRequest("").flags(flag).structure());
    }
}
