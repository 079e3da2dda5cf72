// Copyright (c) 2026 The socks5-tunnel authors
// SPDX-License-Identifier: MIT
package io.socks5tunnel.tun.linux;

import io.socks5tunnel.api.TunSettings;
import io.socks5tunnel.api.spi.OutboundPacket;
import io.socks5tunnel.tun.linux.nativecalls.DeviceCalls;
import io.socks5tunnel.tun.linux.nativecalls.Errno;
import io.socks5tunnel.tun.linux.nativecalls.NativeCallException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Attaches descriptors to a TUN device and agrees with the kernel on what passes through them.
final class TunOpener {
    private static final String PATH = "/dev/net/tun";
    private static final int ALWAYS = TunFlag.IFF_TUN | TunFlag.IFF_NO_PI;
    private static final int VNET = TunFlag.IFF_VNET_HDR;
    private static final int MULTI = TunFlag.IFF_MULTI_QUEUE;

    private final DeviceCalls calls;

    TunOpener(DeviceCalls calls) {
        this.calls = calls;
    }

    /// Makes the device that `settings` name, or joins it if it is there: with as many queues as the kernel gives.
    TunAttachment open(TunSettings settings, int queues) throws IOException {
        checkName(settings.name());
        boolean wantsOffload = settings.offload() == TunSettings.Offload.AUTO;
        Queue first = firstQueue(settings.name(), flagSets(wantsOffload, queues > 1));
        List<Integer> descriptors = new ArrayList<>(List.of(first.descriptor));
        try {
            own(first);
            if ((first.flags & MULTI) != 0) {
                attachFurther(first, queues, descriptors);
            }
            TunOffload offload = agree(first, descriptors, wantsOffload);
            return new TunAttachment(first.name, descriptors, first.flags, false, offload);
        } catch (IOException e) {
            descriptors.forEach(calls::close);
            throw e;
        }
    }

    /// Uses descriptors that somebody else has attached to one device, as they are but for two things that decide
    /// how they are read: they become non-blocking, and with virtio headers the offload is agreed on.
    TunAttachment adopt(List<Integer> descriptors, TunSettings settings) throws IOException {
        Queue first = given(descriptors.getFirst());
        for (int descriptor : descriptors) {
            String name = given(descriptor).name;
            if (!name.equals(first.name)) {
                throw new IOException("file descriptors of two devices: " + first.name + " and " + name);
            }
        }
        boolean wantsOffload = settings.offload() == TunSettings.Offload.AUTO;
        TunOffload offload = agree(first, descriptors, wantsOffload);
        return new TunAttachment(first.name, descriptors, first.flags, true, offload);
    }

    private Queue given(int descriptor) throws IOException {
        InterfaceRequest request = new InterfaceRequest("");
        int result = calls.ioctl(descriptor, TunFlag.TUNGETIFF, request.structure());
        if (result < 0) {
            throw new NativeCallException("file descriptor " + descriptor + " is no attached TUN device", -result);
        }
        int flags = request.flags();
        if ((flags & TunFlag.IFF_TUN) == 0 || (flags & TunFlag.IFF_NO_PI) == 0) {
            throw new IOException("file descriptor " + descriptor + " must be a TUN opened with IFF_TUN | IFF_NO_PI");
        }
        result = calls.setNonBlocking(descriptor);
        if (result < 0) {
            throw new NativeCallException("making file descriptor " + descriptor + " non-blocking", -result);
        }
        return new Queue(descriptor, request.name(), flags);
    }

    private static void checkName(String name) throws IOException {
        if (name.getBytes(StandardCharsets.UTF_8).length > InterfaceRequest.MAX_NAME_BYTES) {
            throw new IOException("tunnel.name is longer than the kernel takes (" + InterfaceRequest.MAX_NAME_BYTES
                    + " bytes): " + name);
        }
    }

    /// In the order of trying. A device that is there already has one queue or many, and takes only who says the
    /// same.
    private static int[] flagSets(boolean wantsOffload, boolean wantsQueues) {
        int preferred = wantsQueues ? MULTI : 0;
        int other = wantsQueues ? 0 : MULTI;
        return wantsOffload
                ? new int[] {ALWAYS | VNET | preferred, ALWAYS | VNET | other, ALWAYS | preferred, ALWAYS | other}
                : new int[] {ALWAYS | preferred, ALWAYS | other};
    }

    private Queue firstQueue(String name, int[] flagSets) throws IOException {
        int result = -Errno.EINVAL;
        for (int flags : flagSets) {
            int descriptor = openFile();
            InterfaceRequest request = new InterfaceRequest(name).flags(flags);
            result = calls.ioctl(descriptor, TunFlag.TUNSETIFF, request.structure());
            if (result >= 0) {
                return new Queue(descriptor, request.name(), flags);
            }
            calls.close(descriptor);
            if (result != -Errno.EINVAL) {
                break;
            }
        }
        throw refusal(name, -result);
    }

    private int openFile() throws IOException {
        int descriptor = calls.open(PATH);
        return switch (descriptor) {
            case -Errno.ENOENT, -Errno.ENODEV, -Errno.ENXIO ->
                throw new IOException("there is no " + PATH
                        + ": load the kernel module (modprobe tun), or pass the device on to this container");
            case -Errno.EACCES, -Errno.EPERM ->
                throw new IOException("no right to open " + PATH + ": CAP_NET_ADMIN is needed, and access to the file");
            default -> {
                if (descriptor < 0) {
                    throw new NativeCallException("opening " + PATH, -descriptor);
                }
                yield descriptor;
            }
        };
    }

    private static IOException refusal(String name, int errno) {
        String device = name.isEmpty() ? "a TUN device" : "the TUN device " + name;
        return switch (errno) {
            case Errno.EPERM, Errno.EACCES ->
                new IOException("no right to open " + device + ": CAP_NET_ADMIN is needed (run as root)");
            case Errno.EBUSY -> new IOException("the name " + name + " is in use by another program");
            case Errno.EINVAL ->
                new IOException("the kernel refused to open " + device
                        + ": the name is not valid, or belongs to an interface that is no TUN");
            default -> new NativeCallException("opening " + device, errno);
        };
    }

    /// Makes the device ours, as far as it was nobody's: to one that has several queues and no owner the kernel
    /// lets every user attach, who then gets a share of the packets. A persistent one has the owner that its maker
    /// gave it. A kernel that knows no owners lets nobody in.
    private void own(Queue queue) {
        InterfaceRequest request = new InterfaceRequest("");
        boolean isKnown = calls.ioctl(queue.descriptor, TunFlag.TUNGETIFF, request.structure()) >= 0;
        if (isKnown && (request.flags() & TunFlag.IFF_PERSIST) == 0) {
            calls.ioctl(queue.descriptor, TunFlag.TUNSETOWNER, calls.effectiveUser());
        }
    }

    /// Attaches until there are `wanted` queues or the kernel has no more.
    private void attachFurther(Queue first, int wanted, List<Integer> descriptors) throws IOException {
        while (descriptors.size() < wanted) {
            int descriptor = openFile();
            InterfaceRequest request = new InterfaceRequest(first.name).flags(first.flags);
            int result = calls.ioctl(descriptor, TunFlag.TUNSETIFF, request.structure());
            if (result >= 0) {
                descriptors.add(descriptor);
                continue;
            }
            calls.close(descriptor);
            if (result == -Errno.E2BIG) {
                return;
            }
            throw new NativeCallException("attaching queue " + descriptors.size() + " to " + first.name, -result);
        }
    }

    private TunOffload agree(Queue queue, List<Integer> descriptors, boolean wantsOffload) throws IOException {
        if ((queue.flags & VNET) == 0) {
            return TunOffload.none(queue.name);
        }
        int headerBytes = headerBytes(queue, descriptors);
        return TunOffload.negotiate(calls, queue.descriptor, queue.name, headerBytes, wantsOffload);
    }

    /// The shortest header, or what the device has if that fits into the headroom of packets.
    private int headerBytes(Queue queue, List<Integer> descriptors) throws IOException {
        ByteBuffer size = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder());
        boolean isSet = true;
        for (int descriptor : descriptors) {
            size.putInt(0, VirtioNetHeader.LENGTH);
            isSet &= calls.ioctl(descriptor, TunFlag.TUNSETVNETHDRSZ, size.array()) >= 0;
        }
        if (isSet) {
            return VirtioNetHeader.LENGTH;
        }
        int result = calls.ioctl(queue.descriptor, TunFlag.TUNGETVNETHDRSZ, size.array());
        int bytes = size.getInt(0);
        if (result < 0 || bytes < VirtioNetHeader.LENGTH || bytes > OutboundPacket.HEADROOM_BYTES) {
            throw new IOException("the virtio header of " + queue.name + " has a length that cannot be used: " + bytes);
        }
        return bytes;
    }

    /// One attached descriptor.
    private record Queue(int descriptor, String name, int flags) {}
}
